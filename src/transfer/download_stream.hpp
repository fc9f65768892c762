// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/byte_budget.hpp"
#include "session/session.hpp"
#include "transfer/body_ring.hpp"
#include "transfer/byte_range.hpp"
#include "transfer/connections.hpp"
#include "transfer/range_plan.hpp"
#include "transfer/wake_up.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// One exchange of a download: a range of the file on its way over a connection. Whatever ends the object ends the
/// exchange first. One thread, that of the download.
class DownloadStream {
 public:
  /// `source`: which of the URLs that the download has had is asked, by number. `share`: of the bytes in the ring and
  /// in the `buffer` of the transport.
  DownloadStream(RangePlan::Id id, ByteRange range, int source, Connections::Lease lease, ByteBudget::Share share,
                 std::size_t buffer, std::shared_ptr<WakeUp> wake)
      : id_(id),
        range_(range),
        asked_source_(source),
        lease_(std::move(lease)),
        ring_(make_ring(std::move(share), buffer, std::move(wake))) {}
  ~DownloadStream() { stop(); }
  DownloadStream(const DownloadStream&) = delete;
  DownloadStream& operator=(const DownloadStream&) = delete;

  /// `request.call.cancel` is linked to.
  void start(const Session& session, ApiRequest request, SteadyTime now) {
    started_ = window_ = now;
    source_ = CancellationSource::linked_to(request.call.cancel);
    request.call.cancel = source_.token();
    is_running_ = true;
    session.start(request, ring_,
                  [ring = ring_](Result<http::ResponseHead> outcome) { ring->finish(std::move(outcome)); });
  }

  /// Lets the exchange end, without waiting for that.
  void cancel() {
    if (!is_running_) return;
    ring_->abandon();
    source_.cancel();
  }
  /// Ends the exchange and waits for that.
  void stop() {
    cancel();
    if (std::exchange(is_running_, false)) (void)ring_->outcome();
  }

  [[nodiscard]] RangePlan::Id id() const noexcept { return id_; }
  /// What was asked for.
  [[nodiscard]] ByteRange asked() const noexcept { return range_; }
  /// The answer is another range than was asked for.
  void answers(ByteRange range) noexcept { range_ = range; }
  [[nodiscard]] int asked_source() const noexcept { return asked_source_; }
  BodyRing& ring() noexcept { return *ring_; }
  Connections::Lease& lease() noexcept { return lease_; }

  [[nodiscard]] bool has_head() const noexcept { return has_head_; }
  void set_head() noexcept { has_head_ = true; }

  void on_bytes(std::uint64_t bytes, SteadyTime now) {
    bytes_ += bytes;
    window_bytes_ += bytes;
    lease_.on_bytes(bytes, now);
  }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  [[nodiscard]] SteadyTime started() const noexcept { return started_; }

  /// How long bytes have been counted for `rate`.
  [[nodiscard]] SteadyTime::duration measured(SteadyTime now) const noexcept { return now - window_; }
  /// Bytes a second since `measure_anew`, or the start.
  [[nodiscard]] double rate(SteadyTime now) const noexcept {
    const double seconds = std::chrono::duration<double>(measured(now)).count();
    return seconds > 0 ? static_cast<double>(window_bytes_) / seconds : 0.0;
  }
  void measure_anew(SteadyTime now) noexcept {
    window_ = now;
    window_bytes_ = 0;
  }

 private:
  static std::shared_ptr<BodyRing> make_ring(ByteBudget::Share share, std::size_t buffer,
                                             std::shared_ptr<WakeUp> wake) {
    const std::size_t capacity = share.size() > 2 * buffer ? share.size() - buffer : share.size() / 2;
    return std::make_shared<BodyRing>(capacity, std::move(share), [wake = std::move(wake)] { wake->signal(); });
  }

  RangePlan::Id id_;
  ByteRange range_;
  int asked_source_;
  Connections::Lease lease_;
  std::shared_ptr<BodyRing> ring_;
  CancellationSource source_{};
  bool has_head_{false};
  bool is_running_{false};
  std::uint64_t bytes_{0};
  std::uint64_t window_bytes_{0};
  SteadyTime started_{};
  SteadyTime window_{};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
