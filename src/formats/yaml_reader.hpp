// SPDX-License-Identifier: Apache-2.0
/// @file
/// YAML text → value tree, as PyYAML's safe loader gives it (`spec/cards.md` 3).
#pragma once

#include "formats/yaml_value.hpp"

#include "huggingface_hub/result.hpp"

#include <cstddef>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// What a text may cost. The defaults are far above any real card and bound what a hostile one can do: time and
/// memory are linear in them.
struct YamlLimits {
  std::size_t bytes{std::size_t{16} << 20};           ///< Of the text.
  std::size_t depth{200};                             ///< Of nested lists and mappings.
  std::size_t expanded_bytes{std::size_t{64} << 20};  ///< Of all text after aliases are expanded.
  std::size_t nodes{1'000'000};                       ///< Of values after aliases are expanded.
};

/// The one document of `text`; null for a text without any. The order of keys is kept; of a key given twice the
/// last value counts, in the place of the first. Aliases are expanded to copies, `<<` is merged. A `!!set` becomes a
/// mapping to null, `!!omap` and `!!pairs` lists of pairs.
///
/// Fails with code `card` and the line and column (from 1): malformed YAML, text that is not UTF-8, several
/// documents, an unknown tag, a list or mapping as a key, an alias inside its own anchor, a limit.
Result<YamlValue> read_yaml(std::string_view text, const YamlLimits& limits = {});

HUGGINGFACE_HUB_NAMESPACE_END
