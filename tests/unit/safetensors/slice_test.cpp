// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/safetensors/slice.hpp"

#include "support/temp_dir.hpp"

#include "huggingface_hub/safetensors/reader.hpp"
#include "huggingface_hub/safetensors/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <random>

namespace huggingface_hub::safetensors {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TensorInfo info_of(Dtype dtype, Shape shape) {
  TensorInfo info{0, dtype, 0, "t", std::move(shape)};
  info.end = info.element_count() * bit_size(dtype) / 8;
  return info;
}

std::string refusal(const TensorInfo& info, const std::vector<Axis>& axes) {
  try {
    (void)plan_slice(info, axes);
  } catch (const HFValidationError& error) {
    return error.what();
  }
  return "none";
}

TEST(TensorSlice, OfNeighbouringRowsIsOnePiece) {
  const TensorSlice slice = plan_slice(info_of(Dtype::f32, {10, 4}), {Axis::range(2, 5)});
  EXPECT_EQ(slice.first, 32U);
  EXPECT_EQ(slice.piece_size, 48U);
  EXPECT_THAT(slice.steps, IsEmpty());
  EXPECT_THAT(slice.shape, ElementsAre(3, 4));
}

TEST(TensorSlice, OfAColumnHasAPieceInEachRow) {
  const TensorSlice slice = plan_slice(info_of(Dtype::f32, {3, 4}), {Axis::all(), Axis::at(-1)});
  std::vector<std::uint64_t> offsets;
  slice.for_each_piece([&](std::uint64_t offset) { offsets.push_back(offset); });
  EXPECT_THAT(offsets, ElementsAre(12, 28, 44));
  EXPECT_EQ(slice.piece_size, 4U);
  EXPECT_THAT(slice.shape, ElementsAre(3));
}

TEST(TensorSlice, MayBeEmpty) {
  const TensorSlice slice = plan_slice(info_of(Dtype::f32, {3, 4}), {Axis::all(), Axis::range(1, 1)});
  EXPECT_EQ(slice.byte_size(), 0U);
  EXPECT_THAT(slice.shape, ElementsAre(3, 0));
  slice.for_each_piece([](std::uint64_t) { ADD_FAILURE() << "there is nothing to take"; });
  EXPECT_THAT(plan_slice(info_of(Dtype::f32, {0, 4}), {Axis::all(), Axis::at(1)}).shape, ElementsAre(0));
}

TEST(TensorSlice, SaysWhatTheTensorDoesNotHave) {
  const TensorInfo info = info_of(Dtype::i64, {3, 5});
  EXPECT_THAT(refusal(info, {Axis::at(3)}), HasSubstr("[3] of axis 0 of tensor t, whose shape is [3, 5]"));
  EXPECT_THAT(refusal(info, {Axis::all(), Axis::at(-6)}), HasSubstr("[-6] of axis 1"));
  EXPECT_THAT(refusal(info, {Axis::range(2, 4)}), HasSubstr("[2:4] of axis 0"));
  EXPECT_THAT(refusal(info, {Axis::range(2, 1)}), HasSubstr("[2:1] of axis 0"));
  EXPECT_THAT(refusal(info, {Axis::range(UINT64_MAX, UINT64_MAX)}), HasSubstr("of axis 0"));
  EXPECT_THAT(refusal(info, {Axis::at(INT64_MIN)}), HasSubstr("of axis 0"));
  EXPECT_THAT(refusal(info, {Axis::all(), Axis::all(), Axis::all()}), HasSubstr("3 axes were asked for"));
}

TEST(TensorSlice, OfPackedTypesBeginsAndEndsAtWholeBytes) {
  const TensorInfo info = info_of(Dtype::f4, {3, 4});
  EXPECT_EQ(plan_slice(info, {Axis::at(1)}).first, 2U);
  EXPECT_EQ(plan_slice(info, {Axis::all(), Axis::range(2, 4)}).byte_size(), 3U);
  EXPECT_THAT(refusal(info, {Axis::all(), Axis::range(1, 3)}), HasSubstr("whole bytes"));
  EXPECT_THAT(refusal(info, {Axis::all(), Axis::at(0)}), HasSubstr("whole bytes"));
  EXPECT_THAT(refusal(info_of(Dtype::f4, {2, 3}), {Axis::at(1)}), HasSubstr("whole bytes"));
  EXPECT_EQ(plan_slice(info_of(Dtype::f6_e3m2, {2, 4}), {Axis::at(1)}).piece_size, 3U);
}

/// Every slice of a small tensor, element by element.
TEST(TensorSlice, TakesWhatIndexingTakes) {
  constexpr unsigned kSeed = 4'242;
  std::mt19937 random(kSeed);
  const testing::TempDir folder;
  std::vector<std::int32_t> values(3 * 4 * 5 * 2);
  std::iota(values.begin(), values.end(), 0);
  const Shape shape{3, 4, 5, 2};
  save_file({{"t", TensorView(values, shape)}}, folder.path() / "t.safetensors", Metadata{});
  const File file = File::open(folder.path() / "t.safetensors");
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", round " + std::to_string(round));
    std::vector<Axis> axes;
    std::vector<std::pair<std::size_t, std::size_t>> taken;
    for (const std::uint64_t size : shape) {
      std::size_t begin = random() % size;
      std::size_t end = begin + 1 + random() % (size - begin);
      const auto kind = random() % 3;
      if (kind == 0) begin = 0, end = size;
      if (kind == 1) end = begin + 1;
      axes.push_back(kind == 0   ? Axis::all()
                     : kind == 1 ? Axis::at(static_cast<std::int64_t>(begin) - (random() % 2 ? 0 : static_cast<std::int64_t>(size)))
                                 : Axis::range(begin, end));
      taken.emplace_back(begin, end);
    }
    std::vector<std::int32_t> expected;
    for (std::size_t a = taken[0].first; a < taken[0].second; ++a) {
      for (std::size_t b = taken[1].first; b < taken[1].second; ++b) {
        for (std::size_t c = taken[2].first; c < taken[2].second; ++c) {
          for (std::size_t d = taken[3].first; d < taken[3].second; ++d) {
            expected.push_back(values[((a * 4 + b) * 5 + c) * 2 + d]);
          }
        }
      }
    }
    ASSERT_EQ(file.slice("t", axes).to_vector<std::int32_t>(), expected);
  }
}

TEST(SlicedFile, GivesOnePieceInPlaceAndKeepsTheMapping) {
  const testing::TempDir folder;
  const std::vector<float> values{0, 1, 2, 3, 4, 5};
  save_file({{"t", TensorView(values, {3, 2})}}, folder.path() / "t.safetensors", Metadata{});
  HostTensor rows;
  {
    const File file = File::open(folder.path() / "t.safetensors");
    rows = file.slice("t", {Axis::range(1, 3)});
    EXPECT_EQ(rows.data(), file.bytes("t").data() + 8);
  }
  EXPECT_THAT(rows.to_vector<float>(), ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(rows.shape(), ElementsAre(2, 2));
}

}  // namespace
}  // namespace huggingface_hub::safetensors
