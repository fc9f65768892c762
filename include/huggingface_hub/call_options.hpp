// SPDX-License-Identifier: Apache-2.0
/// @file
/// What every call may be given: a token, and the options that override those of `HfApi`.
#pragma once

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/retry.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The `token` argument of Python: a string, `true`, `false`, or nothing.
///
/// * nothing (`Token{}`): the token of `HfApi`, else the one of the environment or of the token file,
///   unless `HF_HUB_DISABLE_IMPLICIT_TOKEN` is set;
/// * a string: that token;
/// * `true`: a token is required, `LocalTokenNotFoundError` if there is none;
/// * `false`: anonymous.
class Token {
 public:
  enum class Kind { implicit, value, required, anonymous };

  Token() = default;
  Token(bool send) : kind_(send ? Kind::required : Kind::anonymous) {}             // NOLINT(google-explicit-constructor)
  Token(std::string value) : kind_(Kind::value), value_(std::move(value)) {}       // NOLINT(google-explicit-constructor)
  Token(const char* value) : kind_(Kind::value), value_(value) {}                  // NOLINT(google-explicit-constructor)
  Token(const std::optional<std::string>& value) {                                 // NOLINT(google-explicit-constructor)
    if (value) *this = Token(*value);
  }

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_implicit() const noexcept { return kind_ == Kind::implicit; }
  /// Empty unless `kind()` is `value`. Never log it.
  [[nodiscard]] const std::string& value() const noexcept { return value_; }

 private:
  Kind kind_{Kind::implicit};
  std::string value_{};
};

/// Proxies by URL scheme, as in Python's `proxies`: keys `http`, `https` or `all` (also `http://`, `https://`,
/// `all://`), values proxy URLs (`http://user:password@host:3128`, `socks5://host:1080`); an empty value means
/// no proxy for that scheme. A non-empty map wins over the environment for the call it is given to.
using ProxyMap = std::map<std::string, std::string>;

/// Extra request headers. Applied last: they may override the library's own.
using HeaderMap = std::map<std::string, std::string>;

/// Overrides for one call; unset members fall back to `HfApi`, then the environment, then the default.
struct CallOptions {
  CancellationToken cancel{};                          ///< Ends the call with `OperationCancelledError`.
  HeaderMap headers{};                                 ///< Added to those of `HfApi`.
  std::optional<std::uint64_t> limit_rate{};           ///< As in `HfApiOptions`, for this call; 0: no limit.
  std::optional<RetryOptions> retry{};                 ///< In place of those of `HfApi`.
  std::optional<std::chrono::milliseconds> timeout{};  ///< For the whole call, waits and retries included.
};

HUGGINGFACE_HUB_NAMESPACE_END
