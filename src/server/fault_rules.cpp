// SPDX-License-Identifier: Apache-2.0
#include "server/fault_rules.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

bool FaultState::try_consume() {
  int left = remaining.load();
  while (left > 0) {
    if (remaining.compare_exchange_weak(left, left - 1)) return true;
  }
  return left == kAlways;
}

bool FaultState::matches_request(const std::string& request_method, const std::string& target) const {
  if (scope == FaultScope::connection || is_spent()) return false;
  if (!method.empty() && method != request_method) return false;
  return target.find(path) != std::string::npos;
}

bool FaultState::matches_connection(std::uint64_t ordinal) const {
  if (scope != FaultScope::connection || is_spent()) return false;
  return connection != 0 ? connection == ordinal : ordinal > after_connection;
}

void FaultState::note_fired() {
  {
    const std::lock_guard lock(mutex_);
    ++fired_;
  }
  changed_.notify_all();
}

int FaultState::fired() {
  const std::lock_guard lock(mutex_);
  return fired_;
}

bool FaultState::wait_until_fired(std::chrono::milliseconds limit, int times) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return fired_ >= times; });
}

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
