// SPDX-License-Identifier: Apache-2.0
#include "transfer/body_ring.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

// Small enough to free space steadily and to be hashed while in the processor's cache.
constexpr std::size_t kLargestSlice = std::size_t{256} << 10;

Error not_wanted() {
  Error error;
  error.code = ErrorCode::cancelled;
  error.message = "The rest of the body is not wanted.";
  return error;
}

}  // namespace

BodyRing::BodyRing(std::size_t capacity) : capacity_(capacity), bytes_(new char[capacity]) {}

Result<void> BodyRing::on_head(const http::ResponseHead& head, const std::function<void()>& resume) {
  const std::lock_guard lock(mutex_);
  head_ = head;
  resume_ = resume;
  changed_.notify_one();
  return {};
}

Result<http::SinkVerdict> BodyRing::on_data(const char* data, std::size_t size) {
  std::size_t at = 0;
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_) return not_wanted();
    if (size > capacity_ && written_ == read_) {  // A transport with buffers larger than ours.
      bytes_.reset(new char[size]);
      capacity_ = size;
      written_ = read_ = 0;
    }
    if (size > free_space()) {
      paused_ = true;
      return http::SinkVerdict::pause;
    }
    at = static_cast<std::size_t>(written_ % capacity_);
  }
  // The reader never touches free space, so copying needs no lock.
  const std::size_t first = std::min(size, capacity_ - at);
  std::memcpy(bytes_.get() + at, data, first);
  std::memcpy(bytes_.get(), data + first, size - first);
  {
    const std::lock_guard lock(mutex_);
    written_ += size;
  }
  changed_.notify_one();  // The transport holds the ring; without the lock, which the reader wants first.
  return http::SinkVerdict::accepted;
}

void BodyRing::finish(Result<http::ResponseHead> outcome) {
  const std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
  changed_.notify_one();
}

const http::ResponseHead* BodyRing::wait_for_head() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return head_ || outcome_; });
  return head_ ? &*head_ : nullptr;
}

BodyRing::Slice BodyRing::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return written_ != read_ || outcome_; });
  const auto at = static_cast<std::size_t>(read_ % capacity_);
  const std::size_t available = static_cast<std::size_t>(written_ - read_);
  return {bytes_.get() + at, std::min({available, capacity_ - at, kLargestSlice})};
}

void BodyRing::release(std::size_t size) {
  std::function<void()> resume;
  {
    const std::lock_guard lock(mutex_);
    read_ += size;
    // Half the ring, so that the transport is not woken for each slice.
    if (paused_ && free_space() >= capacity_ / 2) {
      paused_ = false;
      resume = resume_;
    }
  }
  if (resume) resume();
}

void BodyRing::abandon() {
  const std::lock_guard lock(mutex_);
  abandoned_ = true;
}

const Result<http::ResponseHead>& BodyRing::outcome() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return outcome_.has_value(); });
  return *outcome_;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
