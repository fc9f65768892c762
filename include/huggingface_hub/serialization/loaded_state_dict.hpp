// SPDX-License-Identifier: Apache-2.0
/// @file
/// What loading a checkpoint gives.
#pragma once

#include "huggingface_hub/safetensors/tensor.hpp"
#include "huggingface_hub/tensor_dict.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// A checkpoint that was opened.
struct LoadedStateDict {
  std::vector<std::filesystem::path> files{};  ///< With tensors.
  std::vector<std::string> ignored{};          ///< Keys of files of `torch.save` whose value is no tensor.
  std::filesystem::path index{};               ///< Empty where the checkpoint is one file.
  /// `__metadata__` of the only file; nothing where that has none, or of a sharded checkpoint.
  std::optional<safetensors::Metadata> metadata{};
  std::vector<std::string> missing_in_shards{};  ///< Named by the index, and in no shard. Sorted.
  TensorDict tensors{};                          ///< In the order of the files, and of the data in them.
  std::vector<std::string> unnamed_in_index{};   ///< In a shard, and not named by the index. Sorted.
};

HUGGINGFACE_HUB_NAMESPACE_END
