// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/byte_range.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

struct ReadAheadLimits {
  std::uint64_t first{std::uint64_t{256} << 10};  ///< The first block of a run; each further one is twice as long.
  std::uint64_t most{std::uint64_t{8} << 20};     ///< 0: nothing is ever read ahead.
};

/// What to fetch for somebody who reads at offsets. Reads that follow one another are a run: blocks of growing size,
/// and always the next one on its way. Any other read gets what it asked for and hardly more.
///
/// Holds no bytes and knows no network, so that a test states its decisions. One thread at a time.
class ReadAheadPlan {
 public:
  /// The least that a request asks for: what it costs to ask is worth more bytes than this.
  static constexpr std::uint64_t kLeast = std::uint64_t{16} << 10;
  /// A gap of so many bytes does not end a run; nor do so many bytes read again.
  static constexpr std::uint64_t kSlack = std::uint64_t{64} << 10;

  /// `is_stream`: a run from the start, as of somebody who reads a file from its beginning.
  ReadAheadPlan(std::uint64_t file_size, ReadAheadLimits limits, bool is_stream)
      : file_size_(file_size), limits_(limits), block_(limits.first) {
    if (is_stream) expected_ = 0;
  }

  /// `size` bytes at `offset` are wanted, inside of the file.
  void on_read(std::uint64_t offset, std::uint64_t size) {
    const bool follows = expected_ && offset <= *expected_ + kSlack && offset + kSlack >= *expected_;
    if (!follows) {
      block_ = limits_.first;
      run_begin_ = offset;
    }
    run_ = follows && limits_.most > 0 ? run_ + 1 : 0;
    expected_ = follows ? std::max(*expected_, offset + size) : offset + size;
  }

  /// The last read went on to `end`.
  void extend(std::uint64_t end) { expected_ = std::max(expected_.value_or(0), end); }

  /// True if the last read was one of a run.
  [[nodiscard]] bool is_run() const noexcept { return run_ > 0; }

  /// The range to ask for where nothing is there of the `size` bytes at `offset`.
  ByteRange at(std::uint64_t offset, std::uint64_t size) {
    if (!is_run()) return cut(offset, std::max(size, kLeast));
    const ByteRange range = cut(offset, std::max(size, block_));
    grow();
    return range;
  }

  /// The range to ask for while what ends at `end` is being read. Nothing where the file ends there, and until a run has
  /// shown to be one: who looks at a few values in a place pays for no more.
  std::optional<ByteRange> after(std::uint64_t end) {
    if (run_ < 2 || *expected_ - run_begin_ < kSlack || end >= file_size_) return std::nullopt;
    const ByteRange range = cut(end, block_);
    grow();
    return range;
  }

 private:
  [[nodiscard]] ByteRange cut(std::uint64_t offset, std::uint64_t size) const noexcept {
    return {offset, offset + std::min(size, file_size_ - offset)};
  }
  void grow() noexcept { block_ = std::min(block_ * 2, std::max(limits_.most, limits_.first)); }

  std::uint64_t file_size_;
  ReadAheadLimits limits_;
  std::uint64_t block_;                      ///< The size of the next one.
  std::optional<std::uint64_t> expected_{};  ///< Where the last read ended.
  std::uint64_t run_{0};                     ///< Reads that followed one another.
  std::uint64_t run_begin_{0};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
