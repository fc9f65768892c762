// SPDX-License-Identifier: Apache-2.0
/// @file
/// A limit on the bytes a second that bodies may take.
#pragma once

#include "huggingface_hub/export.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// How fast the bodies of all requests that share this object may travel, in bytes a second and for each direction on
/// its own: most lines carry both at once, so an upload in the background is no reason for a download to be slow.
///
/// A transport asks `wait` before it reads or writes more of a body, and lets the socket alone as long as that says;
/// what has moved it reports with `take`. More may be taken than was free: the next ones wait the longer.
///
/// Safe to use from any thread.
class HUGGINGFACE_HUB_EXPORT Bandwidth {
 public:
  enum class Direction { down, up };
  using Time = std::chrono::steady_clock::time_point;

  /// `now`: in place of the steady clock.
  /// Precondition: `bytes_per_second` is not 0.
  explicit Bandwidth(std::uint64_t bytes_per_second, std::function<Time()> now = {});
  virtual ~Bandwidth();
  Bandwidth(const Bandwidth&) = delete;
  Bandwidth& operator=(const Bandwidth&) = delete;

  [[nodiscard]] std::uint64_t bytes_per_second() const noexcept { return rate_; }

  /// How long to leave the socket alone from now; zero: not at all.
  [[nodiscard]] virtual std::chrono::nanoseconds wait(Direction direction);
  void take(Direction direction, std::uint64_t bytes);

  /// The largest piece that is worth moving at once, in bytes: so much as takes a fiftieth of a second.
  [[nodiscard]] std::size_t piece() const noexcept;

  /// The one that everybody in this process shares who has the same limit; null for 0, which means none.
  static std::shared_ptr<Bandwidth> of_process(std::uint64_t bytes_per_second);

 private:
  struct Bucket {
    double credit{0};  ///< Bytes that may move; negative: that moved too early.
    Time last{};
    bool is_waiting{false};
  };

  const std::uint64_t rate_;
  const std::function<Time()> now_;
  std::mutex mutex_{};
  std::array<Bucket, 2> buckets_{};
};

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
