// SPDX-License-Identifier: Apache-2.0
// A file of `torch.save` in memory.
#pragma once

#include "huggingface_hub/serialization/torch_checkpoint.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {

/// The bytes of a file, and what keeps them.
struct TorchBytes {
  char* data{nullptr};
  std::shared_ptr<const void> keep_alive{};
  std::filesystem::path path{};  ///< For messages.
  std::size_t size{0};
};

/// `load_torch_file` of bytes in memory. @throws CheckpointError
TorchFile read_torch_file(TorchBytes source, const LoadTorchFileOptions& options);

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
