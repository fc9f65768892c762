// SPDX-License-Identifier: Apache-2.0
#include "formats/utf8.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

struct Decoded {
  char32_t point{0};
  std::size_t length{0};  ///< 0: not UTF-8.
};

Decoded decode_one(std::string_view text) noexcept {
  const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  std::size_t length = 0;
  char32_t point = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
    point = lead & 0x1FU;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    point = lead & 0x0FU;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    point = lead & 0x07U;
  }
  if (length == 0 || text.size() < length) return {};
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return {};
    point = (point << 6U) | (byte(i) & 0x3FU);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (overlong || surrogate || point > 0x10FFFF) return {};
  return {point, length};
}

}  // namespace

std::optional<std::u32string> decode_utf8(std::string_view text) {
  std::u32string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Decoded one = decode_one(text);
    if (one.length == 0) return std::nullopt;
    out.push_back(one.point);
    text.remove_prefix(one.length);
  }
  return out;
}

void append_utf8(std::string& out, char32_t c) {
  const auto tail = [&out](char32_t bits) { out.push_back(static_cast<char>(0x80U | (bits & 0x3FU))); };
  if (c < 0x80) {
    out.push_back(static_cast<char>(c));
  } else if (c < 0x800) {
    out.push_back(static_cast<char>(0xC0U | (c >> 6U)));
    tail(c);
  } else if (c < 0x10000) {
    out.push_back(static_cast<char>(0xE0U | (c >> 12U)));
    tail(c >> 6U);
    tail(c);
  } else {
    out.push_back(static_cast<char>(0xF0U | (c >> 18U)));
    tail(c >> 12U);
    tail(c >> 6U);
    tail(c);
  }
}

std::size_t valid_utf8_prefix(std::string_view text) noexcept {
  std::size_t position = 0;
  while (position < text.size()) {
    const Decoded one = decode_one(text.substr(position));
    if (one.length == 0) return position;
    position += one.length;
  }
  return position;
}

bool is_python_space(char32_t c) noexcept {
  return (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x20) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::size_t leading_space(std::string_view text) noexcept {
  std::size_t position = 0;
  while (position < text.size()) {
    const Decoded one = decode_one(text.substr(position));
    if (one.length == 0 || !is_python_space(one.point)) break;
    position += one.length;
  }
  return position;
}

std::string_view python_strip(std::string_view text) noexcept {
  text.remove_prefix(leading_space(text));
  while (!text.empty()) {
    std::size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xC0U) == 0x80U) --start;
    const Decoded one = decode_one(text.substr(start));
    if (one.length == 0 || start + one.length != text.size() || !is_python_space(one.point)) break;
    text.remove_suffix(one.length);
  }
  return text;
}

HUGGINGFACE_HUB_NAMESPACE_END
