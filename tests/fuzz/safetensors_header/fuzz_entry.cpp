// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/safetensors/header.hpp"
#include "huggingface_hub/safetensors/writer.hpp"

#include <algorithm>
#include <cstdlib>

namespace st = huggingface_hub::safetensors;

namespace {

/// What the reader of plain headers takes, the reader of any JSON takes too, and reads the same.
void check_plain_reader(std::string_view json) {
  if (!st::detail::is_utf8(json)) return;
  const auto plain = st::detail::PlainHeader(json).read();
  if (!plain) return;
  const st::Header any = st::detail::read_any_header(json, "fuzz");
  if (any.metadata != plain->metadata || any.tensors.size() != plain->tensors.size()) std::abort();
  for (std::size_t i = 0; i < any.tensors.size(); ++i) {
    const st::TensorInfo& a = any.tensors[i];
    const st::TensorInfo& b = plain->tensors[i];
    if (a.name != b.name || a.dtype != b.dtype || a.shape != b.shape || a.begin != b.begin || a.end != b.end) std::abort();
  }
}

}  // namespace

/// Whatever the bytes: a header whose rules hold, or `SafetensorsParsingError`. What was accepted is written again
/// and must come back the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  try {
    check_plain_reader(file.substr(std::min<std::size_t>(size, st::kLengthSize)));
  } catch (const huggingface_hub::SafetensorsParsingError&) {
    std::abort();
  }
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
