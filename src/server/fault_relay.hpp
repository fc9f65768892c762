// SPDX-License-Identifier: Apache-2.0
/// @file
/// The event loop of a `FaultProxy`: one thread, `poll(2)`, any number of connections.
#pragma once

#include "server/http_tracker.hpp"
#include "server/relay_connection.hpp"
#include "server/sockets.hpp"

#include <poll.h>

#include <memory>
#include <thread>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

class Relay {
 public:
  Relay(const std::string& url, const FaultProxyOptions& options);
  ~Relay();

  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }

  void add_fault(std::shared_ptr<FaultState> fault);
  void wake();
  void stop() noexcept;

  void refuse_connections(bool refuse);
  void reset_connections();
  void set_latency(std::chrono::milliseconds one_way);
  void throttle_total(Flow flow, std::uint64_t bytes_per_second);
  void clear();
  void advance_time(std::chrono::milliseconds duration);

  [[nodiscard]] std::uint64_t accepted() const { return shared_.accepted.load(); }
  [[nodiscard]] std::uint64_t open() const { return open_.load(); }
  [[nodiscard]] std::uint64_t bytes(Flow flow) const { return shared_.bytes(flow).load(); }
  [[nodiscard]] std::uint64_t body_bytes(const std::string& path, Flow flow) const;
  [[nodiscard]] std::vector<RelayedExchange> exchanges() const;

 private:
  void run();
  void accept_all();
  void admit(Socket client);
  /// False once it is time to stop.
  bool obey_orders();
  void wait_for_events(const Wakeups& wakeups);
  void handle_events();
  [[nodiscard]] TimePoint now() const;

  const FaultProxyOptions options_;
  Endpoint upstream_{};
  std::string path_{};
  std::uint16_t port_{0};
  Socket reservation_{};  ///< Bound and never listening: keeps the port while nobody listens.
  Socket listener_{};
  WakePipe wake_{};

  RelayShared shared_{};
  std::atomic<std::uint64_t> open_{0};

  // Of the loop alone.
  std::vector<std::unique_ptr<RelayConnection>> connections_{};
  std::vector<pollfd> polled_{};  ///< Wake pipe, listener, then both ends of each connection.
  std::vector<char> scratch_{};

  std::mutex orders_mutex_{};  ///< Guards the listener and the orders.
  bool order_stop_{false};
  bool order_reset_{false};
  struct TotalLimit {
    std::uint64_t bytes_per_second{0};
    TimePoint since{};
  };
  std::array<std::optional<TotalLimit>, 2> order_limits_{};
  std::mutex stop_mutex_{};
  std::atomic<std::int64_t> manual_now_{0};  // Milliseconds.
  std::thread thread_{};
};

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
