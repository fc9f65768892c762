// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/result.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

// hex.cpp
std::string to_hex(std::string_view raw);
std::optional<std::string> from_hex(std::string_view hex);
bool is_lower_hex(std::string_view text, std::size_t length) noexcept;
/// `[0-9a-f]{40}`, the whole string.
bool is_commit_hash(std::string_view text) noexcept;

// base64.cpp (OpenSSL): standard alphabet, padded, no line breaks.
std::string base64_encode(std::string_view raw);
std::optional<std::string> base64_decode(std::string_view text);

// percent.cpp: as Python's urllib.parse.quote / unquote; unreserved characters and those in `safe` stay.
std::string percent_encode(std::string_view text, std::string_view safe = "");
std::string percent_decode(std::string_view text);

// datetime.cpp
using SystemTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;
/// ISO 8601 with `Z` or an offset; any number of fraction digits, truncated to microseconds.
std::optional<SystemTime> parse_iso8601(std::string_view text) noexcept;
/// `YYYY-MM-DDTHH:MM:SS.mmmZ`.
std::string format_iso8601(SystemTime time);
/// The three forms of HTTP dates.
std::optional<SystemTime> parse_http_date(std::string_view text);
std::string format_http_date(SystemTime time);

// strings.cpp
std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text) noexcept;
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept;
/// Random hex digits from the operating system; `length` digits.
std::string random_hex(std::size_t length);
/// A random UUID (version 4).
std::string random_uuid();

HUGGINGFACE_HUB_NAMESPACE_END
