// SPDX-License-Identifier: Apache-2.0
#include "transfer/read_ahead.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

// The one that is read and the next; of reads here and there the last two.
constexpr std::size_t kMostBlocks = 2;

std::atomic<std::size_t> held_bytes{0};

}  // namespace

/// The bytes of a block, with their share of the budget.
struct ReadAhead::Memory {
  explicit Memory(std::size_t wanted) : size(wanted), bytes(new char[wanted]) {}
  ~Memory() { held_bytes -= share.size(); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;

  /// False where there is no room.
  bool count() {
    if (held_bytes.fetch_add(size) + size > ByteBudget::process().limit() / 2) {
      held_bytes -= size;
      return false;
    }
    std::optional<ByteBudget::Share> taken = ByteBudget::process().try_take(size);
    if (!taken) {
      held_bytes -= size;
      return false;
    }
    share = std::move(*taken);
    return true;
  }

  std::size_t size;
  std::unique_ptr<char[]> bytes;  // Not initialised: only what arrives touches pages.
  ByteBudget::Share share{};
};

struct ReadAhead::Block {
  ByteRange range{};
  std::shared_ptr<Memory> memory{};
  std::shared_ptr<RangeTransfer> transfer{};
  std::mutex driver{};  ///< Of the one who waits and, where an exchange breaks, starts the next.
  bool is_ahead{false};  ///< Nobody has asked for it yet.
  int users{0};
};

class ReadAhead::Use {
 public:
  /// With the mutex of `owner` held.
  Use(ReadAhead& owner, BlockPtr block) : owner_(owner), block_(std::move(block)) { ++block_->users; }
  ~Use() {
    const std::lock_guard lock(owner_.mutex_);
    --block_->users;
  }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;
  Block* operator->() const noexcept { return block_.get(); }
  [[nodiscard]] const BlockPtr& block() const noexcept { return block_; }

 private:
  ReadAhead& owner_;
  BlockPtr block_;
};

ReadAhead::ReadAhead(std::shared_ptr<const RemoteRanges> ranges, ReadAheadLimits limits, bool is_stream)
    : ranges_(std::move(ranges)), plan_(ranges_->file().facts().size, limits, is_stream) {}

ReadAhead::~ReadAhead() {
  leaving_.insert(leaving_.end(), blocks_.begin(), blocks_.end());
  for (const BlockPtr& block : leaving_) block->transfer->abandon();  // All at once: each takes the event loop a moment.
  for (const BlockPtr& block : leaving_) block->transfer->wait_for_end();
}

std::size_t ReadAhead::held() noexcept { return held_bytes.load(); }

ReadAhead::BlockPtr ReadAhead::find(std::uint64_t offset) const {
  const auto found = std::find_if(blocks_.begin(), blocks_.end(), [&](const BlockPtr& block) {
    return block->range.begin <= offset && offset < block->range.end;
  });
  return found == blocks_.end() ? nullptr : *found;
}

ByteRange ReadAhead::until_next_block(ByteRange range) const {
  for (const BlockPtr& block : blocks_) {
    if (block->range.begin > range.begin) range.end = std::min(range.end, block->range.begin);
  }
  return range;
}

ReadAhead::BlockPtr ReadAhead::start_block(ByteRange range, bool must) {
  auto size = static_cast<std::size_t>(range.size());
  std::shared_ptr<Memory> memory;
  std::optional<ByteBudget::Share> buffer;
  for (;;) {
    memory = std::make_shared<Memory>(size);
    if (memory->count()) {
      buffer = ByteBudget::process().try_take(RemoteRanges::transport_buffer(size));
      if (buffer) break;
      memory.reset();
    }
    if (size <= ReadAheadPlan::kLeast) {
      if (!must) return nullptr;
      memory = std::make_shared<Memory>(size);
      break;
    }
    size = std::max<std::size_t>(ReadAheadPlan::kLeast, size / 2);
  }
  auto block = std::make_shared<Block>();
  block->range = {range.begin, range.begin + size};
  block->memory = memory;
  block->transfer = std::make_shared<RangeTransfer>(
      ranges_->shared_file(), std::vector<MemoryPiece>{{range.begin, memory->bytes.get(), size}}, memory);
  ranges_->start(block->transfer, buffer ? std::move(*buffer) : ByteBudget::Share());
  blocks_.push_back(block);
  return block;
}

/// The block for `size` bytes at `offset`, where none is there yet; null where they are better fetched alone.
ReadAhead::BlockPtr ReadAhead::block_at(std::uint64_t offset, std::uint64_t size, bool must) {
  const std::uint64_t file_size = ranges_->file().facts().size;
  if (ranges_->file().ignores_ranges() && file_size <= PinnedFile::kMostDiscarded) {
    // Everything comes for each request: then once.
    for (const BlockPtr& block : std::vector<BlockPtr>(blocks_)) drop(block);
    return start_block({0, file_size}, must);
  }
  const ByteRange range = until_next_block(plan_.at(offset, size));
  if (!must && size >= range.size()) return nullptr;
  return start_block(range, must);
}

void ReadAhead::start_next(std::uint64_t end) {
  if (!plan_.is_run() || ranges_->file().ignores_ranges() || find(end)) return;
  const std::optional<ByteRange> next = plan_.after(end);
  if (!next) return;
  if (const BlockPtr block = start_block(until_next_block(*next), false)) block->is_ahead = true;
}

void ReadAhead::drop(const BlockPtr& block) {
  blocks_.erase(std::remove(blocks_.begin(), blocks_.end(), block), blocks_.end());
  if (!block->transfer->is_running()) return;
  if (block->users == 0) block->transfer->abandon();
  leaving_.push_back(block);
}

void ReadAhead::drop_others(std::uint64_t offset) {
  leaving_.erase(std::remove_if(leaving_.begin(), leaving_.end(),
                                [](const BlockPtr& block) { return !block->transfer->is_running(); }),
                 leaving_.end());
  for (const BlockPtr& block : std::vector<BlockPtr>(blocks_)) {
    const bool is_here = block->range.begin <= offset && offset < block->range.end;
    if (is_here) {
      block->is_ahead = false;
      continue;
    }
    const bool is_behind = plan_.is_run() && block->range.end + ReadAheadPlan::kSlack <= offset;
    const bool is_in_vain = !plan_.is_run() && block->is_ahead;
    if (is_behind || is_in_vain || blocks_.size() > kMostBlocks) drop(block);
  }
}

Result<void> ReadAhead::await(const Use& use, std::uint64_t end, const CancellationToken& cancel) {
  if (use->transfer->arrived() >= end) return {};
  const std::lock_guard drive(use->driver);
  Result<void> done = ranges_->await(use->transfer, end, cancel);
  if (!done.ok()) {
    const std::lock_guard lock(mutex_);
    drop(use.block());  // Asked for anew, should anybody try again.
  }
  return done;
}

Result<std::size_t> ReadAhead::read_some(std::uint64_t offset, char* to, std::size_t size,
                                         const CancellationToken& cancel) {
  std::unique_lock lock(mutex_);
  BlockPtr block = find(offset);
  if (!block) block = block_at(offset, size, false);
  if (!block) {
    const ByteRange range = until_next_block({offset, offset + size});
    start_next(range.end);
    drop_others(offset);
    lock.unlock();
    if (Result<void> done = ranges_->read({{offset, to, static_cast<std::size_t>(range.size())}}, cancel); !done.ok()) {
      return done.error();
    }
    return static_cast<std::size_t>(range.size());
  }
  const Use use(*this, block);
  start_next(block->range.end);
  drop_others(offset);
  lock.unlock();
  const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(size, use->range.end - offset));
  if (Result<void> done = await(use, offset + part, cancel); !done.ok()) return done.error();
  std::memcpy(to, use->memory->bytes.get() + (offset - use->range.begin), part);
  return part;
}

Result<void> ReadAhead::read(std::uint64_t offset, char* to, std::size_t size, const CancellationToken& cancel) {
  if (cancel.is_cancelled()) return as_result([&] { cancel.throw_if_cancelled(); });
  {
    const std::lock_guard lock(mutex_);
    plan_.on_read(offset, size);
  }
  while (size > 0) {
    const Result<std::size_t> part = read_some(offset, to, size, cancel);
    if (!part.ok()) return part.error();
    offset += *part;
    to += *part;
    size -= *part;
  }
  return {};
}

Result<ReadView> ReadAhead::view(std::uint64_t offset, const CancellationToken& cancel) {
  if (cancel.is_cancelled()) return as_result([&] { cancel.throw_if_cancelled(); }).error();
  std::unique_lock lock(mutex_);
  plan_.on_read(offset, 1);
  BlockPtr block = find(offset);
  if (!block) block = block_at(offset, 1, true);
  const Use use(*this, block);
  start_next(block->range.end);
  drop_others(offset);
  lock.unlock();
  if (Result<void> done = await(use, offset + 1, cancel); !done.ok()) return done.error();
  const std::uint64_t end = use->transfer->arrived();
  lock.lock();
  plan_.extend(end);
  lock.unlock();
  return ReadView{use->memory->bytes.get() + (offset - use->range.begin), static_cast<std::size_t>(end - offset),
                  use->memory};
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
