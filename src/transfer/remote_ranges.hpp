// SPDX-License-Identifier: Apache-2.0
/// @file
/// Parts of a file on the Hub, straight into memory: requests, repeats, expired URLs.
#pragma once

#include "core/byte_budget.hpp"
#include "session/session.hpp"
#include "transfer/pinned_file.hpp"
#include "transfer/range_transfer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Ranges of one file of one commit.
///
/// A broken, silent or short body is continued where it broke, at most `max_retries` times without a byte of progress;
/// 408, 429 and 5xx are repeated by the retry options; an expired signed URL is asked for again at the Hub. What belongs
/// to another content is an `integrity` error (`PinnedFile`), never mixed into what was read.
///
/// Safe to use from any thread.
class RemoteRanges {
 public:
  /// `request` holds what all requests have in common (token, options, limits in time); its `call.cancel` ends them all.
  RemoteRanges(std::shared_ptr<const Session> session, ApiRequest request, PinnedFileFacts facts);

  [[nodiscard]] const PinnedFile& file() const noexcept { return *file_; }
  [[nodiscard]] const CancellationToken& cancel_token() const noexcept { return request_.call.cancel; }
  [[nodiscard]] const std::shared_ptr<PinnedFile>& shared_file() const noexcept { return file_; }

  /// Starts an exchange for what `transfer` lacks, and returns. `buffer`: counts what the transport holds for it.
  void start(const std::shared_ptr<RangeTransfer>& transfer, ByteBudget::Share buffer) const;

  /// Waits until everything of `transfer` before `end` is there, with as many further exchanges as that takes. One
  /// thread at a time for one transfer. `cancel`: of the call that waits; the file's own counts as well.
  Result<void> await(const std::shared_ptr<RangeTransfer>& transfer, std::uint64_t end,
                     const CancellationToken& cancel) const;

  /// Fills `pieces` (in order, not overlapping, inside of the file) by one range. On failure they hold rubbish, and
  /// nobody writes to them any more.
  Result<void> read(std::vector<MemoryPiece> pieces, const CancellationToken& cancel) const;

  /// What the transport holds for a body of `size` bytes.
  static std::size_t transport_buffer(std::uint64_t size) noexcept;

 private:
  struct Patience;
  [[nodiscard]] ApiRequest request_for(ByteRange range, const PinnedFile::Source& source) const;
  /// How long to wait before the next exchange, or what ends it all.
  [[nodiscard]] Result<std::chrono::milliseconds> after(const RangeTransfer::Ending& ending, std::uint64_t arrived,
                                                        Patience& patience) const;
  [[nodiscard]] Result<std::chrono::milliseconds> after_status(const Error& error, const PinnedFile::Source& source,
                                                               Patience& patience) const;
  [[nodiscard]] std::string name() const { return file_->facts().name; }

  std::shared_ptr<const Session> session_;
  ApiRequest request_;
  std::shared_ptr<PinnedFile> file_;
  RetryOptions retry_;
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
