// SPDX-License-Identifier: Apache-2.0
/// @file
/// Stopping a call from another thread.
#pragma once

#include "huggingface_hub/export.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace detail {
struct CancellationState;
}  // namespace detail

/// The receiving end: passed to calls, asked by whatever works for them.
///
/// A default-made token is never cancelled. Const members are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT CancellationToken {
 public:
  CancellationToken() = default;

  /// True once the source was cancelled or the deadline of the token has passed.
  [[nodiscard]] bool is_cancelled() const noexcept;

  /// True once the deadline (and not a `cancel()`) ended the token.
  [[nodiscard]] bool is_timed_out() const noexcept;

  /// Throws `OperationCancelledError` once cancelled, `HfTransportError` with `is_timeout()` once timed out.
  void throw_if_cancelled() const;

  /// Sleeps for `duration`, but wakes at once on cancellation. True if cancelled.
  bool wait_for(std::chrono::milliseconds duration) const;

  /// Calls `callback` once on cancellation, from the thread that cancels (for a deadline: from whichever thread
  /// notices); at once if cancelled already. It must not throw, nor block.
  /// The registration ends with the returned object, whose destructor waits for a running callback.
  [[nodiscard]] std::shared_ptr<void> on_cancel(std::function<void()> callback) const;

  /// A token that is also cancelled when `timeout` (steady clock) from now has passed.
  /// Zero or negative means at once.
  [[nodiscard]] CancellationToken with_timeout(std::chrono::milliseconds timeout) const;

  /// When the token times out; `time_point::max()` if never.
  [[nodiscard]] std::chrono::steady_clock::time_point deadline() const noexcept;

 private:
  friend class CancellationSource;
  explicit CancellationToken(std::shared_ptr<detail::CancellationState> state) : state_(std::move(state)) {}
  std::shared_ptr<detail::CancellationState> state_{};
};

/// The sending end. Copies share one state. Safe to use from any thread.
class HUGGINGFACE_HUB_EXPORT CancellationSource {
 public:
  CancellationSource();

  /// Wakes sleepers, aborts transfers, stops queued work. Repeats do nothing.
  void cancel() noexcept;

  [[nodiscard]] bool is_cancelled() const noexcept;
  [[nodiscard]] CancellationToken token() const;

  /// A source that is cancelled with `parent`, and can be cancelled alone.
  static CancellationSource linked_to(const CancellationToken& parent);

 private:
  std::shared_ptr<detail::CancellationState> state_;
};

HUGGINGFACE_HUB_NAMESPACE_END
