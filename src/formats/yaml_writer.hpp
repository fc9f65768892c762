// SPDX-License-Identifier: Apache-2.0
/// @file
/// Value tree → YAML text, byte for byte what PyYAML's `dump` makes as the Python client calls it: block style, own
/// order of keys, unicode kept, width 80 (`spec/cards.md` 4). libyaml's emitter would escape each emoji.
#pragma once

#include "formats/yaml_value.hpp"

#include "huggingface_hub/result.hpp"

#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// `root` as a document that ends in a line break. `line_break` is `\n`, `\r\n` or `\r`.
///
/// Where Python prints `&id001` for a list that occurs twice as the same object, the list is printed twice: these are
/// values. Fails with code `card`: a text that is not UTF-8, a list or mapping as a key, more than 1000 levels.
Result<std::string> write_yaml(const YamlValue& root, std::string_view line_break = "\n");

HUGGINGFACE_HUB_NAMESPACE_END
