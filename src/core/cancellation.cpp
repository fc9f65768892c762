// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cancellation.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace detail {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

/// One registered callback. Recursive, so that a callback may end its own registration.
class Registered {
 public:
  explicit Registered(std::function<void()> call) : call_(std::move(call)) {}

  void run() {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    if (active_) call_();
  }

  /// Returns once no other thread runs the callback, nor will.
  void end() {
    const std::lock_guard<std::recursive_mutex> lock(mutex_);
    active_ = false;
  }

 private:
  std::recursive_mutex mutex_;
  bool active_{true};
  std::function<void()> call_;
};

/// `now + duration`, or the end of time.
SteadyTime after(SteadyTime now, std::chrono::milliseconds duration) {
  const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyTime::max() - now);
  return duration >= rest ? SteadyTime::max() : now + duration;
}

}  // namespace

struct CancellationState {
  std::mutex mutex{};
  std::condition_variable changed{};
  std::atomic<bool> cancelled{false};
  std::atomic<bool> timed_out{false};  // Written before `cancelled`.
  SteadyTime deadline{SteadyTime::max()};
  std::map<std::uint64_t, std::shared_ptr<Registered>> callbacks{};
  std::uint64_t next_id{0};
  std::shared_ptr<void> parent_link{};

  void cancel(bool by_deadline) noexcept {
    std::map<std::uint64_t, std::shared_ptr<Registered>> to_run;
    {
      const std::lock_guard<std::mutex> lock(mutex);
      if (cancelled) return;
      timed_out = by_deadline;
      cancelled = true;
      to_run.swap(callbacks);
    }
    changed.notify_all();
    for (const auto& [id, callback] : to_run) callback->run();
  }

  /// Also where the deadline is noticed.
  bool is_cancelled() noexcept {
    if (cancelled) return true;
    if (deadline == SteadyTime::max() || std::chrono::steady_clock::now() < deadline) return false;
    cancel(/*by_deadline=*/true);
    return true;
  }
};

namespace {

/// Ends a registration with itself. Keeps the state alive, and with it the links to its parents.
class Registration {
 public:
  Registration(std::shared_ptr<CancellationState> state, std::uint64_t id, std::shared_ptr<Registered> callback)
      : state_(std::move(state)), id_(id), callback_(std::move(callback)) {}
  Registration(const Registration&) = delete;
  Registration& operator=(const Registration&) = delete;
  ~Registration() {
    {
      const std::lock_guard<std::mutex> lock(state_->mutex);
      state_->callbacks.erase(id_);
    }
    callback_->end();
  }

 private:
  std::shared_ptr<CancellationState> state_;
  std::uint64_t id_;
  std::shared_ptr<Registered> callback_;
};

std::shared_ptr<void> register_callback(const std::shared_ptr<CancellationState>& state,
                                        std::function<void()> callback) {
  auto registered = std::make_shared<Registered>(std::move(callback));
  if (!state->is_cancelled()) {
    const std::lock_guard<std::mutex> lock(state->mutex);
    if (!state->cancelled) {
      const std::uint64_t id = state->next_id++;
      state->callbacks.emplace(id, registered);
      return std::make_shared<Registration>(state, id, registered);
    }
  }
  registered->run();
  return nullptr;
}

/// A state that is cancelled with `parent` (which may be null), at the latest at `deadline`.
std::shared_ptr<CancellationState> make_child(const std::shared_ptr<CancellationState>& parent, SteadyTime deadline) {
  auto child = std::make_shared<CancellationState>();
  child->deadline = parent ? std::min(parent->deadline, deadline) : deadline;
  if (parent) {
    const std::weak_ptr<CancellationState> weak = child;
    CancellationState* const raw_parent = parent.get();  // Alive while the registration is.
    child->parent_link = register_callback(parent, [weak, raw_parent] {
      if (const auto alive = weak.lock()) alive->cancel(raw_parent->timed_out);
    });
  }
  return child;
}

}  // namespace

}  // namespace detail

bool CancellationToken::is_cancelled() const noexcept { return state_ && state_->is_cancelled(); }

bool CancellationToken::is_timed_out() const noexcept { return is_cancelled() && state_->timed_out; }

void CancellationToken::throw_if_cancelled() const {
  if (!is_cancelled()) return;
  Error error;
  if (is_timed_out()) {
    error.code = ErrorCode::transport;
    error.timeout = true;
    error.message = "The time limit of the call was reached before it was done. Raise the limit, or try again.";
  } else {
    error.code = ErrorCode::cancelled;
    error.message = "The operation was cancelled.";
  }
  throw_error(error);
}

bool CancellationToken::wait_for(std::chrono::milliseconds duration) const {
  if (!state_) {
    std::this_thread::sleep_for(duration);
    return false;
  }
  const auto end = std::min(detail::after(std::chrono::steady_clock::now(), duration), state_->deadline);
  {
    std::unique_lock<std::mutex> lock(state_->mutex);
    state_->changed.wait_until(lock, end, [this] { return state_->cancelled.load(); });
  }
  return is_cancelled();
}

std::shared_ptr<void> CancellationToken::on_cancel(std::function<void()> callback) const {
  if (!state_) return nullptr;
  return detail::register_callback(state_, std::move(callback));
}

CancellationToken CancellationToken::with_timeout(std::chrono::milliseconds timeout) const {
  const auto now = std::chrono::steady_clock::now();
  return CancellationToken(detail::make_child(state_, detail::after(now, timeout)));
}

std::chrono::steady_clock::time_point CancellationToken::deadline() const noexcept {
  return state_ ? state_->deadline : std::chrono::steady_clock::time_point::max();
}

CancellationSource::CancellationSource() : state_(std::make_shared<detail::CancellationState>()) {}

void CancellationSource::cancel() noexcept { state_->cancel(/*by_deadline=*/false); }

bool CancellationSource::is_cancelled() const noexcept { return state_->is_cancelled(); }

CancellationToken CancellationSource::token() const { return CancellationToken(state_); }

CancellationSource CancellationSource::linked_to(const CancellationToken& parent) {
  CancellationSource source;
  source.state_ = detail::make_child(parent.state_, std::chrono::steady_clock::time_point::max());
  return source;
}

HUGGINGFACE_HUB_NAMESPACE_END
