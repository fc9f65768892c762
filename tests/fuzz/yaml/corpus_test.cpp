// SPDX-License-Identifier: Apache-2.0
#include "support/card_corpus.hpp"

#include <gtest/gtest.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace huggingface_hub {
namespace {

/// The blocks of the recorded cards, each also cut short and changed at some places.
TEST(FuzzYaml, SurvivesItsCorpusAndItsNeighbours) {
  const auto cards = testing::recorded_cards();
  ASSERT_FALSE(cards.empty());
  for (const std::string& card : cards) {
    testing::with_neighbours(card.substr(card.find("---") == 0 ? 4 : 0), LLVMFuzzerTestOneInput);
  }
}

}  // namespace
}  // namespace huggingface_hub
