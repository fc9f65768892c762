// SPDX-License-Identifier: Apache-2.0
/// @file
/// How a text can be written as a YAML scalar: which styles are open to it (`spec/cards.md` 4.3).
#pragma once

#include "huggingface_hub/version.hpp"

#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// `\n`, U+0085, U+2028, U+2029: what YAML 1.1 takes for the end of a line inside a scalar.
constexpr bool is_yaml_break(char32_t c) noexcept { return c == U'\n' || c == 0x85 || c == 0x2028 || c == 0x2029; }

struct YamlTextStyles {
  bool empty{false};
  bool multiline{false};
  bool plain{false};          ///< Nothing in the text itself asks for quotes.
  bool single_quoted{false};  ///< No escape is needed.
};

YamlTextStyles yaml_text_styles(std::u32string_view text) noexcept;

/// The escape of `c` in double quotes; empty for what may stand as it is.
std::string yaml_escape(char32_t c);

HUGGINGFACE_HUB_NAMESPACE_END
