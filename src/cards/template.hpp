// SPDX-License-Identifier: Apache-2.0
/// @file
/// Fills card templates: the part of Jinja that such templates use (`spec/cards.md` 11), with Jinja's results.
#pragma once

#include "huggingface_hub/cards/meta_value.hpp"
#include "huggingface_hub/result.hpp"

#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// `source` with its expressions replaced.
///
/// Known: text, `{{ expression }}`, `{# comment #}`, `{% raw %}`, `{% if %}`, `{% for %}` with `loop`, `{% set %}`,
/// white space control (`{%-`); in expressions names, `.key`, `[…]`, literals, lists, comparisons, arithmetic,
/// `and or not in is`, `x if y else z`, and the filters of `template_filters.cpp`. An undefined name prints nothing.
/// Line breaks of the template become `\n`, and one at its end is dropped, as Jinja does.
///
/// Fails with code `card` and the line: malformed syntax, an unknown filter or test, a value that an operation cannot
/// take. Bounded: a source of 4 MiB, an output of 64 MiB, 100,000 turns of loops, 100 nested levels.
Result<std::string> render_template(std::string_view source, const MetaMap& vars);

HUGGINGFACE_HUB_NAMESPACE_END
