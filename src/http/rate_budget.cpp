// SPDX-License-Identifier: Apache-2.0
#include "http/rate_budget.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

// Servers count whole seconds, and some round down.
constexpr std::chrono::seconds kRounding{1};
// The part of a quota that is spread. Enough for requests that are on their way when it is reached: eight by default.
constexpr std::int64_t kSpreadPart = 8;
constexpr std::int64_t kSpreadLeast = 8;
// A window that ends so much later than the one that was known is another one.
constexpr std::chrono::milliseconds kOtherWindow{1500};
constexpr std::chrono::seconds kLongestWindow{24 * 3600};

}  // namespace

std::int64_t RateBudget::threshold() const noexcept {
  if (!quota_) return kSpreadLeast;
  return std::min(std::max(*quota_ / kSpreadPart, kSpreadLeast), *quota_ / 2);
}

/// Once a window is over, the next one is as large, until an answer says otherwise.
void RateBudget::roll(Time now) {
  if (!is_known_ || now < reset_) return;
  is_known_ = quota_ && window_;
  begin_window(quota_.value_or(0), is_known_ ? now + *window_ + kRounding : Time{});
}

void RateBudget::begin_window(std::int64_t remaining, Time reset) noexcept {
  remaining_ = remaining;
  reset_ = reset;
  next_ = {};
  told_ = queued_elsewhere_ = 0;
}

bool RateBudget::is_scarce(Time now) const noexcept {
  return now < closed_until_ || (is_known_ && now < reset_ && free() <= threshold());
}

RateBudget::Turn RateBudget::take_turn(Time now) {
  roll(now);
  Turn turn{now, false};
  if (now < closed_until_) {
    turn = {closed_until_, true};
  } else if (is_scarce(now)) {
    if (const std::int64_t left = free(); left <= 0) {
      turn = {reset_, true};
    } else {
      turn.at = std::min(std::max(now, next_), reset_);
      next_ = turn.at + (reset_ - turn.at) / left;
    }
  }
  if (!turn.is_closed) ++queued_;
  return turn;
}

void RateBudget::give_back(const Turn& turn) noexcept {
  if (!turn.is_closed) queued_ = std::max<std::int64_t>(queued_ - 1, 0);
}

bool RateBudget::leave(const Turn& turn, Time now) {
  roll(now);
  give_back(turn);
  const bool is_used_up = is_known_ && now < reset_ && remaining_ - sent_ <= 0;
  if (now < closed_until_ || is_used_up || (turn.is_closed && is_scarce(now))) return false;
  ++sent_;
  return true;
}

void RateBudget::leave_now(Time now) {
  roll(now);
  ++sent_;
}

void RateBudget::arrive(bool is_told) noexcept {
  sent_ = std::max<std::int64_t>(sent_ - 1, 0);
  if (!is_told && is_known_) remaining_ = std::max<std::int64_t>(remaining_ - 1, 0);
}

bool RateBudget::learn(const RateLimit& limit, Time now) {
  roll(now);
  const Time reset = now + std::min<std::chrono::seconds>(limit.reset, kLongestWindow) + kRounding;
  const bool was_scarce = is_scarce(now);
  if (limit.quota) {
    quota_ = limit.quota;
    window_ = std::clamp<std::chrono::seconds>(*limit.window, std::chrono::seconds(1), kLongestWindow);
  }
  if (!is_known_ || reset > reset_ + kOtherWindow) {
    is_known_ = true;
    begin_window(limit.remaining, reset);
  } else {
    // Answers overtake each other: the least is the newest.
    remaining_ = std::min(remaining_, limit.remaining);
    reset_ = std::min(reset_, reset);
  }
  return was_scarce && !is_scarce(now);
}

void RateBudget::close(Duration wait, Time now) {
  closed_until_ = std::max(closed_until_, now + std::min<Duration>(wait, kLongestWindow));
}

std::optional<RateBudget::State> RateBudget::state(Time now) {
  if (!is_scarce(now)) return std::nullopt;
  State state;
  if (is_known_) {
    state.remaining = std::max<std::int64_t>(remaining_ - sent_, 0);
    state.queued = queued_elsewhere_ + queued_;
    told_ = queued_;
    state.quota = quota_;
    state.window = window_;
    state.reset = reset_;
    state.next = next_;
  }
  state.closed_until = closed_until_;
  return state;
}

void RateBudget::merge(const State& others, Time now) {
  roll(now);
  closed_until_ = std::max(closed_until_, others.closed_until);
  if (others.reset <= now) return;
  if (!is_known_ || others.reset > reset_ + kOtherWindow) {
    quota_ = others.quota;
    window_ = others.window;
    is_known_ = true;
    begin_window(others.remaining + sent_, others.reset);
  } else if (reset_ > others.reset + kOtherWindow) {
    return;  // They speak of a window that is over.
  }
  remaining_ = std::min(remaining_, others.remaining + sent_);
  next_ = std::max(next_, others.next);
  queued_elsewhere_ = std::max<std::int64_t>(others.queued - told_, 0);
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
