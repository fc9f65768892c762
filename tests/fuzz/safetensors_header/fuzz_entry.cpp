// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/safetensors/header.hpp"
#include "huggingface_hub/safetensors/writer.hpp"

#include <cstdlib>

namespace st = huggingface_hub::safetensors;

/// Whatever the bytes: a header whose rules hold, or `SafetensorsParsingError`. What was accepted is written again
/// and must come back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  try {
    const st::Header header = st::parse_header(file, size, "fuzz");
    if (header.data_begin + header.data_size != size) std::abort();
    st::NamedTensors tensors;
    for (const st::TensorInfo& info : header.tensors) {
      if (info.begin > info.end || info.end > header.data_size) std::abort();
      const char* const begin = file.data() + header.data_begin + info.begin;
      tensors.emplace_back(info.name,
                           st::TensorView(info.dtype, info.shape, begin, static_cast<std::size_t>(info.byte_size())));
    }
    const std::string again = st::save(tensors, header.metadata);
    const st::Header same = st::parse_header(again, again.size());
    if (same.tensors.size() != header.tensors.size() || same.metadata != header.metadata) std::abort();
  } catch (const huggingface_hub::SafetensorsParsingError&) {
  }
  return 0;
}
