// SPDX-License-Identifier: Apache-2.0
/// @file
/// Models of Eigen matrices and vectors: target `huggingface_hub::eigen`.
#pragma once

#include "huggingface_hub/detail/framework_tensors.hpp"

#include <Eigen/Core>

#include <algorithm>
#include <complex>
#include <cstddef>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace eigen {

/// The element type of the format for a scalar of Eigen; nothing for what the format does not have (`long double`,
/// `std::complex<double>`).
template <typename Scalar>
constexpr std::optional<safetensors::Dtype> dtype_of() noexcept {
  if constexpr (std::is_same_v<Scalar, Eigen::half>) {
    return safetensors::Dtype::f16;
  } else if constexpr (std::is_same_v<Scalar, Eigen::bfloat16>) {
    return safetensors::Dtype::bf16;
  } else {
    return safetensors::dtype_of<Scalar>();
  }
}

namespace detail {

template <typename Matrix>
inline constexpr bool kIsVector = Matrix::RowsAtCompileTime == 1 || Matrix::ColsAtCompileTime == 1;

template <typename Matrix>
std::string shape_of_type() {
  const auto dimension = [](int fixed, const char* free) { return fixed == Eigen::Dynamic ? free : std::to_string(fixed); };
  if (kIsVector<Matrix>) return "[" + dimension(Matrix::SizeAtCompileTime, "n") + "]";
  return "[" + dimension(Matrix::RowsAtCompileTime, "rows") + ", " + dimension(Matrix::ColsAtCompileTime, "columns") + "]";
}

/// Rows and columns that the matrix gets; a vector is also taken from a tensor of one row or one column.
template <typename Matrix>
std::pair<Eigen::Index, Eigen::Index> size_for(const safetensors::TensorInfo& info) {
  const auto refuse = [&] { huggingface_hub::detail::refuse_shape(info, shape_of_type<Matrix>()); };
  const auto fits = [](Eigen::Index size, int fixed, int most) {
    return (fixed == Eigen::Dynamic || size == fixed) && (most == Eigen::Dynamic || size <= most);
  };
  const safetensors::Shape& shape = info.shape;
  Eigen::Index rows = 0;
  Eigen::Index columns = 0;
  if (kIsVector<Matrix>) {
    const bool is_line = shape.size() == 1 || (shape.size() == 2 && (shape[0] == 1 || shape[1] == 1));
    if (!is_line) refuse();
    const auto size = static_cast<Eigen::Index>(info.element_count());
    rows = Matrix::RowsAtCompileTime == 1 ? 1 : size;
    columns = Matrix::RowsAtCompileTime == 1 ? size : 1;
  } else {
    if (shape.size() != 2) refuse();
    rows = static_cast<Eigen::Index>(shape[0]);
    columns = static_cast<Eigen::Index>(shape[1]);
  }
  if (!fits(rows, Matrix::RowsAtCompileTime, Matrix::MaxRowsAtCompileTime) ||
      !fits(columns, Matrix::ColsAtCompileTime, Matrix::MaxColsAtCompileTime)) {
    refuse();
  }
  return {rows, columns};
}

template <typename Scalar>
using RowMajorMatrix = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace detail

/// The tensor of a matrix or array: shape [rows, columns], that of a vector [n]. Eigen keeps columns together unless
/// told otherwise, the file keeps rows together: they are put in order while they are written, a row at a time.
///
/// Refers to `matrix`, which must outlive it.
template <typename Matrix>
safetensors::TensorView view(const Eigen::PlainObjectBase<Matrix>& matrix) {
  using Scalar = typename Matrix::Scalar;
  static_assert(dtype_of<Scalar>().has_value(), "the safetensors format has no such element type");
  const auto rows = static_cast<std::uint64_t>(matrix.rows());
  const auto columns = static_cast<std::uint64_t>(matrix.cols());
  const std::size_t bytes = static_cast<std::size_t>(matrix.size()) * sizeof(Scalar);
  if constexpr (detail::kIsVector<Matrix>) {
    return {*dtype_of<Scalar>(), {rows * columns}, matrix.data(), bytes};
  } else if constexpr (bool(Matrix::IsRowMajor)) {
    return {*dtype_of<Scalar>(), {rows, columns}, matrix.data(), bytes};
  } else {
    const Matrix& source = matrix.derived();
    return {*dtype_of<Scalar>(), {rows, columns}, [&source](const safetensors::WriteBytes& write) {
              // Several rows at a time, so that the columns are read in runs.
              constexpr Eigen::Index kBytes = 1 << 16;
              const Eigen::Index row = (std::max)(source.cols() * Eigen::Index{sizeof(Scalar)}, Eigen::Index{1});
              const Eigen::Index step = (std::max)(kBytes / row, Eigen::Index{1});
              detail::RowMajorMatrix<Scalar> block;
              for (Eigen::Index at = 0; at < source.rows(); at += step) {
                block = source.middleRows(at, (std::min)(step, source.rows() - at));
                if (block.size() > 0) write(block.data(), static_cast<std::size_t>(block.size()) * sizeof(Scalar));
              }
            }};
  }
}

/// Fills `matrix` from a tensor and gives it that size.
/// @throws SafetensorsParsingError  no such tensor, or one of another type or shape; `matrix` is as it was.
template <typename Matrix>
void load_into(Eigen::PlainObjectBase<Matrix>& matrix, const safetensors::File& file, const std::string& name) {
  using Scalar = typename Matrix::Scalar;
  static_assert(dtype_of<Scalar>().has_value(), "the safetensors format has no such element type");
  const auto& info = huggingface_hub::detail::tensor_of_type(file, name, *dtype_of<Scalar>());
  const auto size = detail::size_for<Matrix>(info);
  matrix.resize(size.first, size.second);
  const std::string_view bytes = file.bytes(info);
  if (bytes.empty()) return;
  if constexpr (detail::kIsVector<Matrix> || bool(Matrix::IsRowMajor)) {
    std::memcpy(static_cast<void*>(matrix.data()), bytes.data(), bytes.size());
  } else if (file.is_aligned<Scalar>(name)) {
    matrix.derived() = Eigen::Map<const detail::RowMajorMatrix<Scalar>>(reinterpret_cast<const Scalar*>(bytes.data()),
                                                                        size.first, size.second)
                           .template cast<Scalar>();
  } else {
    detail::RowMajorMatrix<Scalar> rows(size.first, size.second);
    std::memcpy(static_cast<void*>(rows.data()), bytes.data(), bytes.size());
    matrix.derived() = rows;
  }
}

/// The matrix of that name. @throws SafetensorsParsingError  no such tensor, or one of another type or shape.
template <typename Matrix>
Matrix load(const safetensors::File& file, const std::string& name) {
  Matrix matrix;
  load_into(matrix, file, name);
  return matrix;
}

/// A tensor of rank 2 in place, without a copy: as long as a copy of `file` lives.
/// @throws SafetensorsParsingError  no such tensor, one of another type or rank, or not aligned: `load` works there.
template <typename Scalar>
Eigen::Map<const detail::RowMajorMatrix<Scalar>> map(const safetensors::File& file, const std::string& name) {
  const auto& info = huggingface_hub::detail::tensor_of_type(file, name, *dtype_of<Scalar>());
  if (info.shape.size() != 2) huggingface_hub::detail::refuse_shape(info, "[rows, columns]");
  if (!file.is_aligned<Scalar>(name)) huggingface_hub::detail::refuse_tensor(name, "its data is not aligned; copy it");
  return {reinterpret_cast<const Scalar*>(file.bytes(info).data()), static_cast<Eigen::Index>(info.shape[0]),
          static_cast<Eigen::Index>(info.shape[1])};
}

/// What `config.json` and cards say.
struct Framework : huggingface_hub::detail::TensorFramework {
  static constexpr const char* kName = "eigen";
  static constexpr const char* kTitle = "Eigen";
  static std::string version() {
    return std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
           std::to_string(EIGEN_MINOR_VERSION);
  }
  static std::vector<std::string> tags() { return {"eigen"}; }
  template <typename Model>
  static void save(const Model& model, const std::filesystem::path& folder) {
    save_as(kName, model, folder);
  }
};

}  // namespace eigen

template <typename Matrix>
struct TensorTraits<Matrix, std::enable_if_t<std::is_base_of_v<Eigen::PlainObjectBase<Matrix>, Matrix>>> {
  static safetensors::TensorView view(const Matrix& matrix) { return eigen::view(matrix); }
  static void load(Matrix& matrix, const safetensors::File& file, const std::string& name) {
    eigen::load_into(matrix, file, name);
  }
};

/// `ModelHubMixin` for models of Eigen matrices: their names are all that the model says.
///
///     struct Pca : huggingface_hub::EigenModelHubMixin<Pca> {
///       Eigen::MatrixXf basis;
///       template <typename Archive>
///       void hub_tensors(Archive& archive) { archive("basis", basis); }
///     };
///
/// Values, `std::vector` and `std::array` of numbers, and what has `TensorTraits`, may be among them. The model is made
/// from what `hub_config()` returns, where a constructor takes that, else without arguments.
template <typename Derived>
class EigenModelHubMixin : public detail::FrameworkMixin<Derived, eigen::Framework> {};

/// Pushes any object with `hub_tensors` (see `EigenModelHubMixin`), as `ModelHubMixin::push_to_hub` does.
///
/// @param model    names its matrices in `hub_tensors`.
/// @param repo_id  `namespace/name`, or `name` for the namespace of the token's user.
/// @param options  its `config` must be an object; framework and version are added.
/// @param about    licence, links and so on for the card.
/// @throws what `ModelHubMixin::push_to_hub` throws.
template <typename Model>
CommitInfo push_to_hub_eigen(const Model& model, const std::string& repo_id, const PushToHubOptions& options = {},
                             const MixinInfo& about = {}) {
  return detail::push_framework_model<eigen::Framework>(model, repo_id, options, about);
}

/// A `Model`, made without arguments and filled, from a folder of this machine or a repository of the Hub.
/// @throws HfHubError  the model is one of another framework; also what `ModelHubMixin::from_pretrained` throws.
template <typename Model>
Model from_pretrained_eigen(const std::string& id_or_path, const FromPretrainedOptions& options = {}) {
  Model model;
  eigen::Framework::load(model, detail::framework_args<eigen::Framework>(id_or_path, options));
  return model;
}

HUGGINGFACE_HUB_NAMESPACE_END
