// SPDX-License-Identifier: Apache-2.0
/// @file
/// Texts as the Python command line forms them (`spec/cli.md` 3).
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace huggingface_hub::cli {

using Json = nlohmann::ordered_json;

/// `json.dumps(value)`: `", "` and `": "` between, everything beyond ASCII escaped. `indent` > 0: one member a line.
std::string python_json(const Json& value, int indent = 0);

/// `str(value)`: `None`, `True`, `['a', 'b']`.
std::string python_str(const Json& value);

/// Control characters and others that print nothing, as `\n`, `\x1b`, `\u200b`.
std::string escape_control_characters(std::string_view text);

/// Runs of white space as one blank, none at the ends, the rest escaped.
std::string single_line(std::string_view text);

/// Characters, not bytes.
std::size_t length_of(std::string_view text) noexcept;
/// The first `count` characters.
std::string_view first_characters(std::string_view text, std::size_t count) noexcept;

/// ASCII letters in lower case.
std::string lower(std::string_view text);

/// A part of `text`: without white space at both ends.
std::string_view trimmed(std::string_view text);

}  // namespace huggingface_hub::cli
