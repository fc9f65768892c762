// SPDX-License-Identifier: Apache-2.0
/// @file
/// Values while a template is filled, and how Python would print, compare and take them apart.
#pragma once

#include "huggingface_hub/cards/meta_value.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// No text of a template may become longer, in bytes.
inline constexpr std::size_t kMaxTemplateText = std::size_t{64} << 20;

/// A value, or the lack of one, which prints as nothing and which `default` replaces.
struct TemplateValue {
  MetaValue value{};
  bool undefined{false};

  TemplateValue() = default;
  TemplateValue(MetaValue given) : value(std::move(given)) {}  // NOLINT(google-explicit-constructor)
  static TemplateValue none() {
    TemplateValue made;
    made.undefined = true;
    return made;
  }
  [[nodiscard]] bool is_truthy() const noexcept { return !undefined && value.is_truthy(); }
};

/// Thrown while a template is read or filled; `render_template` adds the line.
struct TemplateFailure {
  std::string message;
};

/// `str(value)` of Python.
std::string python_str(const MetaValue& value);
std::string python_str(const TemplateValue& value);

/// `repr(value)` of Python.
std::string python_repr(const MetaValue& value);

/// The items of a list, keys of a mapping or characters of a text; fails for what Python cannot iterate.
MetaList python_items(const TemplateValue& value);

/// A number, of true and false too: Python counts with them. Nothing for other values.
std::optional<double> python_number(const MetaValue& value) noexcept;

/// `left == right`: numbers of all kinds compare.
bool python_equal(const TemplateValue& left, const TemplateValue& right);
/// `left < right`; fails for what Python cannot order.
bool python_less(const TemplateValue& left, const TemplateValue& right);
/// `item in container`.
bool python_contains(const TemplateValue& container, const TemplateValue& item);

/// `container[key]`, and undefined where it has none; fails where `container` is undefined itself.
TemplateValue python_item(const TemplateValue& container, const TemplateValue& key);

/// `str.upper` and `str.lower`, for Latin, Greek and Cyrillic letters; others keep their case.
std::string python_upper(const std::string& text);
std::string python_lower(const std::string& text);
/// The first letter in upper case, the others in lower case.
std::string python_capitalize(const std::string& text);

struct TemplateArguments {
  std::vector<TemplateValue> positional{};
  std::map<std::string, TemplateValue> named{};

  /// The argument at `position` or called `name`; undefined where it was not given.
  [[nodiscard]] TemplateValue get(std::size_t position, const std::string& name) const {
    if (position < positional.size()) return positional[position];
    const auto found = named.find(name);
    return found == named.end() ? TemplateValue::none() : found->second;
  }
};

/// True if there is a filter of this name.
bool is_template_filter(const std::string& name);
TemplateValue apply_template_filter(const std::string& name, const TemplateValue& input,
                                    const TemplateArguments& arguments);

bool is_template_test(const std::string& name);
bool apply_template_test(const std::string& name, const TemplateValue& input, const TemplateArguments& arguments);

/// The methods of Python's texts and dictionaries that templates call: `x.items()`, `x.upper()`.
bool is_template_method(const std::string& name);
TemplateValue call_template_method(const std::string& name, const TemplateValue& input,
                                   const TemplateArguments& arguments);

HUGGINGFACE_HUB_NAMESPACE_END
