// SPDX-License-Identifier: Apache-2.0
#include "support/neighbours.hpp"
#include "support/pickle_bytes.hpp"

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace huggingface_hub {
namespace {

TEST(FuzzPickle, SurvivesItsCorpusAndItsNeighbours) {
  using namespace testing::pickles;
  const std::string state = dictionary({{"w", tensor(storage("FloatStorage", "0", 6), 1, {2, 2}, {2, 1})}, {"n", number(70000)}});
  testing::with_byte_neighbours(state, LLVMFuzzerTestOneInput);
  testing::with_byte_neighbours("\x80\x02](K\x01K\x02q\x01h\x01\x86\x89\x88Ne.", LLVMFuzzerTestOneInput);
  testing::with_byte_neighbours("\x80\x02" + global("os", "system") + text("ls") + "\x85R.", LLVMFuzzerTestOneInput);
}

}  // namespace
}  // namespace huggingface_hub
