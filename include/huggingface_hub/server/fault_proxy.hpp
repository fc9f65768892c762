// SPDX-License-Identifier: Apache-2.0
/// @file
/// A TCP relay that breaks the network on purpose, for tests of programs that talk to a hub.
#pragma once

#include "huggingface_hub/export.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server {

namespace detail {
class Relay;
struct FaultState;
}  // namespace detail

/// Which way bytes go.
enum class Flow { to_server, to_client };

struct FaultProxyOptions {
  std::string address{"127.0.0.1"};  ///< To listen on.
  /// Delays, latency and throttles go by `FaultProxy::advance_time` in place of the real clock.
  bool manual_time{false};
  std::uint16_t port{0};  ///< 0: one that the system chooses.
};

/// One HTTP exchange as it passed.
struct RelayedExchange {
  std::uint64_t connection{0};  ///< Ordinal of its connection; the first is 1.
  std::string method{};
  std::string target{};  ///< Path and query, as sent.
  int status{0};         ///< 0 while no final response was seen.
  std::uint64_t request_body_bytes{0};
  std::uint64_t response_body_bytes{0};  ///< Without chunk framing; handed to the client's kernel.
};

/// A fault that has been set. Copies share its state; dropping it does not remove the fault.
/// Safe to use from any thread.
class HUGGINGFACE_HUB_EXPORT Fault {
 public:
  /// How often it has happened.
  [[nodiscard]] int fired() const;
  /// Waits until it has happened `times` times. False if `limit` (real time) passed first.
  [[nodiscard]] bool wait_until_fired(std::chrono::milliseconds limit = std::chrono::seconds(30), int times = 1) const;
  /// Lets the streams go on that `hold_at` or `stall_after` stopped, and those that would stop later.
  void release() const;
  /// It happens no more. Streams that it has stopped stay so.
  void remove() const;

 private:
  friend class FaultPoint;
  Fault(std::shared_ptr<detail::FaultState> state, std::shared_ptr<detail::Relay> relay);
  std::shared_ptr<detail::FaultState> state_;
  std::shared_ptr<detail::Relay> relay_;
};

/// Where a fault strikes; the last call of the chain says what happens there and arms it.
///
/// Byte offsets count from the start of what was selected (a connection, a message, a body), in one direction.
/// "After n" and "at n" mean: n bytes have passed, and the next one has not.
/// A stream that ends before the offset leaves the fault armed for the next one.
class HUGGINGFACE_HUB_EXPORT FaultPoint {
 public:
  FaultPoint& times(int count);  ///< Strikes that often, then never again.
  FaultPoint& always();
  FaultPoint& in_flow(Flow flow);         ///< Bodies and connections: `to_client` unless said otherwise.
  FaultPoint& for_method(std::string method);  ///< Only for requests with this method.

  /// Both sides get a TCP reset, once the receiver's kernel holds the bytes before the offset.
  Fault reset_after(std::uint64_t bytes);
  /// The receiver gets a FIN after that many bytes, as if the other had ended; the other side is closed.
  Fault truncate_after(std::uint64_t bytes);
  /// The receiver gets a FIN; the opposite direction goes on.
  Fault half_close_after(std::uint64_t bytes);
  /// Nothing more passes in this direction, and nothing says so.
  Fault stall_after(std::uint64_t bytes);
  /// The bits of the byte at `offset` are inverted; no length changes.
  Fault corrupt_at(std::uint64_t offset);
  /// The stream pauses for `duration`.
  Fault delay_at(std::uint64_t offset, std::chrono::milliseconds duration);
  /// The stream pauses until `Fault::release()`.
  Fault hold_at(std::uint64_t offset);
  /// From here to the end of what was selected, at most so many bytes a second pass.
  Fault throttle(std::uint64_t bytes_per_second);
  /// Connections only: a reset straight after the connection is accepted; the server is not asked.
  Fault refuse();
  /// Connections only: accepted, read, and never answered; the server is not asked.
  Fault black_hole();

 private:
  friend class FaultProxy;
  FaultPoint(std::shared_ptr<detail::FaultState> state, std::shared_ptr<detail::Relay> relay);
  Fault arm();
  std::shared_ptr<detail::FaultState> state_;
  std::shared_ptr<detail::Relay> relay_;
};

/// A TCP relay in front of `host:port`, below HTTP: it can break what a server library cannot. It follows HTTP/1.x
/// in both directions to know where messages and bodies begin; anything else (TLS, HTTP/2) passes as plain bytes,
/// for which only faults on connections apply. One thread of its own; nothing happens unless a fault says so.
///
///     auto network = server::FaultProxy::in_front_of(hub);
///     network.on_next_body("model.bin").reset_after(3 << 20);
///     const HfApi api({.endpoint = network.url()});
///
/// `path` arguments match any part of a request's target (path and query); an empty one matches every request.
/// Movable. Const members and faults are safe to use from any thread.
class HUGGINGFACE_HUB_EXPORT FaultProxy {
 public:
  /// Starts relaying. @throws HfIoError  no port to listen on; HFValidationError  `url` is not `http://host:port…`.
  static FaultProxy in_front_of(const std::string& url, const FaultProxyOptions& options = {});

  /// The same for anything with a `url()`, as `EmbeddedHub`.
  template <typename Server, typename = decltype(std::declval<const Server&>().url())>
  static FaultProxy in_front_of(const Server& server, const FaultProxyOptions& options = {}) {
    return in_front_of(std::string(server.url()), options);
  }

  FaultProxy(FaultProxy&&) noexcept;
  FaultProxy& operator=(FaultProxy&&) noexcept;
  ~FaultProxy();  ///< As `stop()`.

  /// `http://address:port`, with the path of the URL it stands in front of. No trailing slash.
  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::uint16_t port() const;

  /// The body of the next response (2xx; with `in_flow(Flow::to_server)`: of the next request) whose target
  /// contains `path` and that reaches the offset.
  FaultPoint on_next_body(const std::string& path);
  FaultPoint on_each_body(const std::string& path);
  /// The whole response, from its status line on.
  FaultPoint on_next_response(const std::string& path);
  FaultPoint on_each_response(const std::string& path);
  /// The whole request, from its request line on.
  FaultPoint on_next_request(const std::string& path);
  FaultPoint on_each_request(const std::string& path);
  /// The connection with this ordinal; the first one accepted is 1.
  FaultPoint on_connection(std::uint64_t ordinal);
  /// Connections accepted from now on.
  FaultPoint on_next_connection();
  FaultPoint on_each_connection();

  /// True: nobody listens (connection refused) until it is set to false again. The port stays reserved.
  void refuse_connections(bool refuse);
  /// Resets every open connection now.
  void reset_connections();
  /// Each byte arrives so much later, in both directions; throughput is not limited by it.
  void set_latency(std::chrono::milliseconds one_way);
  /// For all connections together; 0 for no limit.
  void throttle_total(Flow flow, std::uint64_t bytes_per_second);
  /// Removes every fault, limit and latency. Streams that were stopped go on.
  void clear();
  /// With `manual_time`: lets so much time pass.
  void advance_time(std::chrono::milliseconds duration);

  /// Connections accepted so far, refused and black-holed ones included.
  [[nodiscard]] std::uint64_t connections() const;
  /// Connections open now.
  [[nodiscard]] std::uint64_t open_connections() const;
  /// Bytes that passed, heads and framing included.
  [[nodiscard]] std::uint64_t bytes(Flow flow) const;
  /// Body bytes that passed in exchanges whose target contains `path`; to the client only those of 2xx answers.
  [[nodiscard]] std::uint64_t body_bytes(const std::string& path, Flow flow = Flow::to_client) const;
  /// How many requests had a target that contains `path`.
  [[nodiscard]] std::uint64_t requests(const std::string& path = {}) const;
  /// Every exchange so far, in the order of the requests.
  [[nodiscard]] std::vector<RelayedExchange> exchanges() const;

  /// Closes everything and ends the thread. Repeats do nothing; counters stay readable.
  void stop() noexcept;

 private:
  explicit FaultProxy(std::shared_ptr<detail::Relay> relay);
  std::shared_ptr<detail::Relay> relay_;
};

}  // namespace server
HUGGINGFACE_HUB_NAMESPACE_END
