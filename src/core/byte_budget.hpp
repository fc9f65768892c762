// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/result.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Counts the bytes that transfers hold in memory, so that parallelism is bounded in bytes and not merely in number:
/// whoever buffers takes a share first.
///
/// Waiters are served in the order they came, and nobody overtakes them: what is optional (`try_take`) gets nothing
/// while somebody waits for what is needed. Whoever holds a share may therefore only `try_take` more.
///
/// Safe to use from any thread.
class ByteBudget {
 public:
  /// Part of a budget; given back by its destructor. Must not outlive the budget.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept;
    Share& operator=(Share&& other) noexcept;
    ~Share() { release(); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    void release() noexcept;

   private:
    friend class ByteBudget;
    Share(ByteBudget& budget, std::size_t size) : budget_(&budget), size_(size) {}
    ByteBudget* budget_{nullptr};
    std::size_t size_{0};
  };

  explicit ByteBudget(std::size_t limit) : limit_(limit) {}
  ByteBudget(const ByteBudget&) = delete;
  ByteBudget& operator=(const ByteBudget&) = delete;

  /// Waits until `least` bytes (or the whole budget, if that is less) are free, and takes what is free of `most`.
  /// Precondition: the calling thread holds no share. Fails only where `cancel` ends the wait.
  Result<Share> take(std::size_t least, std::size_t most, const CancellationToken& cancel);

  /// `size` bytes if they are free and nobody waits.
  std::optional<Share> try_take(std::size_t size);

  /// A smaller limit takes effect as shares come back.
  void set_limit(std::size_t limit);
  [[nodiscard]] std::size_t limit() const;
  [[nodiscard]] std::size_t used() const;
  /// The most that was ever in use.
  [[nodiscard]] std::size_t peak() const;

  /// The budget of the process: `HF_HUB_TRANSFER_MEMORY` (bytes, or with K, M, G for powers of 1024), else the smaller
  /// one of 256 MiB and an eighth of the memory that the cgroup allows. Never destroyed.
  static ByteBudget& process();

 private:
  Share serve(std::size_t least, std::size_t most);
  void give_back(std::size_t size) noexcept;
  [[nodiscard]] std::size_t free_bytes() const noexcept { return limit_ > used_ ? limit_ - used_ : 0; }
  void note_use(std::size_t size) noexcept;

  mutable std::mutex mutex_{};
  std::condition_variable changed_{};
  std::size_t limit_;
  std::size_t used_{0};
  std::size_t peak_{0};
  std::uint64_t next_ticket_{0};
  std::deque<std::uint64_t> waiting_{};
};

/// `64M` as bytes; nothing where it is no number of bytes above 0.
std::optional<std::uint64_t> parse_byte_count(std::string_view text);

/// What the cgroup of the process may use in bytes (versions 1 and 2), if it is limited.
std::optional<std::uint64_t> cgroup_memory_limit();

HUGGINGFACE_HUB_NAMESPACE_END
