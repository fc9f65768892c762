// SPDX-License-Identifier: Apache-2.0
/// @file
/// The tables of filters, one a subject; `template_filters.cpp` joins them.
#pragma once

#include "cards/template_value.hpp"

#include <string>
#include <unordered_map>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

using TemplateFilter = TemplateValue (*)(const TemplateValue& input, const TemplateArguments& arguments);
using TemplateFilters = std::unordered_map<std::string, TemplateFilter>;

/// Of lists and mappings: `join`, `sort`, `map`, `select`, …
const TemplateFilters& list_template_filters();

/// `value | tojson`: Jinja's form, safe inside HTML.
TemplateValue template_filter_tojson(const TemplateValue& input, const TemplateArguments& arguments);

HUGGINGFACE_HUB_NAMESPACE_END
