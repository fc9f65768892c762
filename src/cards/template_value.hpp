// SPDX-License-Identifier: Apache-2.0
/// @file
/// Values while a template is filled, and how Python would print them.
#pragma once

#include "huggingface_hub/cards/meta_value.hpp"

#include <map>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

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
bool apply_template_test(const std::string& name, const TemplateValue& input);

HUGGINGFACE_HUB_NAMESPACE_END
