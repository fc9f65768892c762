// SPDX-License-Identifier: Apache-2.0
#include "core/byte_budget.hpp"

#include "core/environment.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
constexpr std::uint64_t kDefaultLimit = 256 * kMiB;
constexpr std::uint64_t kSmallestLimit = 4 * kMiB;  // Below it one connection does not run at full speed.
constexpr std::uint64_t kShareOfCgroup = 8;

// `max`, or what no machine has, means no limit.
std::optional<std::uint64_t> read_limit(const std::filesystem::path& file) {
  const Result<std::string> text = files::read_text(file, 4096);
  if (!text.ok()) return std::nullopt;
  const std::string_view digits = trim(*text);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  if (value >= std::uint64_t{1} << 60) return std::nullopt;
  return value;
}

// The smallest limit of `group` and the groups it is in.
std::optional<std::uint64_t> smallest_limit(const std::filesystem::path& root, std::string_view group,
                                            const char* name) {
  std::optional<std::uint64_t> smallest;
  std::filesystem::path folder = root / std::filesystem::path(group).relative_path();
  for (;;) {
    if (const auto limit = read_limit(folder / name)) smallest = std::min(smallest.value_or(*limit), *limit);
    if (folder == root || folder.native().size() <= root.native().size()) break;
    folder = folder.parent_path();
  }
  return smallest;
}

std::uint64_t default_limit() {
  if (const auto asked = environment_variable("HF_HUB_TRANSFER_MEMORY"); asked && !asked->empty()) {
    if (const auto bytes = parse_byte_count(*asked)) return std::max(*bytes, kSmallestLimit);
    log_warning("HF_HUB_TRANSFER_MEMORY is '" + *asked + "', which is no number of bytes (as 64M); it is not used.");
  }
  const std::uint64_t cgroup = cgroup_memory_limit().value_or(kDefaultLimit * kShareOfCgroup);
  return std::clamp(cgroup / kShareOfCgroup, kSmallestLimit, kDefaultLimit);
}

}  // namespace

std::optional<std::uint64_t> parse_byte_count(std::string_view text) {
  text = trim(text);
  int shift = 0;
  if (!text.empty()) {
    switch (text.back()) {
      case 'k': case 'K': shift = 10; break;
      case 'm': case 'M': shift = 20; break;
      case 'g': case 'G': shift = 30; break;
      default: break;
    }
    if (shift != 0) text.remove_suffix(1);
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value == 0) return std::nullopt;
  if (value > (~std::uint64_t{0} >> shift)) return std::nullopt;
  return value << shift;
}

std::optional<std::uint64_t> cgroup_memory_limit() {
  const Result<std::string> groups = files::read_text("/proc/self/cgroup", std::uint64_t{64} << 10);
  if (!groups.ok()) return std::nullopt;
  std::optional<std::uint64_t> limit;
  const auto lower_to = [&limit](std::optional<std::uint64_t> other) {
    if (other) limit = std::min(limit.value_or(*other), *other);
  };
  std::string_view rest = *groups;
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string_view group = line.substr(second + 1);
    if (controllers.empty()) lower_to(smallest_limit("/sys/fs/cgroup", group, "memory.max"));
    if (("," + std::string(controllers) + ",").find(",memory,") != std::string::npos) {
      lower_to(smallest_limit("/sys/fs/cgroup/memory", group, "memory.limit_in_bytes"));
    }
  }
  return limit;
}

ByteBudget::Share::Share(Share&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), size_(std::exchange(other.size_, 0)) {}

ByteBudget::Share& ByteBudget::Share::operator=(Share&& other) noexcept {
  std::swap(budget_, other.budget_);
  std::swap(size_, other.size_);
  return *this;
}

void ByteBudget::Share::release() noexcept {
  if (budget_ != nullptr) budget_->give_back(size_);
  budget_ = nullptr;
  size_ = 0;
}

Result<ByteBudget::Share> ByteBudget::take(std::size_t least, std::size_t most, const CancellationToken& cancel) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty() && free_bytes() >= std::min(least, limit_)) return serve(least, most);
  }
  bool woken = false;
  // Ends after the lock was given back: its end waits for a callback that wants the lock.
  const auto registration = cancel.on_cancel([this, &woken] {
    const std::lock_guard lock(mutex_);
    woken = true;
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  const std::uint64_t ticket = next_ticket_++;
  waiting_.push_back(ticket);
  const auto is_served = [&] { return waiting_.front() == ticket && free_bytes() >= std::min(least, limit_); };
  const auto may_go_on = [&] { return woken || is_served(); };
  if (cancel.deadline() == std::chrono::steady_clock::time_point::max()) {
    changed_.wait(lock, may_go_on);
  } else {
    changed_.wait_until(lock, cancel.deadline(), may_go_on);
  }
  const bool served = is_served();
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), ticket));
  changed_.notify_all();  // The next one may be served as well.
  if (served) return serve(least, most);
  lock.unlock();
  return as_result([&] { cancel.throw_if_cancelled(); }).error();
}

ByteBudget::Share ByteBudget::serve(std::size_t least, std::size_t most) {
  const std::size_t size = std::min(std::max(least, most), free_bytes());
  note_use(size);
  return Share(*this, size);
}

std::optional<ByteBudget::Share> ByteBudget::try_take(std::size_t size) {
  const std::lock_guard lock(mutex_);
  if (!waiting_.empty() || free_bytes() < size) return std::nullopt;
  note_use(size);
  return Share(*this, size);
}

void ByteBudget::note_use(std::size_t size) noexcept {
  used_ += size;
  peak_ = std::max(peak_, used_);
}

void ByteBudget::give_back(std::size_t size) noexcept {
  const std::lock_guard lock(mutex_);
  used_ -= size;
  if (!waiting_.empty()) changed_.notify_all();
}

void ByteBudget::set_limit(std::size_t limit) {
  const std::lock_guard lock(mutex_);
  limit_ = limit;
  changed_.notify_all();
}

std::size_t ByteBudget::limit() const {
  const std::lock_guard lock(mutex_);
  return limit_;
}

std::size_t ByteBudget::used() const {
  const std::lock_guard lock(mutex_);
  return used_;
}

std::size_t ByteBudget::peak() const {
  const std::lock_guard lock(mutex_);
  return peak_;
}

ByteBudget& ByteBudget::process() {
  static auto* const budget = new ByteBudget(static_cast<std::size_t>(default_limit()));
  return *budget;
}

HUGGINGFACE_HUB_NAMESPACE_END
