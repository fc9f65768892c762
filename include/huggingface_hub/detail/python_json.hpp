// SPDX-License-Identifier: Apache-2.0
/// @file
/// JSON text byte for byte as Python's `json.dumps(value, sort_keys=True, indent=2)` writes it, and a reader that
/// takes what Python writes, `NaN` and `Infinity` included (`spec/mixin.md` 1.6).
#pragma once

#include "huggingface_hub/detail/json_abi.hpp"
#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/patterns.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {
HUGGINGFACE_HUB_JSON_ABI_BEGIN

/// Python's `repr(float)`: the shortest digits that read back the same; an exponent below 1e-4 and from 1e16 on.
inline std::string python_float(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  std::array<char, 40> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  std::string_view text(buffer.data(), static_cast<std::size_t>(written.ptr - buffer.data()));
  std::string out;
  if (text.front() == '-') {
    out = "-";
    text.remove_prefix(1);
  }
  const std::size_t mark = text.find('e');
  const std::string_view exponent_text = text.substr(text[mark + 1] == '+' ? mark + 2 : mark + 1);
  int exponent = 0;
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  if (exponent < -4 || exponent >= 16) return out + std::string(text);  // At least two digits there, as in Python.

  std::string digits(1, text.front());
  if (mark > 2) digits += text.substr(2, mark - 2);
  if (exponent < 0) return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  const std::size_t whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() < whole) digits.append(whole - digits.size(), '0');
  const std::string fraction = digits.size() > whole ? digits.substr(whole) : "0";
  return out + digits.substr(0, whole) + "." + fraction;
}

inline void append_unicode_escape(std::string& out, std::uint32_t unit) {
  constexpr const char* kDigits = "0123456789abcdef";
  out += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[(unit >> shift) & 15U];
}

/// @throws HFValidationError  the text is not UTF-8.
inline void append_python_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char32_t c : to_characters(text)) {
    if (c >= 0xD800 && c <= 0xDFFF) {
      throw_error(ErrorCode::validation, "A text in the configuration is not UTF-8, which JSON cannot hold.");
    }
    switch (c) {
      case U'"': out += "\\\""; continue;
      case U'\\': out += "\\\\"; continue;
      case U'\n': out += "\\n"; continue;
      case U'\r': out += "\\r"; continue;
      case U'\t': out += "\\t"; continue;
      case U'\b': out += "\\b"; continue;
      case U'\f': out += "\\f"; continue;
      default: break;
    }
    const auto value = static_cast<std::uint32_t>(c);
    if (value >= 0x20 && value < 0x7F) {
      out += static_cast<char>(value);
    } else if (value < 0x10000) {
      append_unicode_escape(out, value);
    } else {
      append_unicode_escape(out, 0xD800U + ((value - 0x10000U) >> 10));
      append_unicode_escape(out, 0xDC00U + ((value - 0x10000U) & 0x3FFU));
    }
  }
  out += '"';
}

inline void append_python_json(std::string& out, const nlohmann::json& value, std::size_t depth) {
  const auto new_line = [&out](std::size_t level) {
    out += '\n';
    out.append(2 * level, ' ');
  };
  const bool is_object = value.is_object();
  if ((is_object || value.is_array()) && !value.empty()) {
    out += is_object ? '{' : '[';
    bool first = true;
    for (auto item = value.begin(); item != value.end(); ++item) {  // An object's keys are sorted by their bytes.
      if (!first) out += ',';
      first = false;
      new_line(depth + 1);
      if (is_object) {
        append_python_string(out, item.key());
        out += ": ";
      }
      append_python_json(out, *item, depth + 1);
    }
    new_line(depth);
    out += is_object ? '}' : ']';
  } else if (is_object) {
    out += "{}";
  } else if (value.is_array()) {
    out += "[]";
  } else if (value.is_string()) {
    append_python_string(out, value.get_ref<const std::string&>());
  } else if (value.is_number_float()) {
    out += python_float(value.get<double>());
  } else if (value.is_binary()) {
    throw_error(ErrorCode::validation, "The configuration holds binary data, which JSON cannot.");
  } else {
    out += value.dump();
  }
}

/// No line break at the end. @throws HFValidationError  a text is not UTF-8, or a value is binary.
inline std::string to_python_json(const nlohmann::json& value) {
  std::string out;
  append_python_json(out, value, 0);
  return out;
}

/// `text` with each bare `NaN`, `Infinity` and `-Infinity` made a string that begins with `mark`.
inline std::string quote_non_finite(std::string_view text, const std::string& mark) {
  std::string out;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    if (in_string && c == '\\') {
      out += text.substr(i, 2);
      i += 2;
      continue;
    }
    if (c == '"') in_string = !in_string;
    std::string_view word;
    for (const std::string_view known : {std::string_view("NaN"), std::string_view("Infinity"), std::string_view("-Infinity")}) {
      if (!in_string && text.substr(i, known.size()) == known) word = known;
    }
    if (word.empty()) {
      out += c;
      ++i;
    } else {
      out += "\"" + mark + std::string(word) + "\"";
      i += word.size();
    }
  }
  return out;
}

inline void restore_non_finite(nlohmann::json& value, const std::string& mark) {
  if (value.is_structured()) {
    for (nlohmann::json& item : value) restore_non_finite(item, mark);
  } else if (value.is_string()) {
    const std::string& text = value.get_ref<const std::string&>();
    if (text.compare(0, mark.size(), mark) != 0) return;
    const char kind = text[mark.size()];
    const double infinity = std::numeric_limits<double>::infinity();
    value = kind == 'N' ? std::numeric_limits<double>::quiet_NaN() : kind == '-' ? -infinity : infinity;
  }
}

/// @throws nlohmann::json::parse_error
inline nlohmann::json parse_python_json(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text = std::string_view("\x01");  // Python refuses a byte order mark too.
  if (text.find("NaN") == std::string_view::npos && text.find("Infinity") == std::string_view::npos) {
    return nlohmann::json::parse(text.begin(), text.end());
  }
  std::string mark = "non-finite:";
  while (text.find(mark) != std::string_view::npos) mark += ':';
  const std::string quoted = quote_non_finite(text, mark);
  nlohmann::json value = nlohmann::json::parse(quoted.begin(), quoted.end());
  restore_non_finite(value, mark);
  return value;
}

HUGGINGFACE_HUB_JSON_ABI_END
}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
