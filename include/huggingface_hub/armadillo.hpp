// SPDX-License-Identifier: Apache-2.0
/// @file
/// Models of Armadillo matrices: target `huggingface_hub::armadillo`. Armadillo's own files are for itself only; these
/// are read by everybody.
#pragma once

#include "huggingface_hub/detail/framework_tensors.hpp"

#include <armadillo>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

template <typename T>
struct IsArmadillo : std::false_type {};
template <typename Element>
struct IsArmadillo<arma::Mat<Element>> : std::true_type {};
template <typename Element>
struct IsArmadillo<arma::Col<Element>> : std::true_type {};
template <typename Element>
struct IsArmadillo<arma::Row<Element>> : std::true_type {};

/// What `config.json` and cards say.
struct ArmadilloFramework : TensorFramework {
  static constexpr const char* kName = "armadillo";
  static constexpr const char* kTitle = "Armadillo";
  static std::string version() {
    return std::to_string(ARMA_VERSION_MAJOR) + "." + std::to_string(ARMA_VERSION_MINOR) + "." +
           std::to_string(ARMA_VERSION_PATCH);
  }
  static std::vector<std::string> tags() { return {"armadillo"}; }
  template <typename Model>
  static void save(const Model& model, const std::filesystem::path& folder) {
    save_as(kName, model, folder);
  }
};

}  // namespace detail

/// Matrices have shape [rows, columns], columns and rows [n]. Armadillo keeps columns together, the file keeps rows
/// together: they are put in order while they are written and read.
template <typename Matrix>
struct TensorTraits<Matrix, std::enable_if_t<detail::IsArmadillo<Matrix>::value>> {
  using Element = typename Matrix::elem_type;
  static_assert(safetensors::dtype_of<Element>().has_value(), "the safetensors format has no such element type");

  static safetensors::TensorView view(const Matrix& matrix) {
    const safetensors::Dtype dtype = *safetensors::dtype_of<Element>();
    if constexpr (Matrix::is_col || Matrix::is_row) {
      return {dtype, {matrix.n_elem}, matrix.memptr(), matrix.n_elem * sizeof(Element)};
    } else {
      return {dtype, {matrix.n_rows, matrix.n_cols}, [&matrix](const safetensors::WriteBytes& write) {
                // Several rows at a time, so that the columns are read in runs.
                constexpr arma::uword kBytes = 1 << 16;
                const arma::uword row = (std::max)(matrix.n_cols * arma::uword{sizeof(Element)}, arma::uword{1});
                const arma::uword step = (std::max)(kBytes / row, arma::uword{1});
                for (arma::uword at = 0; at < matrix.n_rows && matrix.n_cols > 0; at += step) {
                  const arma::Mat<Element> block = matrix.rows(at, (std::min)(at + step, matrix.n_rows) - 1).st();
                  write(block.memptr(), block.n_elem * sizeof(Element));
                }
              }};
    }
  }

  static void load(Matrix& matrix, const safetensors::File& file, const std::string& name) {
    const auto& info = detail::tensor_of_type(file, name, *safetensors::dtype_of<Element>());
    const safetensors::Shape& shape = info.shape;
    const std::string_view bytes = file.bytes(info);
    if constexpr (Matrix::is_col || Matrix::is_row) {
      const bool is_line = shape.size() == 1 || (shape.size() == 2 && (shape[0] == 1 || shape[1] == 1));
      if (!is_line) detail::refuse_shape(info, "[n]");
      matrix.set_size(static_cast<arma::uword>(info.element_count()));
      if (!bytes.empty()) std::memcpy(matrix.memptr(), bytes.data(), bytes.size());
    } else {
      if (shape.size() != 2) detail::refuse_shape(info, "[rows, columns]");
      Matrix transposed(static_cast<arma::uword>(shape[1]), static_cast<arma::uword>(shape[0]));
      if (!bytes.empty()) std::memcpy(transposed.memptr(), bytes.data(), bytes.size());
      matrix = transposed.st();
    }
  }
};

/// `ModelHubMixin` for models of Armadillo matrices, which `hub_tensors` names as for `EigenModelHubMixin`.
template <typename Derived>
class ArmadilloModelHubMixin : public detail::FrameworkMixin<Derived, detail::ArmadilloFramework> {};

/// Pushes any object with `hub_tensors`, as `ModelHubMixin::push_to_hub` does.
///
/// @param model    names its matrices in `hub_tensors`.
/// @param repo_id  `namespace/name`, or `name` for the namespace of the token's user.
/// @param options  its `config` must be an object; framework and version are added.
/// @param about    licence, links and so on for the card.
/// @throws what `ModelHubMixin::push_to_hub` throws.
template <typename Model>
CommitInfo push_to_hub_armadillo(const Model& model, const std::string& repo_id, const PushToHubOptions& options = {},
                                 const MixinInfo& about = {}) {
  return detail::push_framework_model<detail::ArmadilloFramework>(model, repo_id, options, about);
}

/// A `Model`, made without arguments and filled, from a folder of this machine or a repository of the Hub.
/// @throws HfHubError  the model is one of another framework; also what `ModelHubMixin::from_pretrained` throws.
template <typename Model>
Model from_pretrained_armadillo(const std::string& id_or_path, const FromPretrainedOptions& options = {}) {
  Model model;
  detail::ArmadilloFramework::load(model, detail::framework_args<detail::ArmadilloFramework>(id_or_path, options));
  return model;
}

HUGGINGFACE_HUB_NAMESPACE_END
