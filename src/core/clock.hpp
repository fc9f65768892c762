// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/cancellation.hpp"

#include <chrono>
#include <memory>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Time, as an argument: so that a test neither sleeps nor depends on the day. Safe to share between threads.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual std::chrono::system_clock::time_point system_now() const = 0;
  virtual std::chrono::steady_clock::time_point steady_now() const = 0;
  /// Waits `duration`, or until `cancel` says so. True if cancelled.
  virtual bool wait(std::chrono::milliseconds duration, const CancellationToken& cancel) const = 0;
};

/// The real clock.
std::shared_ptr<const Clock> system_clock();

HUGGINGFACE_HUB_NAMESPACE_END
