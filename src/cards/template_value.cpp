// SPDX-License-Identifier: Apache-2.0
#include "cards/template_value.hpp"

#include "formats/utf8.hpp"
#include "formats/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

/// What `repr` shows as an escape: control, format and private characters, and every space but U+0020.
bool is_printable(char32_t c) noexcept {
  if (c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0xAD) return false;
  if (c == 0x1680 || c == 0x180E || (c >= 0x2000 && c <= 0x200F) || (c >= 0x2028 && c <= 0x202F)) return false;
  if ((c >= 0x205F && c <= 0x206F) || c == 0x3000 || c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB)) return false;
  if ((c >= 0xE000 && c <= 0xF8FF) || c >= 0xE0000) return false;
  return (c & 0xFFFEU) != 0xFFFE;
}

void append_escape(std::string& out, char32_t c) {
  switch (c) {
    case U'\n':
      out += "\\n";
      return;
    case U'\r':
      out += "\\r";
      return;
    case U'\t':
      out += "\\t";
      return;
    case U'\\':
      out += "\\\\";
      return;
    default:
      break;
  }
  std::array<char, 16> buffer{};
  const char* format = c <= 0xFF ? "\\x%02x" : c <= 0xFFFF ? "\\u%04x" : "\\U%08x";
  std::snprintf(buffer.data(), buffer.size(), format, static_cast<unsigned>(c));
  out += buffer.data();
}

char quote_for(std::string_view text) noexcept {
  const bool single = text.find('\'') != std::string_view::npos;
  const bool twice = text.find('"') != std::string_view::npos;
  return single && !twice ? '"' : '\'';
}

std::string repr_of_text(const std::string& text) {
  const char quote = quote_for(text);
  const std::optional<std::u32string> points = decode_utf8(text);
  if (!points) throw TemplateFailure{"a text is not UTF-8"};
  std::string out(1, quote);
  for (const char32_t c : *points) {
    if (c == static_cast<char32_t>(quote)) {
      out += '\\';
      out += quote;
    } else if (c == U'\\' || !is_printable(c)) {
      append_escape(out, c);
    } else {
      append_utf8(out, c);
    }
  }
  return out + quote;
}

std::string repr_of_bytes(const std::string& bytes) {
  const char quote = quote_for(bytes);
  std::string out = std::string("b") + quote;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote) {
      out += std::string("\\") + quote;
    } else if (byte < 0x20 || byte >= 0x7F || c == '\\') {
      append_escape(out, byte);
    } else {
      out += c;
    }
  }
  return out + quote;
}

}  // namespace

std::string python_str(const MetaValue& value) {
  if (value.kind() == MetaValue::Kind::string || value.kind() == MetaValue::Kind::timestamp) return *value.text();
  return python_repr(value);
}

std::string python_str(const TemplateValue& value) { return value.undefined ? "" : python_str(value.value); }

std::string python_repr(const MetaValue& value) {
  using Kind = MetaValue::Kind;
  switch (value.kind()) {
    case Kind::null:
      return "None";
    case Kind::boolean:
      return *value.as_bool() ? "True" : "False";
    case Kind::integer:
      return std::to_string(*value.as_integer());
    case Kind::floating:
      return python_float_text(*value.as_double());
    case Kind::big_integer:
    case Kind::timestamp:
      return *value.text();
    case Kind::string:
      return repr_of_text(*value.text());
    case Kind::binary:
      return repr_of_bytes(*value.text());
    case Kind::list: {
      std::string out = "[";
      for (const MetaValue& item : *value.as_list()) out += (out.size() > 1 ? ", " : "") + python_repr(item);
      return out + "]";
    }
    case Kind::map:
      break;
  }
  std::string out = "{";
  for (const auto& [key, item] : *value.as_map()) {
    out += (out.size() > 1 ? ", " : "") + python_repr(key) + ": " + python_repr(item);
  }
  return out + "}";
}

MetaList python_items(const TemplateValue& value) {
  MetaList items;
  if (value.undefined) return items;
  if (const MetaList* list = value.value.as_list()) return *list;
  if (const MetaMap* map = value.value.as_map()) {
    for (const MetaEntry& entry : *map) items.push_back(entry.key);
    return items;
  }
  const std::string* text = value.value.as_string();
  if (text == nullptr) throw TemplateFailure{"'" + python_str(value) + "' is no list"};
  const std::optional<std::u32string> points = decode_utf8(*text);
  if (!points) throw TemplateFailure{"a text is not UTF-8"};
  for (const char32_t c : *points) {
    std::string one;
    append_utf8(one, c);
    items.emplace_back(std::move(one));
  }
  return items;
}

std::optional<double> python_number(const MetaValue& value) noexcept {
  if (const auto truth = value.as_bool()) return *truth ? 1.0 : 0.0;
  return value.as_double();
}

bool python_equal(const TemplateValue& left, const TemplateValue& right) {
  if (left.undefined || right.undefined) return left.undefined && right.undefined;
  const auto a = python_number(left.value);
  const auto b = python_number(right.value);
  if (a && b) return *a <= *b && *a >= *b;
  return left.value == right.value;
}

bool python_less(const TemplateValue& left, const TemplateValue& right) {
  const auto a = python_number(left.value);
  const auto b = python_number(right.value);
  if (a && b) return *a < *b;
  const std::string* text = left.value.as_string();
  const std::string* other = right.value.as_string();
  if (text == nullptr || other == nullptr) {
    throw TemplateFailure{"'" + python_str(left) + "' and '" + python_str(right) + "' cannot be compared"};
  }
  return *text < *other;
}

bool python_contains(const TemplateValue& container, const TemplateValue& item) {
  if (const std::string* text = container.value.as_string()) {
    return text->find(python_str(item)) != std::string::npos;
  }
  const MetaList items = python_items(container);
  return std::any_of(items.begin(), items.end(), [&item](const MetaValue& one) { return python_equal(one, item); });
}

TemplateValue python_item(const TemplateValue& container, const TemplateValue& key) {
  if (container.undefined) throw TemplateFailure{"something undefined has no '" + python_str(key) + "'"};
  if (const MetaMap* map = container.value.as_map()) {
    for (const MetaEntry& entry : *map) {
      if (entry.key == key.value) return entry.value;
    }
    return TemplateValue::none();
  }
  const auto index = key.value.as_integer();
  if (!index || (!container.value.is_list() && !container.value.is_string())) return TemplateValue::none();
  const MetaList items = python_items(container);
  const auto size = static_cast<std::int64_t>(items.size());
  const std::int64_t place = *index < 0 ? *index + size : *index;
  if (place < 0 || place >= size) return TemplateValue::none();
  return items[static_cast<std::size_t>(place)];
}

HUGGINGFACE_HUB_NAMESPACE_END
