// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/retry.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

// spec/transfer.md 1.
bool is_transient(const AttemptOutcome& outcome) noexcept {
  if (outcome.transport_failed) return true;
  switch (outcome.status) {
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504: return true;
    default: return false;
  }
}

}  // namespace

std::optional<std::chrono::milliseconds> RetrySchedule::next(const AttemptOutcome& outcome, double jitter) noexcept {
  if (!outcome.repeat_is_safe || !is_transient(outcome) || retries_ >= options_.max_retries) return std::nullopt;
  if (outcome.server_wait && *outcome.server_wait > options_.max_server_wait) return std::nullopt;
  ++retries_;
  const auto backoff = std::min(backoff_, options_.max_backoff);
  // Also where the server names the wait, as the Python client does.
  backoff_ = std::min(backoff_ * 2, options_.max_backoff);
  if (outcome.server_wait) return outcome.server_wait;
  const double share = 0.5 + 0.5 * jitter;
  return std::chrono::milliseconds(
      static_cast<std::chrono::milliseconds::rep>(static_cast<double>(backoff.count()) * share));
}

HUGGINGFACE_HUB_NAMESPACE_END
