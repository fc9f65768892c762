// SPDX-License-Identifier: Apache-2.0
#include "transfer/connections.hpp"

#include <algorithm>
#include <ctime>
#include <thread>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

using std::chrono::milliseconds;

// Short enough to be at sixteen connections within a fifth of a second. A connection that is far away needs longer
// to get going, so it takes several windows to say that more are not worth it.
constexpr milliseconds kWindow{50};
constexpr int kPatience = 6;
constexpr double kWorthIt = 1.15;
// Of what as many connections, each as fast as before, would bring: then the step after this one may be as long; and
// after a long step that brought less, half of it is tried.
constexpr double kInProportion = 0.75;
constexpr std::size_t kLongStep = 4;
constexpr double kBusy = 0.6;  // Of all processors; a server on the same machine, or other programs, need some as well.
constexpr milliseconds kFirstHold{5000};
constexpr milliseconds kLongestHold{60'000};
constexpr milliseconds kOverloadOnce{1000};

std::chrono::nanoseconds processor_time() noexcept {
  timespec time{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) != 0) return {};
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

ConnectionLimit::ConnectionLimit(unsigned processors)
    : processors_(std::max(1U, processors != 0 ? processors : std::thread::hardware_concurrency())) {}

void ConnectionLimit::begin_window(SteadyTime now, std::chrono::nanoseconds processor_time) {
  window_ = now;
  processor_time_ = processor_time;
  bytes_ = 0;
}

void ConnectionLimit::set_limit(std::size_t limit) {
  limit_ = limit;
  is_settled_ = false;
}

void ConnectionLimit::on_bytes(std::uint64_t bytes, std::size_t delivering, std::size_t open, SteadyTime now,
                               std::chrono::nanoseconds processor_time) {
  if (open > limit_ && limit_ < kMost && now >= hold_until_) {  // Files that each need one: as good a start as any.
    set_limit(std::min(open, kMost));
    before_ = 0;
  }
  if (!is_settled_) {
    // Until every connection has got going, what comes says nothing about their number.
    if (open < limit_ || delivering < open) return;
    is_settled_ = true;
    return begin_window(now, processor_time);
  }
  bytes_ += bytes;
  const auto passed = now - window_;
  if (passed < kWindow) return;
  // Connections end and begin all the time. A window in which many were missing, or nothing moved, does not count.
  if (4 * open >= 3 * limit_ && open <= limit_ && passed < 4 * kWindow) {
    const std::chrono::duration<double> seconds(passed);
    const std::chrono::duration<double> worked(processor_time - processor_time_);
    decide(static_cast<double>(bytes_) / seconds.count(), worked > seconds * processors_ * kBusy, now);
  }
  begin_window(now, processor_time);
}

void ConnectionLimit::decide(double rate, bool is_busy, SteadyTime now) {
  std::size_t step = limit_ == 1 ? kLongStep : 2;
  if (before_ != 0 && before_ < limit_) {
    if (rate < rate_before_ * kWorthIt) {
      if (!is_busy && --patience_ > 0) return;
      // More did not help.
      set_limit(before_);
      before_ = 0;
      hold_until_ = now + hold_;
      hold_ = std::min(hold_ * 2, kLongestHold);
      return;
    }
    hold_ = kFirstHold;
    const double wanted = rate_before_ * static_cast<double>(limit_) / static_cast<double>(before_);
    if (rate >= kInProportion * wanted) {
      step = kLongStep;
    } else if (before_ > 1 && limit_ == before_ * kLongStep) {
      set_limit(limit_ / 2);
      before_ = 0;
      return;
    }
  }
  before_ = 0;
  if (is_busy || now < hold_until_ || limit_ >= kMost) return;
  before_ = limit_;
  rate_before_ = rate;
  patience_ = kPatience;
  set_limit(std::min(limit_ * step, kMost));
}

void ConnectionLimit::on_overload(SteadyTime now) {
  if (was_overloaded_ && now - last_overload_ < kOverloadOnce) return;
  was_overloaded_ = true;
  last_overload_ = now;
  set_limit(std::max<std::size_t>(limit_ / 2, 1));
  before_ = 0;
  hold_until_ = now + hold_;
  hold_ = std::min(hold_ * 2, kLongestHold);
}

Connections::Lease::Lease(Lease&& other) noexcept
    : owner_(std::exchange(other.owner_, nullptr)),
      host_(std::move(other.host_)),
      delivers_(std::exchange(other.delivers_, false)) {}

Connections::Lease& Connections::Lease::operator=(Lease&& other) noexcept {
  std::swap(owner_, other.owner_);
  std::swap(host_, other.host_);
  std::swap(delivers_, other.delivers_);
  return *this;
}

void Connections::Lease::release() noexcept {
  if (owner_ == nullptr) return;
  const std::lock_guard lock(owner_->mutex_);
  Host& host = owner_->hosts_.find(host_)->second;
  --host.open;
  if (delivers_) --host.delivering;
  owner_ = nullptr;
}

void Connections::Lease::on_bytes(std::uint64_t bytes, SteadyTime now) {
  if (owner_ == nullptr) return;
  const std::lock_guard lock(owner_->mutex_);
  Host& host = owner_->hosts_.find(host_)->second;
  if (!std::exchange(delivers_, true)) ++host.delivering;
  host.limit.on_bytes(bytes, host.delivering, host.open, now, processor_time());
}

void Connections::Lease::on_overload(SteadyTime now) {
  if (owner_ == nullptr) return;
  const std::lock_guard lock(owner_->mutex_);
  owner_->hosts_.find(host_)->second.limit.on_overload(now);
}

std::size_t Connections::Lease::limit() const {
  if (owner_ == nullptr) return 1;
  const std::lock_guard lock(owner_->mutex_);
  return owner_->hosts_.find(host_)->second.limit.limit();
}

std::size_t Connections::Lease::open() const {
  if (owner_ == nullptr) return 0;
  const std::lock_guard lock(owner_->mutex_);
  return owner_->hosts_.find(host_)->second.open;
}

Connections::Lease Connections::take(const std::string& host) {
  const std::lock_guard lock(mutex_);
  ++hosts_[host].open;
  return Lease(*this, host);
}

bool Connections::try_take(const std::string& host, Lease& lease) {
  const std::lock_guard lock(mutex_);
  Host& state = hosts_[host];
  if (state.open >= state.limit.limit()) return false;
  ++state.open;
  Lease made(*this, host);
  std::swap(lease, made);
  return true;
}

Connections& Connections::process() {
  static auto* const connections = new Connections();
  return *connections;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
