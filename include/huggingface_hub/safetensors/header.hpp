// SPDX-License-Identifier: Apache-2.0
/// @file
/// The header of a safetensors file: what it holds, and every check before a byte of it is trusted
/// (`spec/safetensors.md` 1 and 2). A duplicate tensor name is refused here, though the reference takes the last.
#pragma once

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/safetensors/dtype.hpp"
#include "huggingface_hub/safetensors/tensor.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace safetensors {

inline constexpr std::uint64_t kMaxHeaderSize = 100'000'000;  // spec/safetensors.md 2, rule 2
inline constexpr std::size_t kLengthSize = 8;                 // The length in front of the header.

namespace detail {

/// Throws what the reference calls by `what`; `why` adds what it does not say.
[[noreturn]] inline void fail(std::string_view source, std::string_view what, const std::string& why = {}) {
  Error error;
  error.code = ErrorCode::safetensors_parsing;
  error.message = "Not a valid safetensors file";
  if (!source.empty()) error.message += " (" + std::string(source) + ")";
  error.message += ": " + std::string(what);
  if (!why.empty()) error.message += ": " + why;
  error.message += ".";
  if (!source.empty()) error.path = std::string(source);
  throw_error(error);
}

/// `a * b`, or nothing where that does not fit 64 bits.
inline std::optional<std::uint64_t> multiply(std::uint64_t a, std::uint64_t b) noexcept {
  if (a != 0 && b > UINT64_MAX / a) return std::nullopt;
  return a * b;
}

inline std::string shape_text(const Shape& shape) {
  std::string text = "[";
  for (const std::uint64_t dimension : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(dimension);
  }
  return text + "]";
}

/// Bytes of a tensor: rules 7 and 8.
inline std::uint64_t checked_byte_size(std::string_view source, const TensorInfo& tensor) {
  std::optional<std::uint64_t> bits = 1;
  for (const std::uint64_t dimension : tensor.shape) {
    bits = multiply(*bits, dimension);
    if (!bits) break;
  }
  if (bits) bits = multiply(*bits, bit_size(tensor.dtype));
  const auto described = [&] {
    return "tensor `" + tensor.name + "` of type " + std::string(to_string(tensor.dtype)) + " and shape " +
           shape_text(tensor.shape);
  };
  if (!bits) fail(source, "overflow computing buffer size from shape and/or element type", described());
  if (*bits % 8 != 0) fail(source, "the values do not fill whole bytes", described());
  return *bits / 8;
}

/// Rules 6 to 9: in the order of the data, without holes and overlaps, each as long as shape and type say.
inline void check_layout(std::string_view source, const std::vector<TensorInfo>& tensors) {
  std::uint64_t position = 0;
  for (const TensorInfo& tensor : tensors) {
    if (tensor.begin != position || tensor.end < tensor.begin) {
      fail(source, "invalid offset for tensor `" + tensor.name + "`",
           "it is at [" + std::to_string(tensor.begin) + ", " + std::to_string(tensor.end) +
               "], and the data before it ends at " + std::to_string(position));
    }
    position = tensor.end;
    const std::uint64_t bytes = checked_byte_size(source, tensor);
    if (bytes != tensor.byte_size()) {
      fail(source, "invalid shape, data type, or offset for tensor `" + tensor.name + "`",
           shape_text(tensor.shape) + " of " + std::string(to_string(tensor.dtype)) + " are " + std::to_string(bytes) +
               " bytes, its offsets give " + std::to_string(tensor.byte_size()));
    }
  }
}

}  // namespace detail

/// Parses the JSON of a header: rules 4 to 9. `data_begin` stays 0.
/// @param json    The header without its length, padding included; no more than 100 MB.
/// @param source  The file's name, for messages.
/// @throws SafetensorsParsingError  with the rule that is broken, and the tensor.
inline Header parse_header_json(std::string_view json, std::string_view source = {});

/// The size of the header from the first bytes of a file (eight, or all there are): rules 1 to 3.
/// @throws SafetensorsParsingError
inline std::uint64_t parse_header_size(std::string_view first_bytes, std::uint64_t file_size,
                                       std::string_view source = {}) {
  if (first_bytes.size() < kLengthSize || file_size < kLengthSize) {
    detail::fail(source, "header too small", "a file has at least 8 bytes, this one " + std::to_string(file_size));
  }
  std::uint64_t size = 0;
  std::memcpy(&size, first_bytes.data(), kLengthSize);
  if (size > kMaxHeaderSize) {
    detail::fail(source, "header too large", std::to_string(size) + " bytes; the format allows 100000000");
  }
  if (size > file_size - kLengthSize) {
    detail::fail(source, "invalid header length",
                 std::to_string(size) + " bytes are promised, the file has " + std::to_string(file_size) + " in all");
  }
  return size;
}

/// Parses and checks the whole of a header: rules 1 to 10.
/// @param beginning  The file's bytes up to the end of the header at least.
/// @param file_size  Bytes of the whole file.
/// @param source     The file's name, for messages.
/// @throws SafetensorsParsingError
inline Header parse_header(std::string_view beginning, std::uint64_t file_size, std::string_view source = {}) {
  const std::uint64_t size = parse_header_size(beginning, file_size, source);
  if (beginning.size() - kLengthSize < size) detail::fail(source, "invalid header length", "the header is cut short");
  Header header = parse_header_json(beginning.substr(kLengthSize, static_cast<std::size_t>(size)), source);
  header.data_begin = kLengthSize + size;
  if (header.data_size != file_size - header.data_begin) {
    detail::fail(source, "incomplete metadata, file not fully covered",
                 "the tensors take " + std::to_string(header.data_size) + " bytes, the file has " +
                     std::to_string(file_size - header.data_begin) + " after its header");
  }
  return header;
}

}  // namespace safetensors
HUGGINGFACE_HUB_NAMESPACE_END

#include "huggingface_hub/safetensors/header_json.hpp"  // IWYU pragma: export
