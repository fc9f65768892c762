// SPDX-License-Identifier: Apache-2.0
#include "transfer/range_jobs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace hf = huggingface_hub;
using hf::transfer::make_range_jobs;
using hf::transfer::MemoryPiece;
using testing::ElementsAre;

namespace {

char memory[10'000];

MemoryPiece piece(std::uint64_t begin, std::size_t size) { return {begin, memory + begin, size}; }

/// `begin+size` of each piece, jobs in brackets.
std::string text_of(const std::vector<std::vector<MemoryPiece>>& jobs) {
  std::string text;
  for (const auto& job : jobs) {
    text += "[";
    for (const MemoryPiece& part : job) {
      if (text.back() != '[') text += " ";
      text += std::to_string(part.begin) + "+" + std::to_string(part.size);
      EXPECT_EQ(part.data, memory + part.begin);
    }
    text += "]";
  }
  return text;
}

}  // namespace

TEST(RangeJobs, PutNeighboursIntoOneRequest) {
  EXPECT_EQ(text_of(make_range_jobs({piece(100, 50), piece(150, 50), piece(210, 5)}, 10, 1000)), "[100+50 150+50 210+5]");
}

TEST(RangeJobs, LeaveOutWhatLiesBetween) {
  EXPECT_EQ(text_of(make_range_jobs({piece(100, 50), piece(161, 5)}, 10, 1000)), "[100+50][161+5]");
}

TEST(RangeJobs, SortWhatComesInAnyOrder) {
  EXPECT_EQ(text_of(make_range_jobs({piece(300, 10), piece(0, 10), piece(10, 10)}, 0, 1000)), "[0+10 10+10][300+10]");
}

TEST(RangeJobs, CutWhatIsLong) {
  EXPECT_EQ(text_of(make_range_jobs({piece(0, 250)}, 10, 100)), "[0+100][100+100][200+50]");
  EXPECT_EQ(text_of(make_range_jobs({piece(0, 60), piece(65, 60)}, 10, 100)), "[0+60 65+35][100+25]");
}

TEST(RangeJobs, AskTwiceForWhatOverlaps) {
  EXPECT_EQ(text_of(make_range_jobs({piece(0, 50), piece(0, 50), piece(20, 10)}, 10, 1000)), "[0+50][0+50][20+10]");
}

TEST(RangeJobs, LeaveOutWhatIsEmpty) {
  EXPECT_EQ(text_of(make_range_jobs({piece(0, 0), piece(5, 5), piece(10, 0)}, 10, 1000)), "[5+5]");
  EXPECT_THAT(make_range_jobs({}, 10, 1000), ElementsAre());
}
