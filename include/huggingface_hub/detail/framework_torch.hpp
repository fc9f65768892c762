// SPDX-License-Identifier: Apache-2.0
/// @file
/// Between tensors of LibTorch and those of safetensors files. For `torch.hpp`.
#pragma once

#include "huggingface_hub/from_pretrained_args.hpp"
#include "huggingface_hub/serialization/match.hpp"
#include "huggingface_hub/serialization/save.hpp"
#include "huggingface_hub/serialization/shard_index.hpp"
#include "huggingface_hub/serialization/torch_checkpoint.hpp"
#include "huggingface_hub/tensor_dict.hpp"

#include <torch/torch.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

using TorchState = std::vector<std::pair<std::string, ::torch::Tensor>>;

/// Types that both have. LibTorch 1.13 has no 8-bit floats and no unsigned types above 8 bits.
inline constexpr std::array<std::pair<safetensors::Dtype, ::torch::ScalarType>, 11> kTorchTypes{{
    {safetensors::Dtype::boolean, ::torch::kBool},
    {safetensors::Dtype::u8, ::torch::kUInt8},
    {safetensors::Dtype::i8, ::torch::kInt8},
    {safetensors::Dtype::i16, ::torch::kInt16},
    {safetensors::Dtype::f16, ::torch::kFloat16},
    {safetensors::Dtype::bf16, ::torch::kBFloat16},
    {safetensors::Dtype::i32, ::torch::kInt32},
    {safetensors::Dtype::f32, ::torch::kFloat32},
    {safetensors::Dtype::c64, ::torch::kComplexFloat},
    {safetensors::Dtype::f64, ::torch::kFloat64},
    {safetensors::Dtype::i64, ::torch::kInt64},
}};

/// Own parameters, own buffers, children: the order in which Python's `state_dict` has them.
inline void append_torch_state(TorchState& state, const ::torch::nn::Module& module, const std::string& prefix) {
  for (const auto& item : module.named_parameters(/*recurse=*/false)) {
    if (item.value().defined()) state.emplace_back(prefix + item.key(), item.value());
  }
  for (const auto& item : module.named_buffers(/*recurse=*/false)) {
    if (item.value().defined()) state.emplace_back(prefix + item.key(), item.value());
  }
  for (const auto& child : module.named_children()) append_torch_state(state, *child.value(), prefix + child.key() + ".");
}

inline safetensors::Shape torch_shape(const ::torch::Tensor& tensor) {
  safetensors::Shape shape;
  for (const std::int64_t size : tensor.sizes()) shape.push_back(static_cast<std::uint64_t>(size));
  return shape;
}

inline safetensors::Dtype torch_dtype(const std::string& name, const ::torch::Tensor& tensor) {
  if (tensor.layout() == ::torch::kStrided) {
    for (const auto& [dtype, type] : kTorchTypes) {
      if (type == tensor.scalar_type()) return dtype;
    }
  }
  throw_error(ErrorCode::validation, "The tensor '" + name + "' is " + (tensor.is_sparse() ? "sparse" : "of type ") +
                                         (tensor.is_sparse() ? "" : ::torch::toString(tensor.scalar_type())) +
                                         ", which safetensors files do not hold: convert it before the model is saved.");
}

/// Describes a tensor and the storage it looks at. With `with_data`, its bytes in the order of the format.
inline HostTensor describe_torch(const std::string& name, const ::torch::Tensor& tensor, bool with_data) {
  const safetensors::Dtype dtype = torch_dtype(name, tensor);
  const auto item = static_cast<std::size_t>(tensor.element_size());
  const std::size_t bytes = static_cast<std::size_t>(tensor.numel()) * item;
  std::shared_ptr<::torch::Tensor> packed;
  const void* data = nullptr;
  if (with_data) {
    packed = std::make_shared<::torch::Tensor>(tensor.detach().cpu().contiguous());
    data = packed->data_ptr();
  }
  HostTensor described = HostTensor::view(dtype, torch_shape(tensor), data, bytes, packed);
  TensorStorage storage;
  storage.device = tensor.device().str();
  storage.size = tensor.storage().nbytes();
  storage.address = reinterpret_cast<std::uintptr_t>(tensor.storage().data());
  if (storage.size == 0) storage.address = 0;
  described.set_storage(storage, static_cast<std::uint64_t>(tensor.storage_offset()) * item);
  return described;
}

inline HostTensor host_tensor(const std::string& name, const ::torch::Tensor& tensor) {
  return describe_torch(name, tensor, /*with_data=*/true);
}

/// One file. As Python's, it has metadata only where something shares memory (`spec/safetensors.md` 6.3); `format` is
/// added then, without which Python's `load_torch_model` would refuse the file.
inline void save_torch_file(const TensorDict& tensors, const std::filesystem::path& path) {
  std::optional<safetensors::Metadata> metadata;
  TensorDict kept = tensors;
  for (const SharedNames& shared : find_shared_names(tensors)) {
    if (!metadata) metadata = safetensors::Metadata{{"format", "pt"}};
    for (const std::string& name : shared.removed) {
      metadata->emplace(name, shared.kept);
      kept.erase(name);
    }
  }
  safetensors::NamedTensors views;
  for (const auto& [name, tensor] : kept) {
    views.emplace_back(name, safetensors::TensorView(tensor.dtype(), tensor.shape(), tensor.data(), tensor.size()));
  }
  safetensors::save_file(views, path, metadata);
}

/// @throws HFValidationError  LibTorch does not know such a device.
inline ::torch::Device torch_device(const std::string& name) {
  try {
    return ::torch::Device(name);
  } catch (const c10::Error& error) {
    throw_error(ErrorCode::validation, "`map_location` '" + name + "' is no device: " + error.what_without_backtrace());
  }
}

inline void move_torch_module(::torch::nn::Module& module, const ::torch::Device& device) {
  try {
    module.to(device);
  } catch (const c10::Error& error) {
    throw_error(ErrorCode::other, "The model was loaded and cannot be moved to '" + device.str() + "': " + error.what_without_backtrace());
  }
}

/// A tensor over the bytes of a checkpoint, valid as long as those.
inline ::torch::Tensor torch_view(const std::string& name, const HostTensor& tensor) {
  std::vector<std::int64_t> sizes;
  for (const std::uint64_t size : tensor.shape()) sizes.push_back(static_cast<std::int64_t>(size));
  for (const auto& [dtype, type] : kTorchTypes) {
    if (dtype == tensor.dtype()) {
      return ::torch::from_blob(const_cast<void*>(tensor.data()), sizes, ::torch::TensorOptions().dtype(type));
    }
  }
  throw_error(ErrorCode::checkpoint, "The tensor '" + name + "' of the checkpoint is of type " +
                                         std::string(to_string(tensor.dtype())) + ", which this LibTorch does not have.");
}

/// Copies what fits. Everything is compared before: `copy_` would repeat a tensor of one element without a word.
/// @throws CheckpointError  as `require_match`; the module is as it was.
inline IncompatibleKeys load_torch_state(const TorchState& state, TensorDict checkpoint, const std::string& model_name,
                                         bool strict) {
  TensorDict model;
  for (const auto& [name, tensor] : state) {
    model.set(name, describe_torch(name, tensor, /*with_data=*/false));
    const HostTensor* const found = checkpoint.find(name);
    if (found == nullptr || tensor.dim() != 0 || found->shape().size() != 1 || found->shape()[0] == 0) continue;
    // As Python: a single value is also taken from the front of a list.
    checkpoint.set(name, HostTensor::copy(found->dtype(), {}, found->data(), found->size() / static_cast<std::size_t>(found->shape()[0])));
  }
  IncompatibleKeys keys = match_state_dict(model, checkpoint, {/*same_dtype=*/false});
  require_match(keys, strict, model_name);
  std::vector<std::pair<::torch::Tensor, ::torch::Tensor>> copies;
  for (const auto& [name, tensor] : state) {
    const HostTensor* const found = checkpoint.find(name);
    if (found != nullptr && found->size() > 0) copies.emplace_back(tensor, torch_view(name, *found));
  }
  const ::torch::NoGradGuard no_gradients;
  for (auto& [target, source] : copies) target.copy_(source);
  return keys;
}

inline constexpr const char* kTorchPickle = "pytorch_model.bin";

/// The checkpoint's file, or the folder with its shards. As in Python, a pickle is only taken from the Hub.
/// @throws EntryNotFoundError  the model has none of the files; the first is named.
inline std::filesystem::path torch_checkpoint(const FromPretrainedArgs& args) {
  const std::string index = "model.safetensors.index.json";
  const auto found = [&args](const std::string& name) -> std::optional<std::filesystem::path> {
    try {
      return args.file(name);
    } catch (const EntryNotFoundError&) {
      return std::nullopt;
    }
  };
  try {
    return args.file("model.safetensors");
  } catch (const EntryNotFoundError&) {
    if (const auto path = found(index)) {
      std::vector<std::string> names{index};
      for (const std::string& shard : read_shard_index(*path).shards()) names.push_back(shard);
      return args.folder(StringList(names));
    }
    const auto pickle = args.local_dir ? std::nullopt : found(kTorchPickle);
    if (!pickle) throw;
    return *pickle;
  }
}

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
