// SPDX-License-Identifier: Apache-2.0
/// @file
/// How often and how patiently a request is tried again.
#pragma once

#include "huggingface_hub/export.hpp"

#include <chrono>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// How often and how patiently a request is tried again. Defaults are those of the Python client
/// (`spec/transfer.md` 1): six tries, waits of 1, 2, 4, 8 and 8 s.
///
/// A request is tried again only where a repeat cannot do harm: the method is GET, HEAD, PUT or
/// DELETE, or the caller of the transport vouched for it.
struct RetryOptions {
  std::chrono::milliseconds initial_backoff{1000};  ///< Before the first repeat.
  std::chrono::milliseconds max_backoff{8000};      ///< Growth stops here.
  int max_retries{5};                               ///< Tries after the first; 0 turns retrying off.
  std::chrono::milliseconds max_server_wait{std::chrono::minutes(5)};  ///< Longest server-given wait obeyed.
};

/// What came of one try.
struct AttemptOutcome {
  bool repeat_is_safe{false};
  bool transport_failed{false};
  int status{0};                                             ///< 0 where no response came.
  std::optional<std::chrono::milliseconds> server_wait{};    ///< From `RateLimit` or `Retry-After`.
};

/// Decides, after each try, whether to go on and how long to wait first.
///
/// Holds no clock and draws no random numbers, so a test states both. One object serves one request;
/// one thread at a time.
class HUGGINGFACE_HUB_EXPORT RetrySchedule {
 public:
  explicit RetrySchedule(const RetryOptions& options) noexcept
      : options_(options), backoff_(options.initial_backoff) {}

  /// The wait before the next try, or nothing where the outcome is final.
  /// `jitter`, in [0, 1), shortens the wait to between a half and the whole.
  std::optional<std::chrono::milliseconds> next(const AttemptOutcome& outcome, double jitter) noexcept;

  /// Repeats decided on so far.
  [[nodiscard]] int retries() const noexcept { return retries_; }

 private:
  RetryOptions options_;
  std::chrono::milliseconds backoff_;
  int retries_{0};
};

HUGGINGFACE_HUB_NAMESPACE_END
