// SPDX-License-Identifier: Apache-2.0
#include "support/neighbours.hpp"
#include "support/zip_bytes.hpp"

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace huggingface_hub {
namespace {

TEST(FuzzDduf, SurvivesItsCorpusAndItsNeighbours) {
  testing::with_byte_neighbours(testing::zip_bytes({{"model_index.json", "{\"vae\": 1}"}, {"vae/config.json", "{}"}}),
                                LLVMFuzzerTestOneInput);
}

}  // namespace
}  // namespace huggingface_hub
