// SPDX-License-Identifier: Apache-2.0
/// @file
/// UTF-8 by code points, and the classes of characters that Python's text functions know.
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Strict: no overlong forms, no surrogates, nothing above U+10FFFF. Nothing where `text` is no UTF-8.
std::optional<std::u32string> decode_utf8(std::string_view text);

/// Precondition: `c` is a code point that UTF-8 can hold.
void append_utf8(std::string& out, char32_t c);

/// Offset of the first byte that is not UTF-8; `text.size()` where all is.
std::size_t valid_utf8_prefix(std::string_view text) noexcept;

/// `str.isspace()` of Python, which is `\s` of its regular expressions too.
bool is_python_space(char32_t c) noexcept;

/// The length in bytes of the white space (as above) at the start of `text`.
std::size_t leading_space(std::string_view text) noexcept;

/// `str.strip()`.
std::string_view python_strip(std::string_view text) noexcept;

HUGGINGFACE_HUB_NAMESPACE_END
