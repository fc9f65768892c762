// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/byte_budget.hpp"
#include "transfer/byte_range.hpp"
#include "transfer/connections.hpp"
#include "transfer/pinned_file.hpp"

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/http/response.hpp"
#include "huggingface_hub/result.hpp"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Where bytes of a file belong in memory.
struct MemoryPiece {
  std::uint64_t begin{0};  ///< In the file.
  char* data{nullptr};
  std::size_t size{0};
  [[nodiscard]] std::uint64_t end() const noexcept { return begin + size; }
};

/// A range of a file on its way into memory that somebody else owns, through one exchange or, where one breaks, several
/// after one another. What lies between the pieces is received and dropped.
///
/// One transport, any number of readers; one of them at a time starts exchanges.
class RangeTransfer final : public http::Sink {
 public:
  /// `pieces`: in order, not overlapping; the range goes from the first to the end of the last. `memory`, where it is
  /// given, is kept alive while an exchange may write to it.
  RangeTransfer(std::shared_ptr<PinnedFile> file, std::vector<MemoryPiece> pieces,
                const std::shared_ptr<void>& memory = nullptr);

  [[nodiscard]] ByteRange range() const noexcept { return range_; }

  // Whoever starts an exchange.
  /// What is to be asked for next.
  [[nodiscard]] ByteRange missing() const;
  /// An exchange for `missing()` begins, from `source`, over `lease`.
  void begin(const PinnedFile::Source& source, Connections::Lease lease, ByteBudget::Share buffer,
             CancellationSource cancel);
  /// Ends a running exchange, without waiting for that: what it brings from now on is not wanted.
  void abandon();

  // The transport's side.
  Result<void> on_head(const http::ResponseHead& head, const std::function<void()>& resume) override;
  Result<http::SinkVerdict> on_data(const char* data, std::size_t size) override;
  void finish(Result<http::ResponseHead> outcome);

  // A reader's side.
  enum class State { arrived, ended, late };
  /// Waits until everything before `end` is in its place, or the exchange is over without that, or until `limit`.
  /// `stop` ends the waiting as well, together with `wake`.
  State wait_for(std::uint64_t end, SteadyTime limit, const std::atomic<bool>& stop);
  /// Lets those who wait look around.
  void wake();
  /// Waits for the end of a running exchange, at most until `limit`.
  void wait_for_end(SteadyTime limit = SteadyTime::max());
  /// Everything before this is in its place.
  [[nodiscard]] std::uint64_t arrived() const;
  [[nodiscard]] bool is_running() const;

  /// What ended the last exchange early: an error, or nothing where it seemed to be in order.
  struct Ending {
    bool was_started{false};    ///< There was one.
    std::optional<Error> error{};
    PinnedFile::Source source{};
    bool is_final{false};       ///< The answer was looked at and refused; asking again would change nothing.
    bool is_wrong_part{false};
    bool brought_bytes{false};
  };
  [[nodiscard]] Ending ending() const;

 private:
  void place(std::uint64_t offset, const char* data, std::size_t size);

  std::shared_ptr<PinnedFile> file_;
  std::vector<MemoryPiece> pieces_;
  std::weak_ptr<void> memory_;
  ByteRange range_{};

  mutable std::mutex mutex_{};
  std::condition_variable changed_{};
  std::uint64_t next_;         ///< The first byte of the range that has not arrived.
  std::uint64_t asked_;        ///< Where the running exchange was to begin.
  std::uint64_t position_{0};  ///< Of the body, in the file.
  std::size_t piece_{0};       ///< The first piece that is not full.
  std::shared_ptr<void> keeper_{};
  bool is_running_{false};
  bool is_abandoned_{false};
  Connections::Lease lease_{};
  ByteBudget::Share buffer_{};
  CancellationSource cancel_{};
  Ending ending_{};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
