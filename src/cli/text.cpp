// SPDX-License-Identifier: Apache-2.0
#include "cli/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>

namespace huggingface_hub::cli {

namespace {

/// One character of UTF-8; a byte that belongs to none stands for itself.
struct Character {
  char32_t value{0};
  std::size_t size{1};
};

Character first_character(std::string_view text) noexcept {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t size = lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
  if (size == 1 || size > text.size()) return {lead, 1};
  char32_t value = lead & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0) != 0x80) return {lead, 1};
    value = (value << 6) | (next & 0x3fU);
  }
  return {value, size};
}

struct Span {
  char32_t first;
  char32_t last;
};

// What `str.isprintable` says no to, as far as a server may send it: controls, spaces but the plain one, marks of
// direction, surrogates, private use.
constexpr std::array<Span, 17> kUnprintable{{{0, 0x1f},
                                             {0x7f, 0xa0},
                                             {0xad, 0xad},
                                             {0x600, 0x605},
                                             {0x61c, 0x61c},
                                             {0x1680, 0x1680},
                                             {0x180e, 0x180e},
                                             {0x2000, 0x200f},
                                             {0x2028, 0x202f},
                                             {0x205f, 0x206f},
                                             {0x3000, 0x3000},
                                             {0xd800, 0xf8ff},
                                             {0xfeff, 0xfeff},
                                             {0xfff0, 0xfffb},
                                             {0xfffe, 0xffff},
                                             {0xe0000, 0xe00ff},
                                             {0xf0000, 0x10ffff}}};

bool is_printable(char32_t c) noexcept {
  for (const Span& span : kUnprintable) {
    if (c >= span.first && c <= span.last) return false;
  }
  return true;
}

std::string formatted(const char* format, unsigned value) {
  char text[16];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

std::string escaped(char32_t c) {
  switch (c) {
    case U'\n': return "\\n";
    case U'\r': return "\\r";
    case U'\t': return "\\t";
    default: break;
  }
  if (c < 0x100) return formatted("\\x%02x", static_cast<unsigned>(c));
  return c < 0x10000 ? formatted("\\u%04x", static_cast<unsigned>(c)) : formatted("\\U%08x", static_cast<unsigned>(c));
}

std::string json_string(std::string_view text) {
  std::string quoted = "\"";
  while (!text.empty()) {
    const Character c = first_character(text);
    text.remove_prefix(c.size);
    switch (c.value) {
      case U'"': quoted += "\\\""; continue;
      case U'\\': quoted += "\\\\"; continue;
      case U'\n': quoted += "\\n"; continue;
      case U'\r': quoted += "\\r"; continue;
      case U'\t': quoted += "\\t"; continue;
      case U'\b': quoted += "\\b"; continue;
      case U'\f': quoted += "\\f"; continue;
      default: break;
    }
    if (c.size == 1 && c.value >= 0x80) {
      quoted += formatted("\\u%04x", 0xdc00U + static_cast<unsigned>(c.value));  // A byte of a file name.
    } else if (c.value >= 0x10000) {
      const char32_t rest = c.value - 0x10000;
      quoted += formatted("\\u%04x", static_cast<unsigned>(0xd800 + (rest >> 10)));
      quoted += formatted("\\u%04x", static_cast<unsigned>(0xdc00 + (rest & 0x3ff)));
    } else if (c.value < 0x20 || c.value > 0x7e) {
      quoted += formatted("\\u%04x", static_cast<unsigned>(c.value));
    } else {
      quoted.push_back(static_cast<char>(c.value));
    }
  }
  return quoted + "\"";
}

void write_json(const Json& value, int indent, int depth, std::string& text) {
  const std::string line = indent > 0 ? "\n" + std::string(static_cast<std::size_t>(indent * (depth + 1)), ' ') : "";
  const std::string last = indent > 0 ? "\n" + std::string(static_cast<std::size_t>(indent * depth), ' ') : "";
  const std::string separator = indent > 0 ? "," : ", ";
  if (value.is_object() && !value.empty()) {
    std::string before = "{" + line;
    for (const auto& [key, member] : value.items()) {
      text += before + json_string(key) + ": ";
      write_json(member, indent, depth + 1, text);
      before = separator + line;
    }
    text += last + "}";
  } else if (value.is_array() && !value.empty()) {
    std::string before = "[" + line;
    for (const Json& member : value) {
      text += before;
      write_json(member, indent, depth + 1, text);
      before = separator + line;
    }
    text += last + "]";
  } else if (value.is_string()) {
    text += json_string(value.get_ref<const std::string&>());
  } else {
    text += value.dump();
  }
}

}  // namespace

std::string python_json(const Json& value, int indent) {
  std::string text;
  write_json(value, indent, 0, text);
  return text;
}

std::string python_str(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "None";
  if (value.is_boolean()) return value.get<bool>() ? "True" : "False";
  if (!value.is_array()) return python_json(value);
  std::string text = "[";
  for (const Json& member : value) {
    if (text.size() > 1) text += ", ";
    if (member.is_string()) {
      const std::string& content = member.get_ref<const std::string&>();
      const char quote = content.find('\'') != std::string::npos && content.find('"') == std::string::npos ? '"' : '\'';
      text += quote + content + quote;
    } else {
      text += python_str(member);
    }
  }
  return text + "]";
}

std::string escape_control_characters(std::string_view text) {
  std::string safe;
  while (!text.empty()) {
    const Character c = first_character(text);
    const bool stray = c.size == 1 && c.value >= 0x80;
    safe += stray || !is_printable(c.value) ? escaped(c.value) : std::string(text.substr(0, c.size));
    text.remove_prefix(c.size);
  }
  return safe;
}

std::string single_line(std::string_view text) {
  std::string line;
  bool space = false;
  for (const char c : text) {
    if (c == ' ' || (c >= '\t' && c <= '\r')) {
      space = true;
      continue;
    }
    if (space && !line.empty()) line.push_back(' ');
    space = false;
    line.push_back(c);
  }
  return escape_control_characters(line);
}

std::size_t length_of(std::string_view text) noexcept {
  std::size_t count = 0;
  for (; !text.empty(); ++count) text.remove_prefix(first_character(text).size);
  return count;
}

std::string_view first_characters(std::string_view text, std::size_t count) noexcept {
  std::size_t size = 0;
  for (; count > 0 && size < text.size(); --count) size += first_character(text.substr(size)).size;
  return text.substr(0, size);
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front())) != 0) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.remove_suffix(1);
  return text;
}

}  // namespace huggingface_hub::cli
