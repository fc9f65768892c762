// SPDX-License-Identifier: Apache-2.0
/// @file
/// How many connections to a host are worth it: one answer for the process, found by measuring.
#pragma once

#include "huggingface_hub/version.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

using SteadyTime = std::chrono::steady_clock::time_point;

/// The rule, without clock or lock. Doubles the number of connections while that makes the whole faster by a sixth, or
/// takes four times as many where each brings its own speed; goes back where it did not, and halves it where the host
/// says that it is too much. Where this process keeps the processors busy, more connections would only compete for
/// them: over a fast line to a near host one is enough.
class ConnectionLimit {
 public:
  static constexpr std::size_t kStart = 1;
  static constexpr std::size_t kMost = 16;  // As aria2; the Hub's storage gives each connection its own speed.

  /// `processors`: how many this process may use; 0: whatever the machine has.
  explicit ConnectionLimit(unsigned processors = 0);

  [[nodiscard]] std::size_t limit() const noexcept { return limit_; }

  /// `bytes` have come over `delivering` connections that get bytes, of `open` ones. `processor_time`: what the process
  /// has used of it since its start, in all threads.
  void on_bytes(std::uint64_t bytes, std::size_t delivering, std::size_t open, SteadyTime now,
                std::chrono::nanoseconds processor_time);
  /// A 429, a 503 or a stall. Several within a second count as one: they have one cause.
  void on_overload(SteadyTime now);

 private:
  void begin_window(SteadyTime now, std::chrono::nanoseconds processor_time);
  void set_limit(std::size_t limit);
  void decide(double rate, bool is_busy, SteadyTime now);

  double processors_;
  std::size_t limit_{kStart};
  std::size_t before_{0};    ///< The limit that `rate_before_` was measured with; 0: not measured.
  double rate_before_{0.0};  ///< Bytes a second.
  int patience_{0};          ///< Windows in which more connections may yet prove worth it.
  std::uint64_t bytes_{0};
  SteadyTime window_{};
  std::chrono::nanoseconds processor_time_{};  ///< When the window began.
  bool is_settled_{false};  ///< The limit has been reached since it was set, and all connections got bytes.
  SteadyTime hold_until_{};
  std::chrono::milliseconds hold_{5000};
  SteadyTime last_overload_{};
  bool was_overloaded_{false};
};

/// The connections of bulk transfers, by host. Files of a snapshot and ranges of a file share them.
///
/// Safe to use from any thread.
class Connections {
 public:
  /// One connection; ends with its destructor.
  class Lease {
   public:
    Lease() = default;
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;
    ~Lease() { release(); }
    void release() noexcept;
    /// Bytes came over it.
    void on_bytes(std::uint64_t bytes, SteadyTime now);
    void on_overload(SteadyTime now);
    /// How many the host may have in all.
    [[nodiscard]] std::size_t limit() const;
    /// How many it has.
    [[nodiscard]] std::size_t open() const;

   private:
    friend class Connections;
    Lease(Connections& owner, std::string host) : owner_(&owner), host_(std::move(host)) {}
    Connections* owner_{nullptr};
    std::string host_{};
    bool delivers_{false};
  };

  /// The connection that a file cannot do without: never refused, but counted.
  Lease take(const std::string& host);
  /// One more, where the limit of `host` leaves room. A lease without owner is false.
  bool try_take(const std::string& host, Lease& lease);

  /// Of the process; never destroyed.
  static Connections& process();

 private:
  struct Host {
    ConnectionLimit limit{};
    std::size_t open{0};
    std::size_t delivering{0};
  };

  mutable std::mutex mutex_{};
  std::map<std::string, Host> hosts_{};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
