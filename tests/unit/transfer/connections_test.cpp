// SPDX-License-Identifier: Apache-2.0
#include "transfer/connections.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

using namespace std::chrono_literals;
using huggingface_hub::transfer::ConnectionLimit;
using huggingface_hub::transfer::Connections;
using huggingface_hub::transfer::SteadyTime;

namespace {

using Speed = std::function<double(std::size_t connections)>;  // Bytes a second of all together.

/// Lets `limit` decide for `time`, with always as many connections as it says.
/// `busy`: processors that the process uses meanwhile.
SteadyTime run(ConnectionLimit& limit, SteadyTime now, std::chrono::milliseconds time, const Speed& speed,
               double busy = 0.0) {
  const SteadyTime end = now + time;
  for (; now < end; now += 10ms) {
    limit.on_bytes(static_cast<std::uint64_t>(speed(limit.limit()) / 100.0), limit.limit(), limit.limit(), now,
                   std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch() * busy));
  }
  return now;
}

Speed each(double bytes) {
  return [bytes](std::size_t connections) { return bytes * static_cast<double>(connections); };
}

Speed all_together(double bytes) {
  return [bytes](std::size_t) { return bytes; };
}

}  // namespace

TEST(ConnectionLimit, GrowsFastWhereEachConnectionHasItsOwnSpeed) {
  ConnectionLimit limit;
  EXPECT_EQ(limit.limit(), 1U);

  run(limit, SteadyTime(), 150ms, each(10e6));

  EXPECT_EQ(limit.limit(), 16U);
}

TEST(ConnectionLimit, GrowsInShortStepsWhereEachBringsLess) {
  ConnectionLimit limit;
  const Speed less = [](std::size_t n) { return 10e6 * std::pow(static_cast<double>(n), 0.6); };

  SteadyTime now = run(limit, SteadyTime(), 150ms, less);
  EXPECT_EQ(limit.limit(), 8U);
  run(limit, now, 100ms, less);
  EXPECT_EQ(limit.limit(), 16U);
}

TEST(ConnectionLimit, StaysLowWhereTheProcessorsAreWhatIsShort) {
  ConnectionLimit limit(2);

  run(limit, SteadyTime(), 3s, each(800e6), 1.3);

  EXPECT_EQ(limit.limit(), 1U);
}

TEST(ConnectionLimit, GrowsWhereThereAreProcessorsForIt) {
  ConnectionLimit limit(16);

  run(limit, SteadyTime(), 600ms, each(800e6), 1.3);

  EXPECT_EQ(limit.limit(), 16U);
}

TEST(ConnectionLimit, StaysLowWhereMoreDoesNotHelp) {
  ConnectionLimit limit;

  run(limit, SteadyTime(), 3s, all_together(100e6));

  EXPECT_EQ(limit.limit(), 1U);
}

TEST(ConnectionLimit, StopsWhereTheLineIsFull) {
  ConnectionLimit limit;

  run(limit, SteadyTime(), 2s, [](std::size_t n) { return std::min(10e6 * static_cast<double>(n), 80e6); });

  EXPECT_EQ(limit.limit(), 8U);
}

TEST(ConnectionLimit, HalvesOnceForACauseAndWaitsBeforeItGrowsAgain) {
  ConnectionLimit limit;
  SteadyTime now = run(limit, SteadyTime(), 1s, each(10e6));
  limit.on_overload(now);
  limit.on_overload(now + 10ms);
  EXPECT_EQ(limit.limit(), 8U);

  now = run(limit, now, 2s, each(10e6));
  EXPECT_EQ(limit.limit(), 8U);
  run(limit, now, 5s, each(10e6));
  EXPECT_EQ(limit.limit(), 16U);
}

TEST(ConnectionLimit, NeverGoesBelowOne) {
  ConnectionLimit limit;
  for (int i = 0; i < 5; ++i) limit.on_overload(SteadyTime(std::chrono::seconds(10 * i)));
  EXPECT_EQ(limit.limit(), 1U);
}

TEST(ConnectionLimit, TakesWhatFilesNeedAnywayAsAStart) {
  ConnectionLimit limit;
  for (int i = 0; i < 40; ++i) limit.on_bytes(1'000'000, 8, 8, SteadyTime(i * 10ms), 0ns);
  EXPECT_GE(limit.limit(), 8U);
}

TEST(Connections, RefusesOnlyWhatIsOptional) {
  Connections connections;
  const Connections::Lease first = connections.take("http://a");
  const Connections::Lease second = connections.take("http://a");
  Connections::Lease more;

  EXPECT_FALSE(connections.try_take("http://a", more));
  EXPECT_TRUE(connections.try_take("http://b", more));
}

TEST(Connections, TakesBackWhatHasEnded) {
  Connections connections;
  Connections::Lease lease;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(connections.try_take("http://a", lease)) << i;
    lease.release();
  }
}
