// SPDX-License-Identifier: Apache-2.0
#include "transfer/read_ahead_plan.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace hf = huggingface_hub;
using hf::transfer::ByteRange;
using hf::transfer::ReadAheadPlan;

namespace {

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMebibyte = 1024 * kKiB;

ReadAheadPlan plan_of(std::uint64_t size, bool is_stream = false) { return {size, {}, is_stream}; }

}  // namespace

TEST(ReadAheadPlan, AsksForHardlyMoreThanIsWantedHereAndThere) {
  ReadAheadPlan plan = plan_of(100 * kMebibyte);

  plan.on_read(50 * kMebibyte, 100);
  EXPECT_EQ(plan.at(50 * kMebibyte, 100), (ByteRange{50 * kMebibyte, 50 * kMebibyte + 16 * kKiB}));
  EXPECT_EQ(plan.after(50 * kMebibyte + 16 * kKiB), std::nullopt);

  plan.on_read(10 * kMebibyte, kMebibyte);
  EXPECT_EQ(plan.at(10 * kMebibyte, kMebibyte), (ByteRange{10 * kMebibyte, 11 * kMebibyte}));
  EXPECT_FALSE(plan.is_run());
}

TEST(ReadAheadPlan, TakesReadsThatFollowOneAnotherForARun) {
  ReadAheadPlan plan = plan_of(100 * kMebibyte);
  plan.on_read(0, 100);
  EXPECT_EQ(plan.at(0, 100).size(), 16 * kKiB);

  plan.on_read(100, 100);
  EXPECT_TRUE(plan.is_run());
  EXPECT_EQ(plan.at(16 * kKiB, 100), (ByteRange{16 * kKiB, 272 * kKiB}));
  plan.on_read(200, 100);
  EXPECT_EQ(plan.after(272 * kKiB), std::nullopt);  // So few bytes may be looked at by chance.

  plan.on_read(300, 64 * kKiB);
  EXPECT_EQ(plan.after(272 * kKiB), (ByteRange{272 * kKiB, 784 * kKiB}));
}

TEST(ReadAheadPlan, DoublesTheBlocksUpToTheLimit) {
  ReadAheadPlan plan = plan_of(100 * kMebibyte, /*is_stream=*/true);
  std::uint64_t end = 0;
  std::vector<std::uint64_t> sizes;
  for (int i = 0; i < 8; ++i) {
    plan.on_read(end, 1);
    const ByteRange range = plan.at(end, 1);
    sizes.push_back(range.size() / kKiB);
    end = range.end;
    plan.extend(end);
  }
  EXPECT_EQ(sizes, (std::vector<std::uint64_t>{256, 512, 1024, 2048, 4096, 8192, 8192, 8192}));
}

TEST(ReadAheadPlan, StartsSmallAgainAfterAJump) {
  ReadAheadPlan plan = plan_of(100 * kMebibyte, /*is_stream=*/true);
  for (std::uint64_t at = 0; at < 4; ++at) {
    plan.on_read(at * 64 * kKiB, 64 * kKiB);
    (void)plan.after(kMebibyte);
  }

  plan.on_read(40 * kMebibyte, 1);

  EXPECT_FALSE(plan.is_run());
  EXPECT_EQ(plan.at(40 * kMebibyte, 1).size(), 16 * kKiB);
  plan.on_read(40 * kMebibyte + 1, 1);
  EXPECT_EQ(plan.at(40 * kMebibyte + 1, 1).size(), 256 * kKiB);
}

TEST(ReadAheadPlan, ForgivesASmallGapAndASmallStepBack) {
  ReadAheadPlan plan = plan_of(100 * kMebibyte);
  plan.on_read(0, 1000);
  plan.on_read(1000 + 60 * kKiB, 1000);
  EXPECT_TRUE(plan.is_run());
  plan.on_read(500 + 60 * kKiB, 100);
  EXPECT_TRUE(plan.is_run());
  plan.on_read(500 + 60 * kKiB + 70 * kKiB, 100);
  EXPECT_FALSE(plan.is_run());
}

TEST(ReadAheadPlan, EndsWithTheFile) {
  ReadAheadPlan plan = plan_of(300 * kKiB, /*is_stream=*/true);
  plan.on_read(0, 1);
  EXPECT_EQ(plan.at(0, 1), (ByteRange{0, 256 * kKiB}));
  plan.on_read(1, 64 * kKiB);
  EXPECT_EQ(plan.after(256 * kKiB), (ByteRange{256 * kKiB, 300 * kKiB}));
  EXPECT_EQ(plan.after(300 * kKiB), std::nullopt);
}

TEST(ReadAheadPlan, ReadsNothingAheadWhereThatIsNotWanted) {
  ReadAheadPlan plan(100 * kMebibyte, {.most = 0}, /*is_stream=*/true);
  for (std::uint64_t at = 0; at < 5; ++at) plan.on_read(at, 1);

  EXPECT_FALSE(plan.is_run());
  EXPECT_EQ(plan.after(kMebibyte), std::nullopt);
}

TEST(ReadAheadPlan, GivesALargeReadWhatItAsksFor) {
  ReadAheadPlan plan = plan_of(100 * kMebibyte, /*is_stream=*/true);
  plan.on_read(0, 32 * kMebibyte);
  EXPECT_EQ(plan.at(0, 32 * kMebibyte), (ByteRange{0, 32 * kMebibyte}));
}
