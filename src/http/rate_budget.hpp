// SPDX-License-Identifier: Apache-2.0
/// @file
/// What is left of a rate limit, and when the next request may be sent under it.
#pragma once

#include "http/rate_limit.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// One window of requests, as the answers describe it. While plenty is left everybody goes at once; the last of it is
/// spread over what is left of the window, so that it is not used up before the next one begins.
///
/// Without clock, lock and chance; one thread at a time. Times are of a steady clock.
class RateBudget {
 public:
  using Time = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  /// When a request may go.
  struct Turn {
    Time at{};
    bool is_closed{false};  ///< Nothing is left before `at`: whoever goes earlier is refused.
  };

  /// A turn for one request, which is then expected at `at`, to `leave` or to `give_back` the turn.
  Turn take_turn(Time now);
  void give_back(const Turn& turn) noexcept;
  /// The request of a turn whose time has come goes off. False if it may not any more: the turn is given back, and
  /// another one has to be taken.
  bool leave(const Turn& turn, Time now);
  /// A request goes off now, turn or not; its answer is expected.
  void leave_now(Time now);
  /// It has been answered, which `learn` tells of, or without a word about limits, or never will be: then it may have
  /// been counted all the same.
  void arrive(bool is_told) noexcept;

  /// What an answer said. True if there is more than was known: those who wait should ask again.
  bool learn(const RateLimit& limit, Time now);
  /// A request was refused for `wait`.
  void close(Duration wait, Time now);

  /// True while turns are given out rather than all let through.
  [[nodiscard]] bool is_scarce(Time now) const noexcept;

  /// What other processes are told, and tell. All that a turn needs.
  struct State {
    std::int64_t remaining{0};              ///< Not yet sent by anybody.
    std::int64_t queued{0};                 ///< Turns that anybody waits with, of these.
    std::optional<std::int64_t> quota{};
    std::optional<std::chrono::seconds> window{};
    Time reset{};
    Time next{};                            ///< Before this, the next turn does not come.
    Time closed_until{};
  };
  /// What everybody is told from now on. Nothing while nothing is known, or plenty is left.
  [[nodiscard]] std::optional<State> state(Time now);
  /// Takes over what is worse than what is known here, or of a window that is not known here yet.
  void merge(const State& others, Time now);

 private:
  void roll(Time now);
  void begin_window(std::int64_t remaining, Time reset) noexcept;
  [[nodiscard]] std::int64_t free() const noexcept { return remaining_ - sent_ - queued_ - queued_elsewhere_; }
  [[nodiscard]] std::int64_t threshold() const noexcept;

  bool is_known_{false};
  std::int64_t remaining_{0};  ///< As the server counts, at the last answer.
  std::int64_t sent_{0};       ///< On their way: the server may or may not have counted them.
  std::int64_t queued_{0};     ///< Turns given out, but for the closed ones: those ask again.
  std::int64_t told_{0};       ///< Of these, in what everybody was told.
  std::int64_t queued_elsewhere_{0};
  std::optional<std::int64_t> quota_{};
  std::optional<std::chrono::seconds> window_{};
  Time reset_{};               ///< By then the next window has begun for sure.
  Time next_{};
  Time closed_until_{};
};

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
