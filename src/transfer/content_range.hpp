// SPDX-License-Identifier: Apache-2.0
/// @file
/// What answers to ranged requests say about themselves.
#pragma once

#include "huggingface_hub/http/response.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

struct ContentRange {
  std::uint64_t first{0};
  std::optional<std::uint64_t> total{};
};

/// `bytes 10-19/20`, `bytes 10-19/*` (RFC 9110 14.4); nothing where it is no such field.
std::optional<ContentRange> read_content_range(std::string_view field);

/// Digits and nothing else.
std::optional<std::uint64_t> read_number(std::string_view text);

/// The `ETag` with its quotes, if it is one that says that the bytes are the same; else empty.
std::string strong_etag(const http::ResponseHead& head);

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
