// SPDX-License-Identifier: Apache-2.0
/// @file
/// Seeds for the parsers of cards: those of tests/vectors/cards.jsonl, and what lies beside them.
#pragma once

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace huggingface_hub::testing {

inline std::vector<std::string> recorded_cards() {
  std::vector<std::string> cards;
  std::ifstream file(std::string(HUGGINGFACE_HUB_TEST_DATA) + "/vectors/cards.jsonl");
  for (std::string line; std::getline(file, line);) {
    cards.push_back(nlohmann::json::parse(line).at("input").get<std::string>());
  }
  return cards;
}

/// Runs `entry` with `seed`, and with texts that differ from it at one of about `places` places.
template <typename Entry>
void with_neighbours(const std::string& seed, Entry entry, std::size_t places = 20) {
  const auto run = [&entry](const std::string& text) {
    entry(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  run(seed);
  constexpr std::string_view kInserted = ":-#'\"[]{}&*!|>%@,?\n\r\t \x80\x01";
  const std::size_t step = std::max<std::size_t>(1, seed.size() / places);
  for (std::size_t i = 0; i < seed.size(); i += step) {
    run(seed.substr(0, i));
    std::string changed = seed;
    changed.insert(i, 1, kInserted[i % kInserted.size()]);
    run(changed);
  }
}

}  // namespace huggingface_hub::testing
