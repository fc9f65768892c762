// SPDX-License-Identifier: Apache-2.0
/// @file
/// Where the YAML block of a card begins and ends (`spec/cards.md` 2).
#pragma once

#include "huggingface_hub/version.hpp"

#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The parts of a card, as views into its text.
struct FrontMatter {
  std::string_view yaml{};  ///< Between the fences.
  std::string_view text{};  ///< After the closing fence and its line break.
};

/// The block at the start of `content`, blank lines before it passed over; nothing where there is none. Takes time
/// in proportion to the length, whatever the content: the Hub's regular expression, without its backtracking.
std::optional<FrontMatter> find_front_matter(std::string_view content) noexcept;

/// The line break that `text` uses, by Python's count; nothing where it has none.
std::optional<std::string> detect_line_break(std::string_view text);

HUGGINGFACE_HUB_NAMESPACE_END
