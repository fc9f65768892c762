// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/byte_range.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Who fetches which bytes of a file. No parts are cut in advance: a connection that falls idle gets the next stretch
/// of what nobody fetches yet, smaller ones towards the end; where nothing is left it takes over the second half of the
/// largest range that is still on its way, so that a slow tail is shared by all.
///
/// Stretches are given out in order: the digest, which follows the first missing byte, then never lags far behind. They
/// begin where pieces of the journal begin.
///
/// Pure bookkeeping. One thread.
class RangePlan {
 public:
  using Id = std::uint64_t;
  /// What is worth a request of its own: long against a round trip, short against a file.
  static constexpr std::uint64_t kStretch = std::uint64_t{8} << 20;

  /// Everything in `[0, size)` but `present` (in order) is missing.
  void reset(std::uint64_t size, const std::vector<ByteRange>& present);
  /// These bytes are to be fetched (again). Nobody may be fetching them.
  void add(ByteRange range);

  /// The next range for the connection `id`: of what nobody has, for one of `connections`, about `longest` bytes at
  /// most, and where there is as much, no less than `shortest`. Nothing: all is given out.
  std::optional<ByteRange> assign(Id id, std::uint64_t connections, std::uint64_t longest,
                                  std::uint64_t shortest = kStretch);
  /// As `assign` with all of the first gap, up to its end.
  std::optional<ByteRange> assign_first_gap(Id id);
  /// The second half of the largest running range. Nothing: none is worth it.
  std::optional<ByteRange> steal(Id id);

  /// Whose range `steal` would share; nothing where none is worth it.
  [[nodiscard]] std::optional<Id> largest() const noexcept;
  /// The connection `id` asks for `range`, of which nothing is missing.
  void hold(Id id, ByteRange range) { running_[id] = range; }
  /// The end, which was a guess, is `size`. Only `id` is running, and nothing is left to be given out.
  void set_end(Id id, std::uint64_t size);

  /// `size` bytes of the range of `id` have arrived.
  void advance(Id id, std::uint64_t size);
  /// What `id` has yet to fetch: it shrinks when somebody steals.
  [[nodiscard]] ByteRange remaining(Id id) const;
  /// `id` fetches nothing any more; what it did not is for others.
  void give_back(Id id);

  /// The first byte that is missing; the size where none is.
  [[nodiscard]] std::uint64_t frontier() const noexcept;
  [[nodiscard]] std::uint64_t missing() const noexcept { return missing_; }
  [[nodiscard]] bool is_all_given_out() const noexcept { return waiting_.empty(); }

 private:
  void put(ByteRange range);

  std::uint64_t size_{0};
  std::uint64_t missing_{0};
  std::map<std::uint64_t, std::uint64_t> waiting_{};  ///< Begin and end of what nobody fetches.
  std::map<Id, ByteRange> running_{};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
