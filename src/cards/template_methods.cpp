// SPDX-License-Identifier: Apache-2.0
// The methods that templates call on texts and mappings, as Python has them.
#include "cards/template_value.hpp"

#include "formats/utf8.hpp"

#include <cstdint>
#include <unordered_map>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

using Arguments = TemplateArguments;
using Method = TemplateValue (*)(const TemplateValue&, const Arguments&);

const MetaMap& map_of(const TemplateValue& input, const char* method) {
  const MetaMap* map = input.undefined ? nullptr : input.value.as_map();
  if (map == nullptr) throw TemplateFailure{"'" + python_str(input) + "' has no method '" + method + "'"};
  return *map;
}

const std::string& string_of(const TemplateValue& input, const char* method) {
  const std::string* text = input.undefined ? nullptr : input.value.as_string();
  if (text == nullptr) throw TemplateFailure{"'" + python_str(input) + "' has no method '" + method + "'"};
  return *text;
}

TemplateValue method_items(const TemplateValue& input, const Arguments&) {
  return apply_template_filter("items", MetaValue(map_of(input, "items")), {});
}

TemplateValue method_keys(const TemplateValue& input, const Arguments&) {
  MetaList keys;
  for (const MetaEntry& entry : map_of(input, "keys")) keys.push_back(entry.key);
  return MetaValue(std::move(keys));
}

TemplateValue method_values(const TemplateValue& input, const Arguments&) {
  MetaList values;
  for (const MetaEntry& entry : map_of(input, "values")) values.push_back(entry.value);
  return MetaValue(std::move(values));
}

/// `get(key, default)`: None where there is neither.
TemplateValue method_get(const TemplateValue& input, const Arguments& arguments) {
  TemplateValue found = python_item(MetaValue(map_of(input, "get")), arguments.get(0, "key"));
  if (found.undefined) found = arguments.get(1, "default");
  return found.undefined ? TemplateValue(MetaValue()) : found;
}

TemplateValue method_strip(const TemplateValue& input, const Arguments& arguments) {
  return apply_template_filter("trim", MetaValue(string_of(input, "strip")), arguments);
}

TemplateValue method_split(const TemplateValue& input, const Arguments& arguments) {
  const std::string& text = string_of(input, "split");
  const TemplateValue given = arguments.get(0, "sep");
  MetaList parts;
  if (given.undefined || given.value.is_null()) {
    std::string_view rest = python_strip(text);
    while (!rest.empty()) {
      std::size_t end = 0;
      while (end < rest.size() && leading_space(rest.substr(end)) == 0) ++end;
      parts.emplace_back(rest.substr(0, end));
      rest.remove_prefix(end);
      rest.remove_prefix(leading_space(rest));
    }
    return MetaValue(std::move(parts));
  }
  const std::string separator = python_str(given);
  if (separator.empty()) throw TemplateFailure{"`split` needs a separator that is not empty"};
  std::size_t start = 0;
  for (std::size_t at = text.find(separator); at != std::string::npos; at = text.find(separator, start)) {
    parts.emplace_back(text.substr(start, at - start));
    start = at + separator.size();
  }
  parts.emplace_back(text.substr(start));
  return MetaValue(std::move(parts));
}

TemplateValue method_join(const TemplateValue& input, const Arguments& arguments) {
  Arguments separator;
  separator.positional.emplace_back(MetaValue(string_of(input, "join")));
  return apply_template_filter("join", arguments.get(0, "iterable"), separator);
}

TemplateValue method_startswith(const TemplateValue& input, const Arguments& arguments) {
  return MetaValue(string_of(input, "startswith").rfind(python_str(arguments.get(0, "prefix")), 0) == 0);
}

TemplateValue method_endswith(const TemplateValue& input, const Arguments& arguments) {
  const std::string& text = string_of(input, "endswith");
  const std::string end = python_str(arguments.get(0, "suffix"));
  return MetaValue(text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0);
}

const std::unordered_map<std::string, Method>& methods() {
  static const std::unordered_map<std::string, Method> table{
      {"capitalize",
       [](const TemplateValue& v, const Arguments&) -> TemplateValue {
         return MetaValue(python_capitalize(string_of(v, "capitalize")));
       }},
      {"endswith", method_endswith},
      {"get", method_get},
      {"items", method_items},
      {"join", method_join},
      {"keys", method_keys},
      {"lower",
       [](const TemplateValue& v, const Arguments&) -> TemplateValue { return MetaValue(python_lower(string_of(v, "lower"))); }},
      {"replace",
       [](const TemplateValue& v, const Arguments& given) {
         return apply_template_filter("replace", MetaValue(string_of(v, "replace")), given);
       }},
      {"split", method_split},
      {"startswith", method_startswith},
      {"strip", method_strip},
      {"upper",
       [](const TemplateValue& v, const Arguments&) -> TemplateValue { return MetaValue(python_upper(string_of(v, "upper"))); }},
      {"values", method_values},
  };
  return table;
}

}  // namespace

bool is_template_method(const std::string& name) { return methods().count(name) != 0; }

TemplateValue call_template_method(const std::string& name, const TemplateValue& input, const TemplateArguments& arguments) {
  return methods().at(name)(input, arguments);
}

HUGGINGFACE_HUB_NAMESPACE_END
