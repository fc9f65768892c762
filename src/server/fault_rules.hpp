// SPDX-License-Identifier: Apache-2.0
/// @file
/// The faults of a `FaultProxy`, shared by the thread that sets them and the thread that relays.
#pragma once

#include "huggingface_hub/server/fault_proxy.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

enum class FaultScope { connection, message, body };

enum class FaultAction {
  reset,
  truncate,
  half_close,
  stall,
  corrupt,
  delay,
  hold,
  throttle,
  refuse,
  black_hole,
};

constexpr int kAlways = -1;

/// One fault. The description is fixed once it is armed; the rest is safe to use from any thread.
struct FaultState {
  FaultScope scope{FaultScope::connection};
  FaultAction action{FaultAction::reset};
  Flow flow{Flow::to_client};
  std::uint64_t offset{0};
  std::uint64_t bytes_per_second{0};
  std::chrono::milliseconds duration{0};
  std::string path{};
  std::string method{};
  std::uint64_t connection{0};        ///< Only this ordinal; 0: any after `after_connection`.
  std::uint64_t after_connection{0};

  std::atomic<int> remaining{1};      ///< `kAlways`: without end.
  std::atomic<bool> released{false};

  /// Takes one of the times that are left.
  bool try_consume();
  [[nodiscard]] bool is_spent() const { return remaining.load() == 0; }
  [[nodiscard]] bool matches_request(const std::string& request_method, const std::string& target) const;
  [[nodiscard]] bool matches_connection(std::uint64_t ordinal) const;

  void note_fired();
  int fired();
  bool wait_until_fired(std::chrono::milliseconds limit, int times);

 private:
  std::mutex mutex_{};
  std::condition_variable changed_{};
  int fired_{0};
};

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
