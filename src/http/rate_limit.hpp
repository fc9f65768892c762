// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a response says about waiting: `RateLimit`, `RateLimit-Policy`, `Retry-After` (`spec/transfer.md` 1).
#pragma once

#include "huggingface_hub/http/headers.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

struct RateLimit {
  std::string name{};
  std::int64_t remaining{0};
  std::chrono::seconds reset{0};                ///< Until the next window.
  std::optional<std::int64_t> quota{};          ///< Requests a window, from the policy.
  std::optional<std::chrono::seconds> window{};
};

/// Nothing where the header is absent or is not of the form `"<name>"; r=<int>; t=<int>`.
std::optional<RateLimit> parse_rate_limit(const Headers& headers);

/// How long the server asks to wait: on a 429 the end of a used-up window, else `Retry-After`, in seconds or as a
/// date seen from `now`. Not negative.
std::optional<std::chrono::seconds> asked_wait(int status, const Headers& headers,
                                               std::chrono::system_clock::time_point now);

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
