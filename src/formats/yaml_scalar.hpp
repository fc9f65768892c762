// SPDX-License-Identifier: Apache-2.0
/// @file
/// What an unquoted YAML scalar means: the YAML 1.1 rules as PyYAML applies them (`spec/cards.md` 3). The reader
/// types with them; the writer asks them whether a text may stay without quotes.
#pragma once

#include "formats/yaml_value.hpp"

#include "huggingface_hub/result.hpp"

#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

enum class YamlType { null, boolean, integer, floating, timestamp, merge, value, string, binary };

/// The type of the plain scalar `text`.
YamlType resolve_plain_scalar(std::string_view text) noexcept;

/// The value of `text` as a `type` (not merge, not value). A text that is none (`!!int abc`, `2024-13-01`) is an
/// error of code `card` that says so, without a position.
Result<YamlValue> make_scalar(YamlType type, std::string_view text);

/// The number as Python's `repr` and then PyYAML's representer write it: shortest digits that read back, exponent
/// form below 1e-4 and from 1e16 on, always with a point (`spec/cards.md` 4.2).
std::string yaml_float_text(double value);

/// As Python's `repr`: `1e+16`, `inf`, `nan`, `0.1`.
std::string python_float_text(double value);

HUGGINGFACE_HUB_NAMESPACE_END
