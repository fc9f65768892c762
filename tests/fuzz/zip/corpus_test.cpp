// SPDX-License-Identifier: Apache-2.0
#include "support/neighbours.hpp"
#include "support/pickle_bytes.hpp"

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace huggingface_hub {
namespace {

TEST(FuzzZip, SurvivesItsCorpusAndItsNeighbours) {
  using namespace testing::pickles;
  const std::string views = storage("FloatStorage", "0", 4);
  testing::with_byte_neighbours(
      torch_file(dictionary({{"w", tensor(views, 0, {2, 2}, {1, 2})}, {"v", tensor(views, 1, {2}, {1})}}), {{"0", std::string(16, 0)}}),
      LLVMFuzzerTestOneInput);
}

}  // namespace
}  // namespace huggingface_hub
