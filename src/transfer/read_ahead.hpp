// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/read_ahead_plan.hpp"
#include "transfer/read_cursor.hpp"
#include "transfer/remote_ranges.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Reads a file on the Hub as `ReadAheadPlan` says: a run in blocks, the next one on a connection of its own while the
/// present one is read, anything else by a request for just that.
///
/// Blocks are taken from `ByteBudget::process()`, by `try_take` and up to half of it for all files together: what lies
/// here unread must not keep a download waiting. Where there is no room, reads go straight to the caller's memory, and a
/// view holds 16 KiB that nobody counts.
///
/// Safe to use from any thread; threads that read at places of their own do not wait for one another.
class ReadAhead final : public ReadCursor {
 public:
  ReadAhead(std::shared_ptr<const RemoteRanges> ranges, ReadAheadLimits limits, bool is_stream);
  /// Ends what is on its way and waits for that.
  ~ReadAhead() override;
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  Result<void> read(std::uint64_t offset, char* to, std::size_t size, const CancellationToken& cancel) override;
  Result<ReadView> view(std::uint64_t offset, const CancellationToken& cancel) override;

  /// Bytes that the blocks of all files take now.
  static std::size_t held() noexcept;

 private:
  struct Memory;
  struct Block;
  using BlockPtr = std::shared_ptr<Block>;
  /// A block in use, which nobody throws away meanwhile.
  class Use;

  // With `mutex_` held.
  BlockPtr find(std::uint64_t offset) const;
  BlockPtr block_at(std::uint64_t offset, std::uint64_t size, bool must);
  BlockPtr start_block(ByteRange range, bool must);
  void start_next(std::uint64_t end);
  void drop_others(std::uint64_t offset);
  void drop(const BlockPtr& block);
  [[nodiscard]] ByteRange until_next_block(ByteRange range) const;

  Result<void> await(const Use& use, std::uint64_t end, const CancellationToken& cancel);
  /// From a block, if there is or can be one; how many bytes it gave.
  Result<std::size_t> read_some(std::uint64_t offset, char* to, std::size_t size, const CancellationToken& cancel);

  std::shared_ptr<const RemoteRanges> ranges_;
  std::mutex mutex_{};
  ReadAheadPlan plan_;
  std::vector<BlockPtr> blocks_{};   ///< In the order they were started.
  std::vector<BlockPtr> leaving_{};  ///< No longer wanted, but their exchanges may not be over.
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
