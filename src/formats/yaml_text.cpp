// SPDX-License-Identifier: Apache-2.0
#include "formats/yaml_text.hpp"

#include <array>
#include <cstdio>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

/// What counts as white space beside an indicator.
bool is_separator(char32_t c) noexcept {
  return c == 0 || c == U' ' || c == U'\t' || c == U'\r' || is_yaml_break(c);
}

/// Needs an escape: not printable, or a byte order mark.
bool is_special(char32_t c) noexcept {
  if (c == U'\n' || (c >= 0x20 && c <= 0x7E) || c == 0x85) return false;
  if (c == 0xFEFF) return true;
  return !((c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c < 0x10FFFF));
}

bool has_indicator(std::u32string_view text) noexcept {
  if (text.substr(0, 3) == U"---" || text.substr(0, 3) == U"...") return true;
  constexpr std::u32string_view kFirst = U"#,[]{}&*!|>'\"%@`";
  const char32_t first = text[0];
  const bool alone = text.size() == 1 || is_separator(text[1]);
  if (kFirst.find(first) != std::u32string_view::npos) return true;
  if ((first == U'?' || first == U':' || first == U'-') && alone) return true;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == U':' && (i + 1 == text.size() || is_separator(text[i + 1]))) return true;
    if (text[i] == U'#' && is_separator(text[i - 1])) return true;
  }
  return false;
}

}  // namespace

YamlTextStyles yaml_text_styles(std::u32string_view text) noexcept {
  YamlTextStyles styles;
  if (text.empty()) {
    styles.empty = true;
    styles.plain = true;
    styles.single_quoted = true;
    return styles;
  }
  bool special = false;
  bool space_after_break = false;
  bool break_after_space = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    special = special || is_special(text[i]);
    styles.multiline = styles.multiline || is_yaml_break(text[i]);
    if (i == 0) continue;
    space_after_break = space_after_break || (text[i] == U' ' && is_yaml_break(text[i - 1]));
    break_after_space = break_after_space || (is_yaml_break(text[i]) && text[i - 1] == U' ');
  }
  styles.single_quoted = !special && !space_after_break && !break_after_space;
  const bool blank_end = text.front() == U' ' || text.back() == U' ';
  styles.plain = styles.single_quoted && !styles.multiline && !blank_end && !has_indicator(text);
  return styles;
}

std::string yaml_escape(char32_t c) {
  switch (c) {
    case U'\0': return "\\0";
    case U'\a': return "\\a";
    case U'\b': return "\\b";
    case U'\t': return "\\t";
    case U'\n': return "\\n";
    case U'\v': return "\\v";
    case U'\f': return "\\f";
    case U'\r': return "\\r";
    case 0x1B: return "\\e";
    case U'"': return "\\\"";
    case U'\\': return "\\\\";
    case 0x85: return "\\N";
    case 0x2028: return "\\L";
    case 0x2029: return "\\P";
    default: break;
  }
  const bool stands = (c >= 0x20 && c <= 0x7E) || (c >= 0xA0 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD);
  if (stands && c != 0xFEFF) return {};
  std::array<char, 16> buffer{};
  const char* format = c <= 0xFF ? "\\x%02X" : c <= 0xFFFF ? "\\u%04X" : "\\U%08X";
  std::snprintf(buffer.data(), buffer.size(), format, static_cast<unsigned>(c));
  return buffer.data();
}

HUGGINGFACE_HUB_NAMESPACE_END
