// SPDX-License-Identifier: Apache-2.0
#include "transfer/work.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {
namespace {

constexpr std::chrono::milliseconds kTickInterval{100};  // progress.hpp: at most ten reports a second

/// What the threads share.
class WorkGroup {
 public:
  WorkGroup(WorkSource& source, const CancellationToken& cancel)
      : source_(source), stop_(CancellationSource::linked_to(cancel)) {}

  /// One worker: takes work until there is none or something failed.
  void work() noexcept {
    try {
      while (const Work work = take_next()) run_one(work);
    } catch (...) {  // A thread's boundary: kept for the caller.
      keep(std::current_exception());
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    ++workers_done_;
    at_rest_.notify_all();
  }

  /// Waits until all workers are done, ticking meanwhile.
  void wait(std::size_t workers, const std::function<void()>& tick) noexcept {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!at_rest_.wait_for(lock, kTickInterval, [&] { return workers_done_ == workers; })) {
      if (!tick || exception_) continue;
      lock.unlock();
      try {
        tick();
      } catch (...) {  // The caller's callback: stop, wait for the rest, then rethrow.
        keep(std::current_exception());
      }
      lock.lock();
    }
  }

  Result<void> outcome() {
    if (exception_) std::rethrow_exception(exception_);
    if (error_) return *error_;
    return {};
  }

 private:
  /// Empty: this worker can go home.
  Work take_next() {
    for (;;) {
      std::uint64_t seen = 0;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (error_ || exception_) return {};
        seen = ended_;
      }
      if (Work work = source_.next()) return work;
      if (source_.is_finished()) return {};
      // Something is under way, and its end may bring more.
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [&] { return ended_ != seen || error_ || exception_; });
    }
  }

  void run_one(const Work& work) {
    Result<void> result;
    try {
      result = work(stop_.token());
    } catch (const HfHubError& error) {
      result = error.error();
    }
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ++ended_;
      if (!result.ok() && !error_) error_ = result.error();  // Later ones are mostly its echo.
    }
    changed_.notify_all();
    if (!result.ok()) stop_.cancel();
  }

  void keep(std::exception_ptr exception) noexcept {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!exception_) exception_ = std::move(exception);
    }
    changed_.notify_all();
    stop_.cancel();
  }

  WorkSource& source_;
  CancellationSource stop_;
  std::mutex mutex_{};
  std::condition_variable changed_{};  ///< A piece has ended.
  std::condition_variable at_rest_{};  ///< A worker has.
  std::uint64_t ended_{0};
  std::size_t workers_done_{0};
  std::optional<Error> error_{};
  std::exception_ptr exception_{};
};

}  // namespace

Result<void> run_work(WorkSource& source, int workers, const CancellationToken& cancel,
                      const std::function<void()>& tick) {
  WorkGroup group(source, cancel);
  const auto wanted = static_cast<std::size_t>(std::max(workers, 1));
  std::vector<std::thread> threads;
  threads.reserve(wanted);
  try {
    for (std::size_t i = 0; i < wanted; ++i) threads.emplace_back([&group] { group.work(); });
  } catch (const std::system_error&) {
    if (threads.empty()) {  // No thread to be had: the work is done here, without reports.
      group.work();
      return group.outcome();
    }
  }
  group.wait(threads.size(), tick);
  for (std::thread& thread : threads) thread.join();
  Result<void> outcome = group.outcome();
  if (outcome.ok() && tick) tick();
  return outcome;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
