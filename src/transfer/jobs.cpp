// SPDX-License-Identifier: Apache-2.0
#include "transfer/jobs.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
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
class Group {
 public:
  Group(std::size_t count, const CancellationToken& cancel, const Job& job)
      : count_(count), source_(CancellationSource::linked_to(cancel)), job_(job) {}

  /// One worker: takes items until there are none or something failed.
  void work() noexcept {
    try {
      while (const std::optional<std::size_t> index = take_next()) run_one(*index);
    } catch (...) {  // A thread's boundary: kept for the caller.
      keep(std::current_exception());
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    ++workers_done_;
    changed_.notify_all();
  }

  /// Waits until all workers are done, ticking meanwhile.
  void wait(std::size_t workers, const std::function<void()>& tick) noexcept {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!changed_.wait_for(lock, kTickInterval, [&] { return workers_done_ == workers; })) {
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
  std::optional<std::size_t> take_next() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (error_ || exception_ || next_ == count_) return std::nullopt;
    return next_++;
  }

  void run_one(std::size_t index) {
    Result<void> result;
    try {
      result = job_(index, source_.token());
    } catch (const HfHubError& error) {
      result = error.error();
    }
    if (result.ok()) return;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!error_) error_ = result.error();  // Later ones are mostly its echo.
    }
    source_.cancel();
  }

  void keep(std::exception_ptr exception) noexcept {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!exception_) exception_ = std::move(exception);
    }
    source_.cancel();
  }

  const std::size_t count_;
  CancellationSource source_;
  const Job& job_;
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::size_t next_{0};
  std::size_t workers_done_{0};
  std::optional<Error> error_{};
  std::exception_ptr exception_{};
};

}  // namespace

Result<void> run_jobs(std::size_t count, int workers, const CancellationToken& cancel, const Job& job,
                      const std::function<void()>& tick) {
  if (count == 0) return {};
  Group group(count, cancel, job);
  const std::size_t wanted = std::min(count, static_cast<std::size_t>(std::max(workers, 1)));
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
