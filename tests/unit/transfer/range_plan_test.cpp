// SPDX-License-Identifier: Apache-2.0
#include "transfer/range_plan.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

using huggingface_hub::transfer::ByteRange;
using huggingface_hub::transfer::RangePlan;

namespace {

constexpr std::uint64_t kJournalPiece = RangePlan::kStretch;
constexpr std::uint64_t kAny = ~std::uint64_t{0};

}  // namespace

TEST(RangePlan, GivesOutPiecesInOrderAndSmallerOnesTowardsTheEnd) {
  RangePlan plan;
  plan.reset(64 * kJournalPiece, {});

  EXPECT_EQ(plan.assign(1, 4, kAny), (ByteRange{0, 8 * kJournalPiece}));
  EXPECT_EQ(plan.assign(2, 4, kAny), (ByteRange{8 * kJournalPiece, 15 * kJournalPiece}));
  EXPECT_EQ(plan.assign(3, 4, 2 * kJournalPiece), (ByteRange{15 * kJournalPiece, 17 * kJournalPiece}));
  EXPECT_EQ(plan.assign(4, 64, kAny), (ByteRange{17 * kJournalPiece, 18 * kJournalPiece}));
  EXPECT_EQ(plan.missing(), 64 * kJournalPiece);
}

TEST(RangePlan, GivesOutShorterPiecesAtTheEndWhereConnectionsAreSlow) {
  constexpr std::uint64_t kSmallest = std::uint64_t{1} << 20;
  RangePlan plan;
  plan.reset(32 * kSmallest, {});

  EXPECT_EQ(plan.assign(1, 4, kAny, kSmallest), (ByteRange{0, 4 * kSmallest}));
  EXPECT_EQ(plan.assign(2, 4, kAny, kSmallest), (ByteRange{4 * kSmallest, 7 * kSmallest}));
  EXPECT_EQ(plan.assign(3, 16, kAny, 100), (ByteRange{7 * kSmallest, 8 * kSmallest})) << "a piece at least";
  EXPECT_EQ(plan.assign(4, 16, kAny, 64 * kSmallest), (ByteRange{8 * kSmallest, 16 * kSmallest})) << "no more than a stretch";
}

TEST(RangePlan, LeavesOutWhatIsThere) {
  RangePlan plan;
  plan.reset(4 * kJournalPiece, {{0, kJournalPiece + 100}, {2 * kJournalPiece, 3 * kJournalPiece}});

  EXPECT_EQ(plan.missing(), 2 * kJournalPiece - 100);
  EXPECT_EQ(plan.frontier(), kJournalPiece + 100);
  EXPECT_EQ(plan.assign(1, 8, kAny), (ByteRange{kJournalPiece + 100, 2 * kJournalPiece}));
  EXPECT_EQ(plan.assign(2, 8, kAny), (ByteRange{3 * kJournalPiece, 4 * kJournalPiece}));
  EXPECT_EQ(plan.assign(3, 8, kAny), std::nullopt);
}

TEST(RangePlan, SharesTheLargestRangeThatIsOnItsWay) {
  RangePlan plan;
  plan.reset(6 * kJournalPiece, {});
  ASSERT_TRUE(plan.assign_first_gap(1));
  plan.advance(1, 10);

  EXPECT_EQ(plan.steal(2), (ByteRange{3 * kJournalPiece, 6 * kJournalPiece}));
  EXPECT_EQ(plan.remaining(1), (ByteRange{10, 3 * kJournalPiece}));
  plan.advance(1, 3 * kJournalPiece - 10);
  plan.advance(2, 3 * kJournalPiece - 1000);
  EXPECT_EQ(plan.largest(), std::nullopt);
  EXPECT_EQ(plan.steal(3), std::nullopt);
  EXPECT_EQ(plan.frontier(), 6 * kJournalPiece - 1000);
}

TEST(RangePlan, GivesWhatWasNotFetchedToOthers) {
  RangePlan plan;
  plan.reset(2 * kJournalPiece, {});
  (void)plan.assign_first_gap(1);
  plan.advance(1, 5);
  plan.give_back(1);

  EXPECT_EQ(plan.assign_first_gap(2), (ByteRange{5, 2 * kJournalPiece}));
}

TEST(RangePlan, LearnsTheEndOnTheWay) {
  RangePlan plan;
  plan.reset(kAny / 2, {});
  (void)plan.assign_first_gap(1);
  plan.advance(1, 10);
  plan.set_end(1, 30);

  EXPECT_EQ(plan.missing(), 20U);
  EXPECT_EQ(plan.remaining(1), (ByteRange{10, 30}));
}

TEST(RangePlan, CoversEveryByteOnceWhateverHappens) {
  for (unsigned seed = 1; seed <= 30; ++seed) {
    std::mt19937 random(seed);
    const std::uint64_t size = random() % (40 * kJournalPiece) + 1;
    RangePlan plan;
    plan.reset(size, {});
    std::vector<RangePlan::Id> running;
    RangePlan::Id next = 0;
    std::uint64_t fetched = 0;
    while (plan.missing() > 0) {
      const unsigned what = random() % 4;
      if (running.empty() || what == 0) {
        if (plan.assign(next, random() % 16 + 1, kAny) || plan.steal(next)) running.push_back(next);
        ++next;
        continue;
      }
      const std::size_t index = random() % running.size();
      const std::uint64_t rest = plan.remaining(running[index]).size();
      const std::uint64_t part = what == 1 ? rest : random() % (rest + 1);
      plan.advance(running[index], part);
      fetched += part;
      if (what == 1 || what == 2) {
        plan.give_back(running[index]);
        running.erase(running.begin() + static_cast<std::ptrdiff_t>(index));
      }
    }
    EXPECT_EQ(fetched, size) << "seed " << seed;
    EXPECT_EQ(plan.frontier(), size) << "seed " << seed;
  }
}
