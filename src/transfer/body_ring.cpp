// SPDX-License-Identifier: Apache-2.0
#include "transfer/body_ring.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>
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

void BodyRing::Unmap::operator()(char* bytes) const noexcept { munmap(bytes, size); }

std::unique_ptr<char[], BodyRing::Unmap> BodyRing::map(std::size_t size) {
  void* const bytes = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (bytes == MAP_FAILED) throw std::bad_alloc();
  return {static_cast<char*>(bytes), Unmap{size}};
}

BodyRing::BodyRing(std::size_t capacity) : capacity_(capacity), bytes_(map(capacity)) {}

BodyRing::BodyRing(std::size_t capacity, ByteBudget::Share share, std::function<void()> wake)
    : share_(std::move(share)), wake_(std::move(wake)), capacity_(capacity), bytes_(map(capacity)) {}

// Without the lock, which the thread that wakes wants first.
void BodyRing::notify() {
  changed_.notify_one();
  if (wake_) wake_();
}

Result<void> BodyRing::on_head(const http::ResponseHead& head, const std::function<void()>& resume) {
  {
    const std::lock_guard lock(mutex_);
    head_ = head;
    resume_ = resume;
  }
  notify();
  return {};
}

Result<http::SinkVerdict> BodyRing::on_data(const char* data, std::size_t size) {
  std::size_t at = 0;
  bool is_rest_left = false;
  {
    const std::lock_guard lock(mutex_);
    if (abandoned_) return not_wanted();
    // A transport whose buffers are larger than the ring: a part is taken at a time, and not once more when the whole
    // is offered again.
    const std::size_t known = std::min(taken_, size);
    taken_ -= known;
    data += known;
    size -= known;
    if (size > free_space()) {
      paused_ = true;
      if (size <= capacity_ || free_space() == 0) {
        taken_ += known;
        return http::SinkVerdict::pause;
      }
      is_rest_left = true;
      size = free_space();
      taken_ += known + size;
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
  notify();
  return is_rest_left ? http::SinkVerdict::pause : http::SinkVerdict::accepted;
}

void BodyRing::finish(Result<http::ResponseHead> outcome) {
  const std::lock_guard lock(mutex_);
  outcome_ = std::move(outcome);
  changed_.notify_one();
  if (wake_) wake_();
}

const http::ResponseHead* BodyRing::head() {
  const std::lock_guard lock(mutex_);
  return head_ ? &*head_ : nullptr;
}

BodyRing::Slice BodyRing::slice() const noexcept {
  const auto at = static_cast<std::size_t>(read_ % capacity_);
  const auto available = static_cast<std::size_t>(written_ - read_);
  return {bytes_.get() + at, std::min({available, capacity_ - at, kLargestSlice})};
}

BodyRing::Slice BodyRing::poll() {
  const std::lock_guard lock(mutex_);
  return slice();
}

bool BodyRing::has_ended() {
  const std::lock_guard lock(mutex_);
  return outcome_ && written_ == read_;
}

const http::ResponseHead* BodyRing::wait_for_head() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return head_ || outcome_; });
  return head_ ? &*head_ : nullptr;
}

BodyRing::Slice BodyRing::next() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return written_ != read_ || outcome_; });
  return slice();
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
