// SPDX-License-Identifier: Apache-2.0
#include "checkpoints/torch_file.hpp"
#include "checkpoints/zip_archive.hpp"

#include "huggingface_hub/errors.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace hub = huggingface_hub;
namespace ck = huggingface_hub::checkpoints;

/// The bytes as an archive, whose promises must hold, and as a file of `torch.save`, whose tensors must be readable.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  try {
    std::uint64_t sum = 0;
    for (const ck::ZipEntry& entry : ck::read_stored_zip(bytes)) {
      if (entry.offset > size || entry.size > size - entry.offset) std::abort();
      sum += entry.size;
    }
    if (sum > size) std::abort();
  } catch (const ck::ZipFailure& failure) {
    if (failure.why.empty()) std::abort();
  }
  try {
    hub::LoadTorchFileOptions options;
    options.max_copied_bytes = 1 << 20;
    const hub::TorchFile file = ck::read_torch_file({bytes.data(), {}, "fuzz", bytes.size()}, options);
    unsigned sum = 0;
    for (const auto& [name, tensor] : file.tensors) {
      for (const char byte : tensor.bytes()) sum += static_cast<unsigned char>(byte);
    }
    if (sum == UINT32_MAX) std::abort();  // So that all bytes are looked at.
  } catch (const hub::CheckpointError&) {
  }
  return 0;
}
