// SPDX-License-Identifier: Apache-2.0
#include "core/executor.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

struct Executor::Impl {
  std::size_t limit{1};
  std::mutex mutex{};
  std::condition_variable changed{};
  std::deque<std::function<void()>> tasks{};
  std::vector<std::thread> threads{};
  std::size_t idle{0};
  bool stopping{false};

  void run() {
    std::unique_lock<std::mutex> lock(mutex);
    for (;;) {
      ++idle;
      changed.wait(lock, [this] { return stopping || !tasks.empty(); });
      --idle;
      if (tasks.empty()) return;
      {
        const std::function<void()> task = std::move(tasks.front());
        tasks.pop_front();
        lock.unlock();
        task();
      }
      lock.lock();
    }
  }
};

Executor::Executor(std::size_t threads) : impl_(std::make_unique<Impl>()) {
  impl_->limit = std::max<std::size_t>(1, threads);
}

Executor::~Executor() {
  {
    const std::lock_guard<std::mutex> lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->changed.notify_all();
  for (std::thread& thread : impl_->threads) thread.join();
}

void Executor::post(std::function<void()> task) {
  {
    const std::lock_guard<std::mutex> lock(impl_->mutex);
    impl_->tasks.push_back(std::move(task));
    if (impl_->idle < impl_->tasks.size() && impl_->threads.size() < impl_->limit) {
      try {
        impl_->threads.emplace_back([impl = impl_.get()] { impl->run(); });
      } catch (const std::system_error&) {
        if (impl_->threads.empty()) {
          impl_->tasks.pop_back();
          throw;
        }
      }
    }
  }
  impl_->changed.notify_one();
}

Executor& Executor::shared() {
  constexpr std::size_t kMostThreads = 8;
  static auto* const executor =
      new Executor(std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kMostThreads));
  return *executor;
}

namespace {

/// What the workers of one `parallel_for` share.
class Round {
 public:
  Round(std::size_t count, const CancellationToken& cancel)
      : count_(count), source_(CancellationSource::linked_to(cancel)), token_(source_.token()) {}

  void work(const std::function<Result<void>(std::size_t, const CancellationToken&)>& body) {
    while (const std::optional<std::size_t> index = next()) {
      try {
        if (const Result<void> outcome = body(*index, token_); !outcome) fail(outcome.error(), nullptr);
      } catch (const HfHubError& error) {
        fail(error.error(), std::current_exception());
      } catch (...) {  // A thread boundary: the caller gets it.
        fail(std::nullopt, std::current_exception());
      }
    }
  }

  Result<void> outcome() const {
    if (exception_) std::rethrow_exception(exception_);
    if (error_) return *error_;
    if (next_ == count_) return {};  // Cancelled too late to matter.
    return as_result([this] { token_.throw_if_cancelled(); });
  }

 private:
  std::optional<std::size_t> next() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (failed_ || next_ == count_ || token_.is_cancelled()) return std::nullopt;
    return next_++;
  }

  void fail(const std::optional<Error>& error, std::exception_ptr exception) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (failed_) return;
      failed_ = true;
      error_ = error;
      exception_ = std::move(exception);
    }
    source_.cancel();
  }

  const std::size_t count_;
  CancellationSource source_;
  const CancellationToken token_;
  std::mutex mutex_{};
  std::size_t next_{0};
  bool failed_{false};
  std::optional<Error> error_{};
  std::exception_ptr exception_{};
};

}  // namespace

Result<void> parallel_for(std::size_t count, std::size_t workers, const CancellationToken& cancel,
                          const std::function<Result<void>(std::size_t, const CancellationToken&)>& body) {
  Round round(count, cancel);
  std::vector<std::thread> threads;
  const std::size_t wanted = std::min(std::max<std::size_t>(1, workers), count);
  // The caller's thread works too.
  for (std::size_t i = 1; i < wanted; ++i) {
    try {
      threads.emplace_back([&round, &body] { round.work(body); });
    } catch (const std::system_error&) {
      break;  // Fewer threads do as well.
    }
  }
  round.work(body);
  for (std::thread& thread : threads) thread.join();
  return round.outcome();
}

Result<void> parallel_in_batches(std::size_t count, std::size_t workers, const CancellationToken& cancel,
                                 const std::function<void(std::size_t)>& body) {
  constexpr std::size_t kBatch = 128;  // Takes longer than it takes to start a thread.
  const std::size_t batches = (count + kBatch - 1) / kBatch;
  return parallel_for(batches, workers, cancel, [&](std::size_t batch, const CancellationToken&) -> Result<void> {
    const std::size_t end = std::min(count, (batch + 1) * kBatch);
    for (std::size_t i = batch * kBatch; i < end; ++i) body(i);
    return {};
  });
}

HUGGINGFACE_HUB_NAMESPACE_END
