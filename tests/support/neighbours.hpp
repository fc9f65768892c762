// SPDX-License-Identifier: Apache-2.0
/// @file
/// What lies beside a seed: the same bytes cut short, and with one of them changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace huggingface_hub::testing {

/// Runs `entry` with `seed`, with each beginning of it, and with each byte changed in one bit.
template <typename Entry>
void with_byte_neighbours(const std::string& seed, Entry entry) {
  const auto run = [&entry](const std::string& bytes) {
    entry(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  };
  run(seed);
  for (std::size_t i = 0; i < seed.size(); ++i) {
    run(seed.substr(0, i));
    std::string changed = seed;
    changed[i] = static_cast<char>(changed[i] ^ (1 << (i % 8)));
    run(changed);
  }
}

}  // namespace huggingface_hub::testing
