// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/http/bandwidth.hpp"

#include <algorithm>
#include <map>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

using std::chrono::duration;
using std::chrono::nanoseconds;

// So much may be made good after a loop was late: a tenth of a second is 2 % of five.
constexpr double kSaved = 0.1;
// Whoever waits, waits for so much: one wake-up for many small pieces.
constexpr double kQuantum = 0.01;
constexpr double kPiece = 0.02;
constexpr std::size_t kSmallestPiece = std::size_t{1} << 10;
constexpr std::size_t kLargestPiece = std::size_t{512} << 10;
// Kept between requests, since what one has taken too early the next one has to wait for.
constexpr std::size_t kMostKept = 32;

}  // namespace

Bandwidth::Bandwidth(std::uint64_t bytes_per_second, std::function<Time()> now)
    : rate_(bytes_per_second), now_(now ? std::move(now) : [] { return std::chrono::steady_clock::now(); }) {
  const Time start = now_();
  for (Bucket& bucket : buckets_) {
    bucket.last = start;
    bucket.credit = static_cast<double>(rate_) * kQuantum;
  }
}

Bandwidth::~Bandwidth() = default;

nanoseconds Bandwidth::wait(Direction direction) {
  const std::lock_guard lock(mutex_);
  Bucket& bucket = buckets_.at(static_cast<std::size_t>(direction));
  const auto rate = static_cast<double>(rate_);
  const Time now = now_();
  const double passed = std::max(0.0, duration<double>(now - bucket.last).count());
  bucket.last = now;
  bucket.credit = std::min(bucket.credit + passed * rate, std::max(rate * kSaved, 1.0));
  const double needed = bucket.is_waiting ? rate * kQuantum : 0.0;
  bucket.is_waiting = bucket.credit <= 0.0 || bucket.credit < needed;
  if (!bucket.is_waiting) return nanoseconds::zero();
  return std::chrono::ceil<nanoseconds>(duration<double>((rate * kQuantum - bucket.credit) / rate)) + nanoseconds(1);
}

void Bandwidth::take(Direction direction, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  buckets_.at(static_cast<std::size_t>(direction)).credit -= static_cast<double>(bytes);
}

std::size_t Bandwidth::piece() const noexcept {
  const double piece = std::min(static_cast<double>(rate_) * kPiece, static_cast<double>(kLargestPiece));
  return std::max(static_cast<std::size_t>(piece), kSmallestPiece);
}

std::shared_ptr<Bandwidth> Bandwidth::of_process(std::uint64_t bytes_per_second) {
  if (bytes_per_second == 0) return nullptr;
  struct Known {
    std::mutex mutex{};
    std::map<std::uint64_t, std::shared_ptr<Bandwidth>> by_rate{};
  };
  static auto* const known = new Known();  // Never destroyed, as clients may outlive the statics of their program.
  const std::lock_guard lock(known->mutex);
  auto& by_rate = known->by_rate;
  std::shared_ptr<Bandwidth>& entry = by_rate[bytes_per_second];
  if (!entry) entry = std::make_shared<Bandwidth>(bytes_per_second);
  std::shared_ptr<Bandwidth> shared = entry;
  if (by_rate.size() > kMostKept) {
    for (auto at = by_rate.begin(); at != by_rate.end();) at = at->second.use_count() == 1 ? by_rate.erase(at) : ++at;
  }
  return shared;
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
