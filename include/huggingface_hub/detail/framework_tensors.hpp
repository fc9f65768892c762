// SPDX-License-Identifier: Apache-2.0
/// @file
/// Members of a model as tensors of `model.safetensors`: one function names them, for both directions.
#pragma once

#include "huggingface_hub/detail/framework_mixin.hpp"
#include "huggingface_hub/safetensors/reader.hpp"
#include "huggingface_hub/safetensors/writer.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// How a type of a framework becomes a tensor and is made from one. To be specialised for types of one's own:
///
///     static safetensors::TensorView view(const T& value);   // may refer to `value`
///     static void load(T& value, const safetensors::File& file, const std::string& name);
template <typename T, typename Enable = void>
struct TensorTraits;

namespace detail {

[[noreturn]] inline void refuse_tensor(const std::string& name, const std::string& why) {
  throw_error(ErrorCode::safetensors_parsing, "Tensor '" + name + "' does not fit the model: " + why + ".");
}

/// @throws SafetensorsParsingError  no such tensor, or elements of another type.
inline const safetensors::TensorInfo& tensor_of_type(const safetensors::File& file, const std::string& name,
                                                     safetensors::Dtype wanted) {
  const safetensors::TensorInfo& info = file.info(name);
  if (info.dtype != wanted) {
    refuse_tensor(name, "it holds " + std::string(to_string(info.dtype)) + ", the model has " +
                            std::string(to_string(wanted)));
  }
  return info;
}

[[noreturn]] inline void refuse_shape(const safetensors::TensorInfo& info, const std::string& wanted) {
  refuse_tensor(info.name, "its shape is " + safetensors::detail::shape_text(info.shape) + ", the model has " + wanted);
}

template <typename T>
inline constexpr bool kIsElement = safetensors::dtype_of<T>().has_value();

}  // namespace detail

/// One value: shape [].
template <typename T>
struct TensorTraits<T, std::enable_if_t<detail::kIsElement<T>>> {
  static safetensors::TensorView view(const T& value) {
    return {*safetensors::dtype_of<T>(), {}, &value, sizeof value};
  }
  static void load(T& value, const safetensors::File& file, const std::string& name) {
    const auto& info = detail::tensor_of_type(file, name, *safetensors::dtype_of<T>());
    if (!info.shape.empty()) detail::refuse_shape(info, "a single value, []");
    std::memcpy(&value, file.bytes(info).data(), sizeof value);
  }
};

/// Shape [n]; takes the length of the tensor.
template <typename T, typename Allocator>
struct TensorTraits<std::vector<T, Allocator>, std::enable_if_t<detail::kIsElement<T> && !std::is_same_v<T, bool>>> {
  static safetensors::TensorView view(const std::vector<T, Allocator>& values) { return {values, {values.size()}}; }
  static void load(std::vector<T, Allocator>& values, const safetensors::File& file, const std::string& name) {
    const auto& info = detail::tensor_of_type(file, name, *safetensors::dtype_of<T>());
    if (info.shape.size() != 1) detail::refuse_shape(info, "a list, [n]");
    values.resize(static_cast<std::size_t>(info.shape[0]));
    if (!values.empty()) std::memcpy(values.data(), file.bytes(info).data(), values.size() * sizeof(T));
  }
};

/// Shape [n].
template <typename T, std::size_t Size>
struct TensorTraits<std::array<T, Size>, std::enable_if_t<detail::kIsElement<T>>> {
  static safetensors::TensorView view(const std::array<T, Size>& values) { return {values, {Size}}; }
  static void load(std::array<T, Size>& values, const safetensors::File& file, const std::string& name) {
    const auto& info = detail::tensor_of_type(file, name, *safetensors::dtype_of<T>());
    if (info.shape != safetensors::Shape{Size}) detail::refuse_shape(info, "[" + std::to_string(Size) + "]");
    if constexpr (Size > 0) std::memcpy(values.data(), file.bytes(info).data(), Size * sizeof(T));
  }
};

/// Gathers the tensors of a model: what `hub_tensors` is called with while saving.
class TensorSaver {
 public:
  template <typename T>
  TensorSaver& operator()(const std::string& name, const T& value) {
    tensors_.emplace_back(name, TensorTraits<T>::view(value));
    return *this;
  }
  [[nodiscard]] const safetensors::NamedTensors& tensors() const noexcept { return tensors_; }

 private:
  safetensors::NamedTensors tensors_{};
};

/// Fills the tensors of a model: what `hub_tensors` is called with while loading.
class TensorLoader {
 public:
  explicit TensorLoader(safetensors::File file) : file_(std::move(file)) {}

  /// @throws SafetensorsParsingError  the file has no such tensor, or one of another type or shape.
  template <typename T>
  TensorLoader& operator()(const std::string& name, T& value) {
    TensorTraits<T>::load(value, file_, name);
    return *this;
  }

 private:
  safetensors::File file_;
};

namespace detail {

template <typename Model, typename = void>
struct HasTensors : std::false_type {};
template <typename Model>
struct HasTensors<Model, std::void_t<decltype(access::tensors(std::declval<Model&>(), std::declval<TensorSaver&>()))>>
    : std::true_type {};

/// True where the model has what the framework needs; an error of one sentence where it has not.
template <typename Model>
constexpr bool has_tensors() {
  static_assert(HasTensors<Model>::value,
                "ModelHubMixin: define `template <typename Archive> void hub_tensors(Archive& archive)` in your model, with "
                "`archive(\"name\", member);` for each tensor (public, or write `friend huggingface_hub::access;`)");
  return HasTensors<Model>::value;
}

/// The part of a framework whose models are named arrays in `model.safetensors`.
struct TensorFramework {
  static constexpr bool kNeedsObject = false;

  template <typename Model>
  static void save_as(const char* framework, const Model& model, const std::filesystem::path& folder) {
    if constexpr (has_tensors<Model>()) {
      TensorSaver saver;
      access::tensors(const_cast<Model&>(model), saver);  // One function serves both directions; saving changes nothing.
      safetensors::save_file(saver.tensors(), folder / kFile, safetensors::Metadata{{"framework", framework}});
    }
  }
  template <typename Model>
  static void load(Model& model, const FromPretrainedArgs& args) {
    if constexpr (has_tensors<Model>()) {
      TensorLoader loader(safetensors::File::open(model_file(args, {kFile})));
      access::tensors(model, loader);
    }
  }
  template <typename Model>
  static MixinInfo about(const Model&) {
    return {};
  }

 private:
  static constexpr const char* kFile = "model.safetensors";
};

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
