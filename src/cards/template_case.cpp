// SPDX-License-Identifier: Apache-2.0
// Upper and lower case of Latin, Greek and Cyrillic letters.
#include "cards/template_value.hpp"

#include "formats/utf8.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

bool is_between(char32_t c, char32_t first, char32_t last) noexcept { return c >= first && c <= last; }

/// Blocks in which each letter of upper case is followed by its lower case; `odd`: the upper case is the odd one.
bool is_paired(char32_t c, bool& odd) noexcept {
  odd = is_between(c, 0x139, 0x148) || is_between(c, 0x179, 0x17E) || is_between(c, 0x1CD, 0x1DC);
  if (odd) return true;
  if (c == 0x130 || c == 0x131 || c == 0x138) return false;  // The two without a partner here, and kra.
  return is_between(c, 0x100, 0x137) || is_between(c, 0x14A, 0x177) || is_between(c, 0x1DE, 0x1EF) ||
         is_between(c, 0x460, 0x481) || is_between(c, 0x48A, 0x4BF) || is_between(c, 0x4D0, 0x52F) ||
         is_between(c, 0x1E00, 0x1E95) || is_between(c, 0x1EA0, 0x1EFF);
}

char32_t upper_of(char32_t c) noexcept {
  if (is_between(c, U'a', U'z')) return c - 32;
  if (c < 0x80) return c;
  if (is_between(c, 0xE0, 0xFE) && c != 0xF7) return c - 32;
  if (c == 0xFF) return 0x178;
  if (is_between(c, 0x3B1, 0x3C9)) return c == 0x3C2 ? 0x3A3 : c - 32;
  if (c == 0x3AC) return 0x386;
  if (is_between(c, 0x3AD, 0x3AF)) return c - 37;
  if (c == 0x3CC) return 0x38C;
  if (is_between(c, 0x3CD, 0x3CE)) return c - 63;
  if (is_between(c, 0x430, 0x44F)) return c - 32;
  if (is_between(c, 0x450, 0x45F)) return c - 80;
  bool odd = false;
  if (is_paired(c, odd) && (c % 2 == 0) == odd) return c - 1;
  return c;
}

char32_t lower_of(char32_t c) noexcept {
  if (is_between(c, U'A', U'Z')) return c + 32;
  if (c < 0x80) return c;
  if (is_between(c, 0xC0, 0xDE) && c != 0xD7) return c + 32;
  if (c == 0x178) return 0xFF;
  if (is_between(c, 0x391, 0x3A9) && c != 0x3A2) return c + 32;
  if (c == 0x386) return 0x3AC;
  if (is_between(c, 0x388, 0x38A)) return c + 37;
  if (c == 0x38C) return 0x3CC;
  if (is_between(c, 0x38E, 0x38F)) return c + 63;
  if (is_between(c, 0x410, 0x42F)) return c + 32;
  if (is_between(c, 0x400, 0x40F)) return c + 80;
  bool odd = false;
  if (is_paired(c, odd) && (c % 2 == 1) == odd) return c + 1;
  return c;
}

std::u32string points_of(const std::string& text) {
  std::optional<std::u32string> points = decode_utf8(text);
  if (!points) throw TemplateFailure{"a text is not UTF-8"};
  return std::move(*points);
}

void append_upper(std::string& out, char32_t c) {
  if (c == 0xDF) {  // ß has no upper case of its own.
    out += "SS";
  } else {
    append_utf8(out, upper_of(c));
  }
}

}  // namespace

std::string python_upper(const std::string& text) {
  std::string out;
  for (const char32_t c : points_of(text)) append_upper(out, c);
  return out;
}

std::string python_lower(const std::string& text) {
  std::string out;
  for (const char32_t c : points_of(text)) append_utf8(out, lower_of(c));
  return out;
}

std::string python_capitalize(const std::string& text) {
  std::string out;
  for (const char32_t c : points_of(text)) {
    if (!out.empty()) {
      append_utf8(out, lower_of(c));
    } else if (c == 0xDF) {
      out += "Ss";
    } else {
      append_utf8(out, upper_of(c));
    }
  }
  return out;
}

HUGGINGFACE_HUB_NAMESPACE_END
