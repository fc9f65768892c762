// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>

namespace huggingface_hub::testing {

inline constexpr std::uint64_t kKiB = 1024;
inline constexpr std::uint64_t kMiB = 1024 * kKiB;

/// `size` bytes that look random and are the same for the same `seed`. A longer pattern begins with the shorter.
inline std::string pattern(std::uint64_t size, std::uint64_t seed = 1) {
  std::string bytes;
  bytes.resize(static_cast<std::size_t>(size));
  std::uint64_t state = seed;
  for (std::size_t offset = 0; offset < bytes.size(); offset += sizeof state) {
    state += 0x9e3779b97f4a7c15U;  // splitmix64
    std::uint64_t mixed = (state ^ (state >> 30)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebU;
    mixed ^= mixed >> 31;
    const std::size_t left = bytes.size() - offset;
    std::memcpy(bytes.data() + offset, &mixed, left < sizeof mixed ? left : sizeof mixed);
  }
  return bytes;
}

}  // namespace huggingface_hub::testing
