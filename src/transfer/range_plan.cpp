// SPDX-License-Identifier: Apache-2.0
#include "transfer/range_plan.hpp"

#include "transfer/piece_journal.hpp"

#include <algorithm>
#include <iterator>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

constexpr std::uint64_t kStretch = RangePlan::kStretch;
// A request costs a round trip, and a long stretch keeps the digest waiting.
constexpr std::uint64_t kLongest = 8 * kStretch;
constexpr std::uint64_t kSmallestSplit = std::uint64_t{1} << 20;
constexpr std::uint64_t kSplitAlignment = PieceJournal::kPieceSize;

}  // namespace

void RangePlan::reset(std::uint64_t size, const std::vector<ByteRange>& present) {
  size_ = size;
  missing_ = 0;
  waiting_.clear();
  running_.clear();
  std::uint64_t at = 0;
  for (const ByteRange& range : present) {
    add({at, range.begin});
    at = range.end;
  }
  add({at, size});
}

void RangePlan::add(ByteRange range) {
  if (range.begin >= range.end) return;
  missing_ += range.size();
  put(range);
}

void RangePlan::put(ByteRange range) {
  if (range.begin >= range.end) return;
  auto next = waiting_.lower_bound(range.begin);
  if (next != waiting_.end() && next->first == range.end) {
    range.end = next->second;
    next = waiting_.erase(next);
  }
  if (next != waiting_.begin()) {
    const auto before = std::prev(next);
    if (before->second == range.begin) {
      before->second = range.end;
      return;
    }
  }
  waiting_.emplace_hint(next, range.begin, range.end);
}

std::optional<ByteRange> RangePlan::assign(Id id, std::uint64_t connections, std::uint64_t longest,
                                           std::uint64_t shortest) {
  if (waiting_.empty()) return std::nullopt;
  std::uint64_t unassigned = 0;
  for (const auto& [begin, end] : waiting_) unassigned += end - begin;
  const std::uint64_t share = unassigned / (2 * std::max<std::uint64_t>(connections, 1));
  const std::uint64_t step = std::clamp(shortest, kSmallestSplit, kStretch);
  const std::uint64_t wanted = std::clamp(std::min(share, longest) / step * step, step, kLongest);

  const auto first = waiting_.begin();
  ByteRange range{first->first, first->second};
  const std::uint64_t end = (range.begin + wanted) / PieceJournal::kPieceSize * PieceJournal::kPieceSize;
  if (end + kSmallestSplit < range.end) range.end = end;
  const std::uint64_t rest = first->second;
  waiting_.erase(first);
  put({range.end, rest});
  running_[id] = range;
  return range;
}

std::optional<ByteRange> RangePlan::assign_first_gap(Id id) {
  if (waiting_.empty()) return std::nullopt;
  const auto first = waiting_.begin();
  const ByteRange range{first->first, first->second};
  waiting_.erase(first);
  running_[id] = range;
  return range;
}

std::optional<RangePlan::Id> RangePlan::largest() const noexcept {
  const auto found = std::max_element(running_.begin(), running_.end(), [](const auto& a, const auto& b) {
    return a.second.size() < b.second.size();
  });
  if (found == running_.end() || found->second.size() < 2 * kSmallestSplit) return std::nullopt;
  return found->first;
}

void RangePlan::set_end(Id id, std::uint64_t size) {
  ByteRange& range = running_.at(id);
  missing_ -= range.size();
  size_ = range.end = std::max(size, range.begin);
  missing_ += range.size();
}

std::optional<ByteRange> RangePlan::steal(Id id) {
  const std::optional<Id> from = largest();
  if (!from) return std::nullopt;
  ByteRange& victim = running_.at(*from);
  const std::uint64_t middle = victim.begin + victim.size() / 2;
  const std::uint64_t at = (middle + kSplitAlignment / 2) / kSplitAlignment * kSplitAlignment;
  if (at <= victim.begin || at >= victim.end) return std::nullopt;
  const ByteRange range{at, victim.end};
  victim.end = at;
  running_[id] = range;
  return range;
}

void RangePlan::advance(Id id, std::uint64_t size) {
  running_.at(id).begin += size;
  missing_ -= size;
}

ByteRange RangePlan::remaining(Id id) const { return running_.at(id); }

void RangePlan::give_back(Id id) {
  const auto found = running_.find(id);
  if (found == running_.end()) return;
  put(found->second);
  running_.erase(found);
}

std::uint64_t RangePlan::frontier() const noexcept {
  std::uint64_t first = waiting_.empty() ? size_ : waiting_.begin()->first;
  for (const auto& [id, range] : running_) {
    if (range.size() > 0) first = std::min(first, range.begin);
  }
  return first;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
