// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.hpp"

#include <chrono>
#include <mutex>
#include <vector>

namespace huggingface_hub::testing {

/// A clock that stands still but for `advance` and `wait`: a wait takes no time and moves the clock.
/// Safe to share between threads.
class FakeClock final : public Clock {
 public:
  /// Starts on 2026-01-02 03:04:05 UTC.
  static constexpr std::chrono::seconds kStart{1767323045};

  std::chrono::system_clock::time_point system_now() const override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::chrono::system_clock::time_point(kStart + elapsed_);
  }

  std::chrono::steady_clock::time_point steady_now() const override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::chrono::steady_clock::time_point(elapsed_);
  }

  bool wait(std::chrono::milliseconds duration, const CancellationToken& cancel) const override {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      waits_.push_back(duration);
      elapsed_ += duration;
    }
    return cancel.is_cancelled();
  }

  void advance(std::chrono::milliseconds duration) {
    const std::lock_guard<std::mutex> lock(mutex_);
    elapsed_ += duration;
  }

  /// Every wait asked for so far.
  [[nodiscard]] std::vector<std::chrono::milliseconds> waits() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return waits_;
  }

 private:
  mutable std::mutex mutex_{};
  mutable std::chrono::milliseconds elapsed_{0};
  mutable std::vector<std::chrono::milliseconds> waits_{};
};

}  // namespace huggingface_hub::testing
