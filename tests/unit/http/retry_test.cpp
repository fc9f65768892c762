// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/retry.hpp"

#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

using namespace std::chrono_literals;

AttemptOutcome status(int code) { return {.repeat_is_safe = true, .status = code}; }

TEST(RetrySchedule, DoublesTheWaitUpToTheCap) {
  RetrySchedule schedule({.initial_backoff = 1s, .max_backoff = 4s, .max_retries = 5});

  EXPECT_EQ(schedule.next(status(503), /*jitter=*/1.0), 1s);
  EXPECT_EQ(schedule.next(status(503), 1.0), 2s);
  EXPECT_EQ(schedule.next(status(503), 1.0), 4s);
  EXPECT_EQ(schedule.next(status(503), 1.0), 4s);
}

TEST(RetrySchedule, WaitsOneTwoFourEightEightSecondsByDefault) {
  RetrySchedule schedule({});

  for (const auto expected : {1s, 2s, 4s, 8s, 8s}) EXPECT_EQ(schedule.next(status(500), 1.0), expected);
  EXPECT_EQ(schedule.next(status(500), 1.0), std::nullopt);
  EXPECT_EQ(schedule.retries(), 5);
}

TEST(RetrySchedule, ShortensTheWaitToHalfAtMost) {
  RetrySchedule schedule({});

  EXPECT_EQ(schedule.next(status(503), /*jitter=*/0.0), 500ms);
}

TEST(RetrySchedule, NeverRepeatsWhatMightHaveHappened) {
  RetrySchedule schedule({});

  EXPECT_EQ(schedule.next({.repeat_is_safe = false, .transport_failed = true}, 0.0), std::nullopt);
}

TEST(RetrySchedule, RepeatsAfterATransportFailure) {
  RetrySchedule schedule({});

  EXPECT_EQ(schedule.next({.repeat_is_safe = true, .transport_failed = true}, 1.0), 1s);
}

TEST(RetrySchedule, ObeysTheServersWaitAndStillDoublesItsOwn) {
  RetrySchedule schedule({});
  AttemptOutcome limited = status(429);
  limited.server_wait = 7s;

  EXPECT_EQ(schedule.next(limited, 0.0), 7s);
  EXPECT_EQ(schedule.next(status(503), 1.0), 2s);
}

TEST(RetrySchedule, GivesUpWhereTheServersWaitIsTooLong) {
  RetrySchedule schedule({});
  AttemptOutcome limited = status(429);
  limited.server_wait = 6min;

  EXPECT_EQ(schedule.next(limited, 0.0), std::nullopt);
}

TEST(RetrySchedule, StartsNoHigherThanTheCap) {
  RetrySchedule schedule({.initial_backoff = 10s, .max_backoff = 3s});

  EXPECT_EQ(schedule.next(status(503), 1.0), 3s);
}

struct FinalStatus : testing::TestWithParam<int> {};
TEST_P(FinalStatus, IsNotRetried) {
  RetrySchedule schedule({});
  EXPECT_EQ(schedule.next(status(GetParam()), 0.0), std::nullopt);
}
INSTANTIATE_TEST_SUITE_P(RetrySchedule, FinalStatus,
                         testing::Values(200, 304, 400, 401, 403, 404, 409, 416, 501, 505));

struct TransientStatus : testing::TestWithParam<int> {};
TEST_P(TransientStatus, IsRetried) {
  RetrySchedule schedule({});
  EXPECT_NE(schedule.next(status(GetParam()), 0.0), std::nullopt);
}
INSTANTIATE_TEST_SUITE_P(RetrySchedule, TransientStatus, testing::Values(408, 429, 500, 502, 503, 504));

}  // namespace
}  // namespace huggingface_hub
