// SPDX-License-Identifier: Apache-2.0
// The filters of lists and mappings.
#include "cards/template_filters.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

/// The part of `value` that a dotted path names: `dataset.name`, `0`.
TemplateValue attribute_of(TemplateValue value, const TemplateValue& path) {
  const std::string text = python_str(path);
  std::size_t start = 0;
  while (start <= text.size()) {
    const std::size_t end = std::min(text.find('.', start), text.size());
    const std::string part = text.substr(start, end - start);
    const bool is_index = !part.empty() && part.size() < 10 && part.find_first_not_of("0123456789") == std::string::npos;
    value = python_item(value, is_index ? MetaValue(std::stoi(part)) : MetaValue(part));
    start = end + 1;
  }
  return value;
}

/// The argument `attribute` of a filter, applied to `item`.
TemplateValue wanted_part(const MetaValue& item, const TemplateArguments& arguments, std::size_t position) {
  const TemplateValue attribute = arguments.get(position, "attribute");
  if (attribute.undefined || attribute.value.is_null()) return item;
  return attribute_of(item, attribute);
}

/// For comparisons that do not mind the case.
TemplateValue without_case(TemplateValue value, bool case_sensitive) {
  const std::string* text = value.value.as_string();
  if (text == nullptr || case_sensitive) return value;
  return MetaValue(python_lower(*text));
}

TemplateValue filter_join(const TemplateValue& input, const TemplateArguments& arguments) {
  const std::string separator = python_str(arguments.get(0, "d"));
  std::string out;
  bool first = true;
  for (const MetaValue& item : python_items(input)) {
    if (!std::exchange(first, false)) out += separator;
    out += python_str(wanted_part(item, arguments, 1));
    if (out.size() > kMaxTemplateText) throw TemplateFailure{"a text is too long"};
  }
  return MetaValue(std::move(out));
}

TemplateValue filter_length(const TemplateValue& input, const TemplateArguments&) {
  if (const MetaMap* map = input.value.as_map()) return MetaValue(map->size());
  return MetaValue(python_items(input).size());
}

TemplateValue filter_first(const TemplateValue& input, const TemplateArguments&) {
  const MetaList items = python_items(input);
  return items.empty() ? TemplateValue::none() : items.front();
}

TemplateValue filter_last(const TemplateValue& input, const TemplateArguments&) {
  const MetaList items = python_items(input);
  return items.empty() ? TemplateValue::none() : items.back();
}

TemplateValue filter_list(const TemplateValue& input, const TemplateArguments&) { return MetaValue(python_items(input)); }

TemplateValue filter_reverse(const TemplateValue& input, const TemplateArguments&) {
  MetaList items = python_items(input);
  std::reverse(items.begin(), items.end());
  if (!input.value.is_string()) return MetaValue(std::move(items));
  std::string text;
  for (const MetaValue& item : items) text += *item.as_string();
  return MetaValue(std::move(text));
}

TemplateValue filter_unique(const TemplateValue& input, const TemplateArguments& arguments) {
  const bool case_sensitive = arguments.get(0, "case_sensitive").is_truthy();
  MetaList kept;
  std::vector<TemplateValue> seen;
  for (MetaValue& item : python_items(input)) {
    TemplateValue key = without_case(wanted_part(item, arguments, 1), case_sensitive);
    if (std::any_of(seen.begin(), seen.end(), [&key](const TemplateValue& one) { return python_equal(one, key); })) {
      continue;
    }
    seen.push_back(std::move(key));
    kept.push_back(std::move(item));
  }
  return MetaValue(std::move(kept));
}

TemplateValue filter_sort(const TemplateValue& input, const TemplateArguments& arguments) {
  const bool reverse = arguments.get(0, "reverse").is_truthy();
  const bool case_sensitive = arguments.get(1, "case_sensitive").is_truthy();
  std::vector<std::pair<TemplateValue, MetaValue>> keyed;
  for (MetaValue& item : python_items(input)) {
    TemplateValue key = without_case(wanted_part(item, arguments, 2), case_sensitive);
    keyed.emplace_back(std::move(key), std::move(item));
  }
  std::stable_sort(keyed.begin(), keyed.end(), [reverse](const auto& left, const auto& right) {
    return reverse ? python_less(right.first, left.first) : python_less(left.first, right.first);
  });
  MetaList items;
  for (auto& [key, item] : keyed) items.push_back(std::move(item));
  return MetaValue(std::move(items));
}

/// The greatest or the least of a list.
TemplateValue extreme(const TemplateValue& input, const TemplateArguments& arguments, bool greatest) {
  const bool case_sensitive = arguments.get(0, "case_sensitive").is_truthy();
  MetaList items = python_items(input);
  MetaValue* best = nullptr;
  TemplateValue best_key;
  for (MetaValue& item : items) {
    TemplateValue key = without_case(wanted_part(item, arguments, 1), case_sensitive);
    const bool better = best == nullptr || (greatest ? python_less(best_key, key) : python_less(key, best_key));
    if (!better) continue;
    best = &item;
    best_key = std::move(key);
  }
  return best == nullptr ? TemplateValue::none() : TemplateValue(std::move(*best));
}

TemplateValue filter_sum(const TemplateValue& input, const TemplateArguments& arguments) {
  std::int64_t whole = 0;
  double broken = 0;
  bool is_whole = true;
  for (const MetaValue& item : python_items(input)) {
    const TemplateValue part = wanted_part(item, arguments, 0);
    const auto number = python_number(part.value);
    if (part.undefined || !number) throw TemplateFailure{"'" + python_str(part) + "' is no number"};
    broken += *number;
    if (part.value.kind() == MetaValue::Kind::floating) {
      is_whole = false;
    } else if (__builtin_add_overflow(whole, static_cast<std::int64_t>(*number), &whole)) {
      throw TemplateFailure{"a number is too large"};
    }
  }
  return is_whole ? MetaValue(whole) : MetaValue(broken);
}

TemplateValue filter_items(const TemplateValue& input, const TemplateArguments&) {
  MetaList pairs;
  if (input.undefined) return MetaValue(std::move(pairs));
  const MetaMap* map = input.value.as_map();
  if (map == nullptr) throw TemplateFailure{"`items` needs a mapping"};
  for (const auto& [key, value] : *map) pairs.emplace_back(MetaList{key, value});
  return MetaValue(std::move(pairs));
}

TemplateValue filter_dictsort(const TemplateValue& input, const TemplateArguments& arguments) {
  TemplateArguments by;
  by.named["case_sensitive"] = arguments.get(0, "case_sensitive");
  by.named["reverse"] = arguments.get(2, "reverse");
  const TemplateValue what = arguments.get(1, "by");
  by.named["attribute"] = MetaValue(!what.undefined && python_str(what) == "value" ? "1" : "0");
  return filter_sort(filter_items(input, {}), by);
}

/// The arguments after the first `count`.
TemplateArguments rest_of(const TemplateArguments& arguments, std::size_t count) {
  TemplateArguments rest;
  for (std::size_t i = count; i < arguments.positional.size(); ++i) rest.positional.push_back(arguments.positional[i]);
  rest.named = arguments.named;
  return rest;
}

/// `map(attribute='name', default=…)`, or `map('filter', arguments…)`.
TemplateValue filter_map(const TemplateValue& input, const TemplateArguments& arguments) {
  MetaList mapped;
  const bool by_filter = !arguments.positional.empty();
  const std::string name = by_filter ? python_str(arguments.positional[0]) : std::string();
  if (by_filter && !is_template_filter(name)) throw TemplateFailure{"there is no filter '" + name + "'"};
  if (!by_filter && arguments.get(0, "attribute").undefined) throw TemplateFailure{"`map` needs a filter or an attribute"};
  for (const MetaValue& item : python_items(input)) {
    TemplateValue made = by_filter ? apply_template_filter(name, item, rest_of(arguments, 1))
                                   : attribute_of(item, arguments.get(0, "attribute"));
    if (!by_filter && made.undefined) made = arguments.get(1, "default");
    mapped.push_back(made.undefined ? MetaValue("") : std::move(made.value));  // It prints as nothing.
  }
  return MetaValue(std::move(mapped));
}

/// The items that pass a test; those that fail it with `wanted` false. With `by_attribute` the first argument names
/// the part of an item that is tested. Without a test, truth counts.
TemplateValue selected(const TemplateValue& input, const TemplateArguments& arguments, bool wanted, bool by_attribute) {
  const std::size_t place = by_attribute ? 1 : 0;
  if (by_attribute && arguments.positional.empty()) throw TemplateFailure{"the name of an attribute is missing"};
  const bool has_test = arguments.positional.size() > place;
  const std::string test = has_test ? python_str(arguments.positional[place]) : std::string();
  if (has_test && !is_template_test(test)) throw TemplateFailure{"there is no test '" + test + "'"};
  MetaList kept;
  for (MetaValue& item : python_items(input)) {
    const TemplateValue part = by_attribute ? attribute_of(item, arguments.positional[0]) : TemplateValue(item);
    const bool holds = has_test ? apply_template_test(test, part, rest_of(arguments, place + 1)) : part.is_truthy();
    if (holds == wanted) kept.push_back(std::move(item));
  }
  return MetaValue(std::move(kept));
}

}  // namespace

const TemplateFilters& list_template_filters() {
  using Value = TemplateValue;
  using Arguments = TemplateArguments;
  static const TemplateFilters table{
      {"count", filter_length},
      {"dictsort", filter_dictsort},
      {"first", filter_first},
      {"items", filter_items},
      {"join", filter_join},
      {"last", filter_last},
      {"length", filter_length},
      {"list", filter_list},
      {"map", filter_map},
      {"max", [](const Value& input, const Arguments& given) { return extreme(input, given, true); }},
      {"min", [](const Value& input, const Arguments& given) { return extreme(input, given, false); }},
      {"reject", [](const Value& input, const Arguments& given) { return selected(input, given, false, false); }},
      {"rejectattr", [](const Value& input, const Arguments& given) { return selected(input, given, false, true); }},
      {"reverse", filter_reverse},
      {"select", [](const Value& input, const Arguments& given) { return selected(input, given, true, false); }},
      {"selectattr", [](const Value& input, const Arguments& given) { return selected(input, given, true, true); }},
      {"sort", filter_sort},
      {"sum", filter_sum},
      {"unique", filter_unique},
  };
  return table;
}

HUGGINGFACE_HUB_NAMESPACE_END
