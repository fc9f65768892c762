// SPDX-License-Identifier: Apache-2.0
#include "http/rate_budget.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace huggingface_hub::http {
namespace {

using namespace std::chrono_literals;
using Time = RateBudget::Time;

RateLimit answer(std::int64_t remaining, std::chrono::seconds reset, std::int64_t quota = 500,
                 std::chrono::seconds window = 300s) {
  RateLimit limit;
  limit.name = "api";
  limit.remaining = remaining;
  limit.reset = reset;
  limit.quota = quota;
  limit.window = window;
  return limit;
}

/// A server with a fixed window, that counts in whole seconds and rounds as told.
struct Server {
  std::int64_t quota;
  std::chrono::seconds window;
  bool rounds_up{true};
  Time begin{};
  std::int64_t used{0};
  int refused{0};

  RateLimit ask(Time now) {
    while (now >= begin + window) {
      begin += window;
      used = 0;
    }
    if (used >= quota) {
      ++refused;
    } else {
      ++used;
    }
    const auto rest = begin + window - now;
    const auto seconds = rounds_up ? std::chrono::ceil<std::chrono::seconds>(rest)
                                   : std::chrono::floor<std::chrono::seconds>(rest);
    return answer(quota - used, seconds, quota, window);
  }
};

/// Sends `count` requests one after the other, each answered after `trip`; returns how long that took.
std::chrono::duration<double> send(RateBudget& budget, Server& server, int count, std::chrono::milliseconds trip) {
  Time now{};
  for (int sent = 0; sent < count;) {
    const RateBudget::Turn turn = budget.take_turn(now);
    now = std::max(now, turn.at);
    if (!budget.leave(turn, now)) continue;
    const RateLimit said = server.ask(now);
    now += trip;
    budget.arrive(true);
    budget.learn(said, now);
    ++sent;
  }
  return now - Time{};
}

TEST(RateBudget, LetsEverybodyGoWhileNothingIsKnown) {
  RateBudget budget;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(budget.take_turn(Time{}).at, Time{});
}

TEST(RateBudget, LetsEverybodyGoWhilePlentyIsLeft) {
  RateBudget budget;
  budget.learn(answer(400, 10s), Time{});
  for (int i = 0; i < 300; ++i) {
    const auto turn = budget.take_turn(Time{});
    ASSERT_EQ(turn.at, Time{});
    ASSERT_TRUE(budget.leave(turn, Time{}));
  }
}

TEST(RateBudget, SpreadsTheRestOverWhatIsLeftOfTheWindow) {
  RateBudget budget;
  budget.learn(answer(10, 99s), Time{});
  std::vector<Time> turns;
  for (int i = 0; i < 10; ++i) {
    const auto turn = budget.take_turn(Time{});
    EXPECT_FALSE(turn.is_closed);
    turns.push_back(turn.at);
  }
  EXPECT_EQ(turns[0], Time{});  // One alone does not wait.
  for (std::size_t i = 1; i < turns.size(); ++i) {
    EXPECT_NEAR(std::chrono::duration<double>(turns[i] - turns[i - 1]).count(), 10.0, 0.01);
  }
  EXPECT_TRUE(budget.take_turn(Time{}).is_closed);
}

TEST(RateBudget, IsClosedUntilTheNextWindowOnceNothingIsLeft) {
  RateBudget budget;
  budget.learn(answer(0, 7s), Time{});
  const auto turn = budget.take_turn(Time{});
  EXPECT_TRUE(turn.is_closed);
  EXPECT_EQ(turn.at, Time{8s});  // The server may have rounded down.
  EXPECT_TRUE(budget.leave(turn, turn.at));
}

TEST(RateBudget, IsClosedAsLongAsARefusalSays) {
  RateBudget budget;
  budget.close(30s, Time{});
  const auto turn = budget.take_turn(Time{1s});
  EXPECT_TRUE(turn.is_closed);
  EXPECT_EQ(turn.at, Time{30s});
  EXPECT_FALSE(budget.leave(turn, Time{29s}));
  EXPECT_TRUE(budget.leave(budget.take_turn(Time{30s}), Time{30s}));
}

TEST(RateBudget, CountsWhatIsOnItsWay) {
  RateBudget budget;
  budget.learn(answer(3, 10s), Time{});
  for (int i = 0; i < 3; ++i) budget.leave_now(Time{});
  EXPECT_TRUE(budget.take_turn(Time{}).is_closed);
}

TEST(RateBudget, CountsARequestThatNobodyHasAnswered) {
  RateBudget budget;
  budget.learn(answer(1, 10s), Time{});
  budget.leave_now(Time{});
  budget.arrive(false);
  EXPECT_TRUE(budget.take_turn(Time{}).is_closed);
}

TEST(RateBudget, TakesTheLeastOfAnswersThatOvertakeEachOther) {
  RateBudget budget;
  budget.learn(answer(0, 10s), Time{});
  budget.learn(answer(50, 10s), Time{});
  EXPECT_TRUE(budget.take_turn(Time{}).is_closed);
}

TEST(RateBudget, NoticesAWindowThatHasBegunEarlierThanThought) {
  RateBudget budget;
  budget.learn(answer(0, 5s, 20, 5s), Time{});
  EXPECT_TRUE(budget.learn(answer(19, 5s, 20, 5s), Time{5s}));
  EXPECT_FALSE(budget.is_scarce(Time{5s}));
}

TEST(RateBudget, LetsATurnGoNoLongerOnceOthersHaveUsedItUp) {
  RateBudget budget;
  budget.learn(answer(8, 60s), Time{});
  (void)budget.take_turn(Time{});
  const auto turn = budget.take_turn(Time{});
  budget.learn(answer(0, 59s), Time{1s});
  EXPECT_FALSE(budget.leave(turn, turn.at));
}

TEST(RateBudget, GetsThroughWindowsOfOneRequest) {
  RateBudget budget;
  Server server{.quota = 1, .window = 2s};
  send(budget, server, 20, 1ms);
  EXPECT_LE(server.refused, 1);
}

TEST(RateBudget, WaitsForNoWindowLongerThanADay) {
  RateBudget budget;
  budget.learn(answer(0, std::chrono::hours(24 * 365 * 100)), Time{});
  EXPECT_LE(budget.take_turn(Time{}).at, Time{std::chrono::hours(25)});
}

TEST(RateBudget, TakesOverWhatOthersHaveLeft) {
  RateBudget here;
  RateBudget there;
  there.learn(answer(4, 9s), Time{});
  (void)there.take_turn(Time{});
  here.merge(there.state(Time{}).value(), Time{});
  const auto turn = here.take_turn(Time{});
  EXPECT_FALSE(turn.is_closed);
  EXPECT_GT(turn.at, Time{1s});  // The first turn is taken.
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(here.take_turn(Time{}).is_closed);
  EXPECT_TRUE(here.take_turn(Time{}).is_closed);
}

TEST(RateBudget, LetsNoTurnGoThatOthersHaveUsedUp) {
  RateBudget here;
  RateBudget there;
  here.learn(answer(2, 60s), Time{});
  there.learn(answer(2, 60s), Time{});
  (void)here.take_turn(Time{});
  const auto turn = here.take_turn(Time{});
  ASSERT_FALSE(turn.is_closed);
  for (int i = 0; i < 2; ++i) there.leave_now(Time{});  // Before anybody told the other.
  here.merge(there.state(Time{}).value(), Time{1s});
  EXPECT_FALSE(here.leave(turn, turn.at));
}

TEST(RateBudget, HoldsNothingBackForTurnsThatWereGivenBack) {
  RateBudget here;
  RateBudget there;
  here.learn(answer(2, 60s), Time{});
  there.learn(answer(2, 60s), Time{});
  const auto turn = there.take_turn(Time{});
  here.merge(there.state(Time{}).value(), Time{});
  (void)here.take_turn(Time{});
  EXPECT_TRUE(here.take_turn(Time{}).is_closed);
  there.merge(here.state(Time{}).value(), Time{});
  there.give_back(turn);
  here.merge(there.state(Time{}).value(), Time{});
  EXPECT_FALSE(here.take_turn(Time{}).is_closed);
}

TEST(RateBudget, LearnsFromOthersThatTheNextWindowHasBegun) {
  RateBudget here;
  RateBudget there;
  here.learn(answer(0, 5s, 20, 5s), Time{});
  there.learn(answer(3, 5s, 20, 5s), Time{4s});
  here.merge(there.state(Time{4s}).value(), Time{4s});
  EXPECT_FALSE(here.take_turn(Time{4s}).is_closed);
  there.merge(here.state(Time{4s}).value(), Time{4s});
  EXPECT_FALSE(there.take_turn(Time{4s}).is_closed);
}

TEST(RateBudget, HasNothingToTellWhilePlentyIsLeft) {
  RateBudget budget;
  budget.learn(answer(300, 10s), Time{});
  EXPECT_FALSE(budget.state(Time{}));
}

struct Rounding : testing::TestWithParam<bool> {};
TEST_P(Rounding, MakesNoRefusalInManyWindows) {
  RateBudget budget;
  Server server{.quota = 20, .window = 5s, .rounds_up = GetParam()};
  const auto took = send(budget, server, 500, 5ms);
  EXPECT_EQ(server.refused, 0);
  EXPECT_LE(took.count(), 1.25 * 500 / 20 * 5);
}
INSTANTIATE_TEST_SUITE_P(RateBudget, Rounding, testing::Bool());

}  // namespace
}  // namespace huggingface_hub::http
