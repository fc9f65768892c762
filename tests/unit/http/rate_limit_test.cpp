// SPDX-License-Identifier: Apache-2.0
#include "http/rate_limit.hpp"

#include <gtest/gtest.h>

namespace huggingface_hub::http {
namespace {

using namespace std::chrono_literals;

// 2015-10-21 07:28:00 UTC.
constexpr std::chrono::system_clock::time_point kNow{std::chrono::seconds(1445412480)};

TEST(RateLimit, ReadsNameRestAndReset) {
  const auto limit = parse_rate_limit({{"ratelimit", "\"api\";r=12;t=55"}});

  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->name, "api");
  EXPECT_EQ(limit->remaining, 12);
  EXPECT_EQ(limit->reset, 55s);
  EXPECT_FALSE(limit->quota);
}

TEST(RateLimit, ReadsQuotaAndWindowFromThePolicy) {
  const auto limit = parse_rate_limit(
      {{"RateLimit", "\"api\"; r=0; t=55"}, {"RateLimit-Policy", "\"fixed window\";\"api\";q=500;w=300"}});

  ASSERT_TRUE(limit);
  EXPECT_EQ(limit->quota, 500);
  EXPECT_EQ(limit->window, 300s);
}

struct BadRateLimit : testing::TestWithParam<const char*> {};
TEST_P(BadRateLimit, IsIgnored) { EXPECT_FALSE(parse_rate_limit({{"RateLimit", GetParam()}})); }
INSTANTIATE_TEST_SUITE_P(RateLimit, BadRateLimit,
                         testing::Values("", "api;r=0;t=1", "\"api\"", "\"api\";r=0", "\"api\";t=1;r=0",
                                         "\"api\";r=-1;t=1", "\"api\";r=x;t=1", "\"api\";r=;t=", "\"\";r=0;t=1"));

TEST(AskedWait, TakesTheEndOfAUsedUpWindowOn429) {
  const Headers headers{{"RateLimit", "\"api\";r=0;t=55"}, {"Retry-After", "3"}};
  EXPECT_EQ(asked_wait(429, headers, kNow), 55s);
  EXPECT_EQ(asked_wait(503, headers, kNow), 3s);
}

TEST(AskedWait, LooksAtRetryAfterWhereTheWindowIsNotUsedUp) {
  EXPECT_EQ(asked_wait(429, {{"RateLimit", "\"api\";r=3;t=55"}, {"Retry-After", "3"}}, kNow), 3s);
}

TEST(AskedWait, ReadsADate) {
  EXPECT_EQ(asked_wait(503, {{"Retry-After", "Wed, 21 Oct 2015 07:28:30 GMT"}}, kNow), 30s);
}

TEST(AskedWait, IsZeroForADateThatHasPassed) {
  EXPECT_EQ(asked_wait(503, {{"Retry-After", "Wed, 21 Oct 2015 07:27:00 GMT"}}, kNow), 0s);
}

TEST(AskedWait, DoesNotOverflow) {
  EXPECT_GT(asked_wait(503, {{"Retry-After", "99999999999999999999999999"}}, kNow), std::chrono::hours(24));
}

struct BadRetryAfter : testing::TestWithParam<const char*> {};
TEST_P(BadRetryAfter, IsIgnored) { EXPECT_FALSE(asked_wait(503, {{"Retry-After", GetParam()}}, kNow)); }
INSTANTIATE_TEST_SUITE_P(AskedWait, BadRetryAfter, testing::Values("", "-1", "1.5", "soon", "1s"));

}  // namespace
}  // namespace huggingface_hub::http
