// SPDX-License-Identifier: Apache-2.0
#include "checkpoints/dduf_read.hpp"

#include "huggingface_hub/errors.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

/// Whatever the bytes: entries that lie in the file and have names that stay in a folder, or `DDUFCorruptedFileError`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const auto entries = huggingface_hub::checkpoints::read_dduf({reinterpret_cast<const char*>(data), size}, "fuzz");
    for (const huggingface_hub::DDUFEntry& entry : entries) {
      if (entry.offset > size || entry.length > size - entry.offset) std::abort();
      if (entry.filename.find("../") != std::string::npos) std::abort();
    }
    if (entries.find("model_index.json") == nullptr) std::abort();
  } catch (const huggingface_hub::DDUFCorruptedFileError&) {
  }
  return 0;
}
