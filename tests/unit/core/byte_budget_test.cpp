// SPDX-License-Identifier: Apache-2.0
#include "core/byte_budget.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace huggingface_hub {
namespace {

using namespace std::chrono_literals;

TEST(ByteBudget, GivesUpToWhatIsFreeAndTakesItBack) {
  ByteBudget budget(100);
  {
    const auto first = budget.take(10, 70, {});
    const auto second = budget.take(10, 70, {});
    EXPECT_EQ(first->size(), 70U);
    EXPECT_EQ(second->size(), 30U);
    EXPECT_EQ(budget.used(), 100U);
    EXPECT_FALSE(budget.try_take(1));
  }
  EXPECT_EQ(budget.used(), 0U);
  EXPECT_EQ(budget.peak(), 100U);
}

TEST(ByteBudget, ServesWaitersInOrderAndBeforeWhatIsOptional) {
  ByteBudget budget(100);
  auto held = budget.take(80, 80, {});
  std::atomic<bool> served{false};
  std::thread waiter([&] {
    const auto share = budget.take(50, 50, {});
    served = true;
  });
  while (budget.try_take(20)) std::this_thread::yield();  // Until the thread waits: then nobody overtakes it.

  EXPECT_FALSE(served);
  held->release();
  waiter.join();
  EXPECT_TRUE(served);
  EXPECT_EQ(budget.used(), 0U);
}

TEST(ByteBudget, EndsAWaitThatIsCancelled) {
  ByteBudget budget(100);
  const auto held = budget.take(100, 100, {});
  CancellationSource source;
  std::thread canceller([&] { source.cancel(); });

  const auto share = budget.take(10, 10, source.token());

  canceller.join();
  ASSERT_FALSE(share.ok());
  EXPECT_EQ(share.error().code, ErrorCode::cancelled);
  const auto late = budget.take(10, 10, CancellationToken().with_timeout(1ms));
  ASSERT_FALSE(late.ok());
  EXPECT_TRUE(late.error().timeout);
  EXPECT_EQ(budget.used(), 100U);
}

TEST(ByteBudget, ServesARequestLargerThanItselfWithAllItHas) {
  ByteBudget budget(100);
  EXPECT_EQ(budget.take(500, 1000, {})->size(), 100U);
}

TEST(ByteBudget, IsNeverExceededByManyThreads) {
  ByteBudget budget(1000);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 500; ++round) {
        const auto needed = budget.take(100, 300, {});
        const auto more = budget.try_take(200);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();

  EXPECT_LE(budget.peak(), 1000U);
  EXPECT_EQ(budget.used(), 0U);
}

TEST(ByteBudget, ObeysASmallerLimitOnceSharesComeBack) {
  ByteBudget budget(100);
  auto held = budget.take(60, 60, {});
  budget.set_limit(50);

  EXPECT_FALSE(budget.try_take(1));
  held->release();
  EXPECT_FALSE(budget.try_take(51));
  EXPECT_TRUE(budget.try_take(50));
}

TEST(ByteCount, ReadsWhatPeopleWrite) {
  EXPECT_EQ(parse_byte_count("1000"), 1000U);
  EXPECT_EQ(parse_byte_count(" 64M "), 64U << 20);
  EXPECT_EQ(parse_byte_count("2g"), std::uint64_t{2} << 30);
  for (const char* wrong : {"", "0", "-1", "M", "1.5G", "12X", "99999999999999999999", "99999999999G"}) {
    EXPECT_FALSE(parse_byte_count(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace huggingface_hub
