// SPDX-License-Identifier: Apache-2.0
#include "cards/template_filters.hpp"

#include "formats/yaml_scalar.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

std::string float_as_json(double number) {
  if (std::isnan(number)) return "NaN";
  if (std::isinf(number)) return number < 0 ? "-Infinity" : "Infinity";
  return python_float_text(number);
}

std::string quoted(const std::string& text) { return nlohmann::json(text).dump(-1, ' ', true); }

/// A key as Python's `json.dumps` writes it.
std::string key_as_json(const MetaValue& key) {
  if (key.is_null()) return "null";
  if (const auto truth = key.as_bool()) return *truth ? "true" : "false";
  if (const auto number = key.kind() == MetaValue::Kind::floating ? key.as_double() : std::nullopt) {
    return float_as_json(*number);
  }
  return python_str(key);
}

/// `json.dumps(value, sort_keys=True)`: a blank after each comma and colon, ASCII only, numbers as Python prints them.
void append_json(std::string& out, const MetaValue& value) {
  using Kind = MetaValue::Kind;
  switch (value.kind()) {
    case Kind::null: out += "null"; return;
    case Kind::boolean: out += *value.as_bool() ? "true" : "false"; return;
    case Kind::integer: out += std::to_string(*value.as_integer()); return;
    case Kind::big_integer: out += *value.text(); return;
    case Kind::floating: out += float_as_json(*value.as_double()); return;
    case Kind::string: out += quoted(*value.text()); return;
    case Kind::list: {
      out += '[';
      bool first = true;
      for (const MetaValue& item : *value.as_list()) {
        if (!std::exchange(first, false)) out += ", ";
        append_json(out, item);
      }
      out += ']';
      return;
    }
    case Kind::map: {
      std::vector<std::pair<std::string, const MetaValue*>> entries;
      for (const auto& [key, item] : *value.as_map()) entries.emplace_back(key_as_json(key), &item);
      std::stable_sort(entries.begin(), entries.end(),
                       [](const auto& left, const auto& right) { return left.first < right.first; });
      out += '{';
      bool first = true;
      for (const auto& [key, item] : entries) {
        if (!std::exchange(first, false)) out += ", ";
        out += quoted(key) + ": ";
        append_json(out, *item);
      }
      out += '}';
      return;
    }
    case Kind::timestamp:
    case Kind::binary: break;
  }
  throw TemplateFailure{"'" + python_str(value) + "' cannot be written as JSON"};
}

}  // namespace

TemplateValue template_filter_tojson(const TemplateValue& input, const TemplateArguments&) {
  if (input.undefined) throw TemplateFailure{"something undefined cannot be written as JSON"};
  std::string plain;
  append_json(plain, input.value);
  std::string safe;
  for (const char c : plain) {
    switch (c) {
      case '<': safe += "\\u003c"; break;
      case '>': safe += "\\u003e"; break;
      case '&': safe += "\\u0026"; break;
      case '\'': safe += "\\u0027"; break;
      default: safe += c;
    }
  }
  return MetaValue(std::move(safe));
}

HUGGINGFACE_HUB_NAMESPACE_END
