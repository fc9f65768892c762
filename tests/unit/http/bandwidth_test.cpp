// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/http/bandwidth.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <vector>

namespace huggingface_hub::http {
namespace {

using namespace std::chrono_literals;
using Direction = Bandwidth::Direction;

constexpr std::uint64_t kRate = 5'000'000;

/// Moves pieces for as long as they may, in time that passes only where somebody waits.
struct Line {
  explicit Line(std::uint64_t rate) : bandwidth(rate, [this] { return now; }) {}

  std::uint64_t move(std::chrono::nanoseconds time, std::uint64_t piece, Direction direction = Direction::down) {
    const auto end = now + time;
    std::uint64_t moved = 0;
    while (true) {
      const auto wait = bandwidth.wait(direction);
      if (now + wait >= end) break;
      if (wait > 0ns) {
        now += wait + lateness;
        continue;
      }
      bandwidth.take(direction, piece);
      moved += piece;
    }
    now = end;
    return moved;
  }

  Bandwidth::Time now{};
  std::chrono::nanoseconds lateness{0};  ///< How much later than asked for everybody comes.
  Bandwidth bandwidth;
};

struct PieceSize : testing::TestWithParam<std::uint64_t> {};
TEST_P(PieceSize, IsNoMatterForTheRate) {
  Line line(kRate);
  EXPECT_NEAR(static_cast<double>(line.move(5s, GetParam())), 5.0 * kRate, 0.01 * 5.0 * kRate);
}
INSTANTIATE_TEST_SUITE_P(Bandwidth, PieceSize, testing::Values(1u << 10, 16u << 10, 100u << 10));

TEST(Bandwidth, MakesGoodWhatALateLoopHasMissed) {
  Line line(kRate);
  line.lateness = 4ms;
  EXPECT_NEAR(static_cast<double>(line.move(5s, 16u << 10)), 5.0 * kRate, 0.05 * 5.0 * kRate);
}

TEST(Bandwidth, SavesLittleWhileNothingMoves) {
  Line line(kRate);
  line.now += 1h;
  EXPECT_LE(line.move(5s, 16u << 10), 1.05 * 5.0 * kRate);
}

TEST(Bandwidth, LetsBothDirectionsHaveTheirOwn) {
  Line line(kRate);
  line.bandwidth.take(Direction::up, 10 * kRate);
  EXPECT_EQ(line.bandwidth.wait(Direction::down), 0ns);
  EXPECT_GT(line.bandwidth.wait(Direction::up), 9s);
}

TEST(Bandwidth, HoldsForAllWhoShareItTogether) {
  Line line(kRate);
  std::uint64_t moved = 0;
  for (int turn = 0; turn < 50; ++turn) moved += line.move(100ms, 16u << 10);
  EXPECT_NEAR(static_cast<double>(moved), 5.0 * kRate, 0.05 * 5.0 * kRate);
}

TEST(Bandwidth, WaitsAgainAfterAPieceThatWasTooLarge) {
  Line line(1000);
  line.bandwidth.take(Direction::down, 2010);  // 10 are free at the start.
  const auto wait = line.bandwidth.wait(Direction::down);
  EXPECT_GE(wait, 2s);
  EXPECT_LE(wait, 2100ms);
}

TEST(Bandwidth, IsOneForAllOfTheProcess) {
  EXPECT_EQ(Bandwidth::of_process(0), nullptr);
  const auto first = Bandwidth::of_process(kRate);
  EXPECT_EQ(Bandwidth::of_process(kRate), first);
  EXPECT_NE(Bandwidth::of_process(kRate + 1), first);
}

TEST(Bandwidth, RemembersWhatWasTakenTooEarly) {
  Bandwidth::of_process(77)->take(Direction::down, 77'000);
  EXPECT_GT(Bandwidth::of_process(77)->wait(Direction::down), 900s);
}

}  // namespace
}  // namespace huggingface_hub::http
