// SPDX-License-Identifier: Apache-2.0
#include "support/neighbours.hpp"
#include "support/gguf_bytes.hpp"

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace huggingface_hub {
namespace {

TEST(FuzzGguf, SurvivesItsCorpusAndItsNeighbours) {
  using namespace testing::ggufs;
  testing::with_byte_neighbours(
      file({text_entry("general.architecture", "llama"), number_entry("general.alignment", 64),
            entry("texts", 9, testing::little_endian(4, 8) + testing::little_endian(8, 1) + text("a"))},
           {tensor("t", {32, 2}, 2, 0)}, 64, 64),
      LLVMFuzzerTestOneInput);
}

}  // namespace
}  // namespace huggingface_hub
