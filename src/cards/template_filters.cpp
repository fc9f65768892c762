// SPDX-License-Identifier: Apache-2.0
// The filters and tests of card templates. Letters beyond ASCII keep their case.
#include "cards/template_value.hpp"

#include "formats/utf8.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <unordered_map>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

using Arguments = TemplateArguments;
using Filter = TemplateValue (*)(const TemplateValue&, const Arguments&);

char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template <typename Function>
TemplateValue mapped(const TemplateValue& input, Function function) {
  std::string text = python_str(input);
  std::transform(text.begin(), text.end(), text.begin(), function);
  return MetaValue(std::move(text));
}

TemplateValue filter_default(const TemplateValue& input, const Arguments& arguments) {
  const TemplateValue fallback = arguments.get(0, "default_value");
  const bool also_falsy = arguments.get(1, "boolean").is_truthy();
  if (!input.undefined && (!also_falsy || input.is_truthy())) return input;
  return fallback.undefined ? MetaValue("") : fallback;
}

TemplateValue filter_capitalize(const TemplateValue& input, const Arguments&) {
  std::string text = *mapped(input, lower).value.as_string();
  if (!text.empty()) text[0] = upper(text[0]);
  return MetaValue(std::move(text));
}

TemplateValue filter_title(const TemplateValue& input, const Arguments&) {
  std::string text = python_str(input);
  bool begins = true;
  for (char& c : text) {
    c = begins ? upper(c) : lower(c);
    begins = std::string_view(" \t\n\r\f\v-({[<").find(c) != std::string_view::npos;
  }
  return MetaValue(std::move(text));
}

TemplateValue filter_trim(const TemplateValue& input, const Arguments& arguments) {
  const std::string text = python_str(input);
  const TemplateValue given = arguments.get(0, "chars");
  if (given.undefined || given.value.is_null()) return MetaValue(python_strip(text));
  const std::string characters = python_str(given);
  const std::size_t first = text.find_first_not_of(characters);
  if (first == std::string::npos) return MetaValue("");
  return MetaValue(text.substr(first, text.find_last_not_of(characters) - first + 1));
}

TemplateValue filter_join(const TemplateValue& input, const Arguments& arguments) {
  const std::string separator = python_str(arguments.get(0, "d"));
  std::string out;
  bool first = true;
  for (const MetaValue& item : python_items(input)) {
    if (!first) out += separator;
    first = false;
    out += python_str(item);
  }
  return MetaValue(std::move(out));
}

TemplateValue filter_replace(const TemplateValue& input, const Arguments& arguments) {
  const std::string text = python_str(input);
  const std::string old_text = python_str(arguments.get(0, "old"));
  const std::string new_text = python_str(arguments.get(1, "new"));
  if (old_text.empty()) throw TemplateFailure{"`replace` needs a text to look for"};
  const auto most = arguments.get(2, "count").value.as_integer();
  std::string out;
  std::size_t start = 0;
  std::int64_t done = 0;
  for (std::size_t at = text.find(old_text); at != std::string::npos && (!most || done < *most);
       at = text.find(old_text, start), ++done) {
    out += text.substr(start, at - start) + new_text;
    start = at + old_text.size();
  }
  return MetaValue(out + text.substr(start));
}

TemplateValue filter_length(const TemplateValue& input, const Arguments&) {
  if (const MetaMap* map = input.value.as_map()) return MetaValue(map->size());
  return MetaValue(python_items(input).size());
}

/// JSON of the same value, keys sorted as Jinja does.
nlohmann::json json_of(const MetaValue& value) {
  using Kind = MetaValue::Kind;
  switch (value.kind()) {
    case Kind::null:
      return nullptr;
    case Kind::boolean:
      return *value.as_bool();
    case Kind::integer:
      return *value.as_integer();
    case Kind::string:
      return *value.text();
    case Kind::list: {
      nlohmann::json list = nlohmann::json::array();
      for (const MetaValue& item : *value.as_list()) list.push_back(json_of(item));
      return list;
    }
    case Kind::map: {
      nlohmann::json object = nlohmann::json::object();
      for (const auto& [key, item] : *value.as_map()) object[python_str(key)] = json_of(item);
      return object;
    }
    default:
      break;
  }
  throw TemplateFailure{"'" + python_str(value) + "' cannot be written as JSON"};
}

/// `json.dumps`: a blank after each comma and colon, floats as Python prints them.
void append_json(std::string& out, const nlohmann::json& json) {
  if (json.is_array()) {
    out += '[';
    for (std::size_t i = 0; i < json.size(); ++i) {
      if (i > 0) out += ", ";
      append_json(out, json[i]);
    }
    out += ']';
  } else if (json.is_object()) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : json.items()) {
      out += (first ? "" : ", ") + nlohmann::json(key).dump(-1, ' ', true) + ": ";
      first = false;
      append_json(out, item);
    }
    out += '}';
  } else {
    out += json.dump(-1, ' ', true);
  }
}

TemplateValue filter_tojson(const TemplateValue& input, const Arguments&) {
  std::string plain;
  if (input.value.kind() == MetaValue::Kind::floating) {
    plain = python_str(input);
  } else {
    append_json(plain, json_of(input.value));
  }
  std::string safe;  // Jinja's form is safe inside HTML.
  for (const char c : plain) {
    switch (c) {
      case '<':
        safe += "\\u003c";
        break;
      case '>':
        safe += "\\u003e";
        break;
      case '&':
        safe += "\\u0026";
        break;
      case '\'':
        safe += "\\u0027";
        break;
      default:
        safe += c;
    }
  }
  return MetaValue(std::move(safe));
}

TemplateValue filter_escape(const TemplateValue& input, const Arguments&) {
  std::string out;
  for (const char c : python_str(input)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '"':
        out += "&#34;";
        break;
      default:
        out += c;
    }
  }
  return MetaValue(std::move(out));
}

TemplateValue filter_first(const TemplateValue& input, const Arguments&) {
  const MetaList items = python_items(input);
  return items.empty() ? TemplateValue::none() : items.front();
}

TemplateValue filter_last(const TemplateValue& input, const Arguments&) {
  const MetaList items = python_items(input);
  return items.empty() ? TemplateValue::none() : items.back();
}

TemplateValue filter_unique(const TemplateValue& input, const Arguments&) {
  MetaList kept;
  for (MetaValue& item : python_items(input)) {
    if (std::find(kept.begin(), kept.end(), item) == kept.end()) kept.push_back(std::move(item));
  }
  return MetaValue(std::move(kept));
}

TemplateValue filter_sort(const TemplateValue& input, const Arguments&) {
  MetaList items = python_items(input);
  const auto is_text = [](const MetaValue& item) { return item.is_string(); };
  const auto is_number = [](const MetaValue& item) { return item.as_double().has_value(); };
  if (std::all_of(items.begin(), items.end(), is_text)) {
    std::stable_sort(items.begin(), items.end(), [](const MetaValue& left, const MetaValue& right) {
      return *mapped(left, lower).value.as_string() < *mapped(right, lower).value.as_string();
    });
  } else if (std::all_of(items.begin(), items.end(), is_number)) {
    std::stable_sort(items.begin(), items.end(), [](const MetaValue& left, const MetaValue& right) {
      return left.as_double() < right.as_double();
    });
  } else {
    throw TemplateFailure{"`sort` needs a list of texts or of numbers"};
  }
  return MetaValue(std::move(items));
}

TemplateValue filter_items(const TemplateValue& input, const Arguments&) {
  MetaList pairs;
  if (input.undefined) return MetaValue(std::move(pairs));
  const MetaMap* map = input.value.as_map();
  if (map == nullptr) throw TemplateFailure{"`items` needs a mapping"};
  for (const auto& [key, value] : *map) pairs.emplace_back(MetaList{key, value});
  return MetaValue(std::move(pairs));
}

TemplateValue filter_int(const TemplateValue& input, const Arguments& arguments) {
  if (const auto number = input.value.as_double()) {
    if (input.value.as_integer()) return input;
    if (std::fabs(*number) < 9e18) return MetaValue(static_cast<std::int64_t>(*number));
  }
  if (const std::string* text = input.value.as_string()) {
    char* end = nullptr;
    const double number = std::strtod(text->c_str(), &end);
    if (end != text->c_str() && *end == '\0' && std::fabs(number) < 9e18) {
      return MetaValue(static_cast<std::int64_t>(number));
    }
  }
  const TemplateValue fallback = arguments.get(0, "default");
  return fallback.undefined ? MetaValue(0) : fallback;
}

/// Each line but the first moves `width` blanks to the right; empty ones stay empty.
TemplateValue filter_indent(const TemplateValue& input, const Arguments& arguments) {
  constexpr std::int64_t kWidest = 1000;
  const std::int64_t width =
      std::clamp<std::int64_t>(arguments.get(0, "width").value.as_integer().value_or(4), 0, kWidest);
  const std::string blanks(static_cast<std::size_t>(width), ' ');
  const std::string text = python_str(input);
  std::string out = arguments.get(1, "first").is_truthy() ? blanks : "";
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    const bool next_is_empty = i + 1 == text.size() || text[i + 1] == '\n';
    if (text[i] == '\n' && (!next_is_empty || arguments.get(2, "blank").is_truthy())) out += blanks;
  }
  return MetaValue(std::move(out));
}

const std::unordered_map<std::string, Filter>& filters() {
  static const std::unordered_map<std::string, Filter> table{
      {"capitalize", filter_capitalize},
      {"count", filter_length},
      {"d", filter_default},
      {"default", filter_default},
      {"e", filter_escape},
      {"escape", filter_escape},
      {"first", filter_first},
      {"indent", filter_indent},
      {"int", filter_int},
      {"items", filter_items},
      {"join", filter_join},
      {"last", filter_last},
      {"length", filter_length},
      {"list",
       [](const TemplateValue& input, const Arguments&) { return TemplateValue(MetaValue(python_items(input))); }},
      {"lower", [](const TemplateValue& input, const Arguments&) { return mapped(input, lower); }},
      {"replace", filter_replace},
      {"safe", [](const TemplateValue& input, const Arguments&) { return input; }},
      {"sort", filter_sort},
      {"string",
       [](const TemplateValue& input, const Arguments&) { return TemplateValue(MetaValue(python_str(input))); }},
      {"title", filter_title},
      {"tojson", filter_tojson},
      {"trim", filter_trim},
      {"unique", filter_unique},
      {"upper", [](const TemplateValue& input, const Arguments&) { return mapped(input, upper); }},
  };
  return table;
}

using Test = bool (*)(const TemplateValue&);

const std::unordered_map<std::string, Test>& tests() {
  using Kind = MetaValue::Kind;
  static const std::unordered_map<std::string, Test> table{
      {"boolean", [](const TemplateValue& v) { return v.value.kind() == Kind::boolean; }},
      {"defined", [](const TemplateValue& v) { return !v.undefined; }},
      {"false", [](const TemplateValue& v) { return v.value.as_bool() == false; }},
      {"iterable",
       [](const TemplateValue& v) {
         return v.undefined || v.value.is_list() || v.value.is_map() || v.value.is_string();
       }},
      {"mapping", [](const TemplateValue& v) { return v.value.is_map(); }},
      {"none", [](const TemplateValue& v) { return !v.undefined && v.value.is_null(); }},
      {"number",
       [](const TemplateValue& v) {
         return v.value.as_double() || v.value.kind() == Kind::boolean || v.value.kind() == Kind::big_integer;
       }},
      {"sequence",
       [](const TemplateValue& v) {
         return v.undefined || v.value.is_list() || v.value.is_map() || v.value.is_string();
       }},
      {"string", [](const TemplateValue& v) { return v.value.is_string(); }},
      {"true", [](const TemplateValue& v) { return v.value.as_bool() == true; }},
      {"undefined", [](const TemplateValue& v) { return v.undefined; }},
  };
  return table;
}

}  // namespace

bool is_template_filter(const std::string& name) { return filters().count(name) != 0; }

TemplateValue apply_template_filter(const std::string& name, const TemplateValue& input,
                                    const TemplateArguments& arguments) {
  return filters().at(name)(input, arguments);
}

bool is_template_test(const std::string& name) { return tests().count(name) != 0; }

bool apply_template_test(const std::string& name, const TemplateValue& input) { return tests().at(name)(input); }

HUGGINGFACE_HUB_NAMESPACE_END
