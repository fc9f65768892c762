// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// A streaming checksum of 64 bits (the construction of XXH64), against what a crash or a disk does to bytes, not
/// against people: what was fetched is judged by the digest that the Hub promised. A tenth of the cost of SHA-256.
class PieceHash {
 public:
  explicit PieceHash(std::uint64_t seed = 0) noexcept
      : lanes_{seed + kPrime1 + kPrime2, seed + kPrime2, seed, seed - kPrime1}, seed_(seed) {}

  void update(const char* data, std::size_t size) noexcept {
    total_ += size;
    if (held_ > 0) {
      const std::size_t part = std::min(size, block_.size() - held_);
      std::memcpy(block_.data() + held_, data, part);
      held_ += part;
      data += part;
      size -= part;
      if (held_ < block_.size()) return;
      consume(block_.data());
      held_ = 0;
    }
    for (; size >= block_.size(); data += block_.size(), size -= block_.size()) consume(data);
    std::memcpy(block_.data(), data, size);
    held_ = size;
  }

  /// Of everything so far; more may follow.
  [[nodiscard]] std::uint64_t value() const noexcept {
    std::uint64_t hash = seed_ + kPrime5;
    if (total_ >= block_.size()) {
      hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) + std::rotl(lanes_[3], 18);
      for (const std::uint64_t lane : lanes_) hash = (hash ^ round(0, lane)) * kPrime1 + kPrime4;
    }
    hash += total_;
    std::size_t at = 0;
    for (; at + 8 <= held_; at += 8) {
      hash = std::rotl(hash ^ round(0, load(block_.data() + at)), 27) * kPrime1 + kPrime4;
    }
    for (; at < held_; ++at) {
      hash = std::rotl(hash ^ (static_cast<unsigned char>(block_[at]) * kPrime5), 11) * kPrime1;
    }
    hash = (hash ^ (hash >> 33)) * kPrime2;
    hash = (hash ^ (hash >> 29)) * kPrime3;
    return hash ^ (hash >> 32);
  }

 private:
  static constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87U;
  static constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4FU;
  static constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9U;
  static constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63U;
  static constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5U;

  static std::uint64_t load(const char* data) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, data, sizeof word);
    return word;
  }
  static std::uint64_t round(std::uint64_t lane, std::uint64_t word) noexcept {
    return std::rotl(lane + word * kPrime2, 31) * kPrime1;
  }
  void consume(const char* block) noexcept {
    for (std::size_t i = 0; i < lanes_.size(); ++i) lanes_[i] = round(lanes_[i], load(block + 8 * i));
  }

  std::array<std::uint64_t, 4> lanes_;
  std::array<char, 32> block_{};
  std::size_t held_{0};
  std::uint64_t total_{0};
  std::uint64_t seed_;
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
