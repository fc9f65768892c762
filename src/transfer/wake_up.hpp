// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Wakes one thread that waits for several things at once. Safe to use from any thread.
class WakeUp {
 public:
  void signal() {
    {
      const std::lock_guard lock(mutex_);
      if (signalled_) return;
      signalled_ = true;
    }
    changed_.notify_one();
  }

  /// Until somebody has signalled since the last wait, at most until `limit`.
  void wait_until(std::chrono::steady_clock::time_point limit) {
    std::unique_lock lock(mutex_);
    if (limit == std::chrono::steady_clock::time_point::max()) {
      changed_.wait(lock, [this] { return signalled_; });
    } else {
      changed_.wait_until(lock, limit, [this] { return signalled_; });
    }
    signalled_ = false;
  }

 private:
  std::mutex mutex_{};
  std::condition_variable changed_{};
  bool signalled_{false};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
