// SPDX-License-Identifier: Apache-2.0
// The tests of card templates: `x is defined`, `n is divisibleby 3`.
#include "cards/template_value.hpp"

#include <cmath>
#include <cstdint>
#include <unordered_map>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

using ValueKind = MetaValue::Kind;
using Value = TemplateValue;
using Arguments = TemplateArguments;
using Test = bool (*)(const Value&, const Arguments&);

bool is_iterable(const Value& v, const Arguments&) {
  return v.undefined || v.value.is_list() || v.value.is_map() || v.value.is_string();
}

bool is_number(const Value& v, const Arguments&) {
  return !v.undefined && (python_number(v.value) || v.value.kind() == ValueKind::big_integer);
}

double number_tested(const Value& v) {
  const auto number = python_number(v.value);
  if (v.undefined || !number) throw TemplateFailure{"'" + python_str(v) + "' is no number"};
  return *number;
}

/// `v % by == rest`, as Python divides.
bool leaves(const Value& v, double by, double rest) {
  if (by <= 0 && by >= 0) throw TemplateFailure{"division by zero"};
  const double number = number_tested(v);
  const double left = number - std::floor(number / by) * by;
  return left <= rest && left >= rest;
}

bool is_in_case(const Value& v, std::string (*convert)(const std::string&), std::string (*other)(const std::string&)) {
  const std::string text = python_str(v);
  return text == convert(text) && text != other(text);
}

const std::unordered_map<std::string, Test>& tests() {
  static const Test equal = [](const Value& v, const Arguments& given) { return python_equal(v, given.get(0, "other")); };
  static const Test unequal = [](const Value& v, const Arguments& given) { return !python_equal(v, given.get(0, "other")); };
  static const Test less = [](const Value& v, const Arguments& given) { return python_less(v, given.get(0, "other")); };
  static const Test greater = [](const Value& v, const Arguments& given) { return python_less(given.get(0, "other"), v); };
  static const Test most = [](const Value& v, const Arguments& given) { return !python_less(given.get(0, "other"), v); };
  static const Test least = [](const Value& v, const Arguments& given) { return !python_less(v, given.get(0, "other")); };
  static const std::unordered_map<std::string, Test> table{
      {"boolean", [](const Value& v, const Arguments&) { return v.value.kind() == ValueKind::boolean; }},
      {"defined", [](const Value& v, const Arguments&) { return !v.undefined; }},
      {"divisibleby",
       [](const Value& v, const Arguments& given) { return leaves(v, number_tested(given.get(0, "num")), 0); }},
      {"eq", equal},
      {"equalto", equal},
      {"even", [](const Value& v, const Arguments&) { return leaves(v, 2, 0); }},
      {"false", [](const Value& v, const Arguments&) { return v.value.as_bool() == false; }},
      {"float", [](const Value& v, const Arguments&) { return v.value.kind() == ValueKind::floating; }},
      {"ge", least},
      {"greaterthan", greater},
      {"gt", greater},
      {"in", [](const Value& v, const Arguments& given) { return python_contains(given.get(0, "seq"), v); }},
      {"integer",
       [](const Value& v, const Arguments&) {
         return v.value.kind() == ValueKind::integer || v.value.kind() == ValueKind::big_integer;
       }},
      {"iterable", is_iterable},
      {"le", most},
      {"lessthan", less},
      {"lower", [](const Value& v, const Arguments&) { return is_in_case(v, python_lower, python_upper); }},
      {"lt", less},
      {"mapping", [](const Value& v, const Arguments&) { return v.value.is_map(); }},
      {"ne", unequal},
      {"none", [](const Value& v, const Arguments&) { return !v.undefined && v.value.is_null(); }},
      {"number", is_number},
      {"odd", [](const Value& v, const Arguments&) { return leaves(v, 2, 1); }},
      {"sequence", is_iterable},
      {"string", [](const Value& v, const Arguments&) { return v.value.is_string(); }},
      {"true", [](const Value& v, const Arguments&) { return v.value.as_bool() == true; }},
      {"undefined", [](const Value& v, const Arguments&) { return v.undefined; }},
      {"upper", [](const Value& v, const Arguments&) { return is_in_case(v, python_upper, python_lower); }},
  };
  return table;
}

}  // namespace

bool is_template_test(const std::string& name) { return tests().count(name) != 0; }

bool apply_template_test(const std::string& name, const TemplateValue& input, const TemplateArguments& arguments) {
  return tests().at(name)(input, arguments);
}

HUGGINGFACE_HUB_NAMESPACE_END
