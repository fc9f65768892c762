// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/serialization/gguf.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace gguf = huggingface_hub::gguf;

/// Whatever the bytes: a header whose tensors lie in the file, or `GGUFError`.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const gguf::ReadAt read = [&](std::uint64_t offset, void* target, std::size_t count) {
    if (offset > size || count > size - offset) std::abort();  // Never asked for what is not there.
    if (count > 0) std::memcpy(target, data + offset, count);
    return count;
  };
  gguf::Limits limits;
  limits.array_items = 100'000;
  try {
    const gguf::Header header = gguf::read_header(read, size, "fuzz", limits);
    for (const gguf::Tensor& tensor : header.tensors) {
      const std::uint64_t end = header.data_begin + tensor.offset + tensor.size.value_or(0);
      if (tensor.size.value_or(0) > 0 && end > size) std::abort();
    }
    (void)gguf::facts_of(header);
  } catch (const huggingface_hub::GGUFError&) {
  }
  return 0;
}
