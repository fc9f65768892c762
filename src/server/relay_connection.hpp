// SPDX-License-Identifier: Apache-2.0
/// @file
/// One relayed connection: two streams, each read, searched for faults, queued and written.
#pragma once

#include "server/http_tracker.hpp"
#include "server/sockets.hpp"

#include <array>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

using TimePoint = std::chrono::steady_clock::time_point;

/// A token bucket.
class RateLimit {
 public:
  /// `capped`: what was not used for longer than a twentieth of a second is lost.
  void set(std::uint64_t bytes_per_second, TimePoint now, bool capped);
  [[nodiscard]] bool is_set() const noexcept { return rate_ != 0; }
  /// How many bytes may pass now.
  std::size_t allowed(TimePoint now);
  void spend(std::size_t bytes) { tokens_ -= static_cast<double>(bytes); }
  /// When asking again is worth it.
  [[nodiscard]] TimePoint next(TimePoint now) const;

 private:
  std::uint64_t rate_{0};
  double tokens_{0};
  bool capped_{true};
  TimePoint last_{};
};

/// What the connections of one proxy share.
struct RelayShared {
  mutable std::mutex mutex{};  ///< Guards `faults` and `exchanges`.
  std::vector<std::shared_ptr<FaultState>> faults{};
  std::vector<ExchangePtr> exchanges{};

  std::atomic<std::uint64_t> accepted{0};
  std::array<std::atomic<std::uint64_t>, 2> passed{};
  std::atomic<std::int64_t> latency_ms{0};
  bool manual_time{false};
  std::array<RateLimit, 2> total{};  ///< Of the loop alone.

  std::atomic<std::uint64_t>& bytes(Flow flow) { return passed[static_cast<std::size_t>(flow)]; }
  [[nodiscard]] const std::atomic<std::uint64_t>& bytes(Flow flow) const {
    return passed[static_cast<std::size_t>(flow)];
  }
};

/// When a stream wants to be called again without a socket event.
struct Wakeups {
  TimePoint due{TimePoint::max()};  ///< By the clock of the proxy, which may be manual.
  bool soon{false};                 ///< A millisecond from now by the real clock.
  void at(TimePoint time) { due = std::min(due, time); }
};

class RelayConnection;

/// One direction of a connection.
class RelayStream : private SpanSink {
 public:
  RelayStream(RelayConnection& owner, Flow flow, HttpTracker::MakeExchange make_exchange);

  [[nodiscard]] bool wants_read() const;
  [[nodiscard]] bool wants_write() const noexcept { return blocked_; }
  /// The receiver has its FIN and nothing more will be read or written.
  [[nodiscard]] bool finished() const noexcept { return finished_; }

  /// Reads what is there and queues it. `scratch` is a buffer that streams share.
  void read(TimePoint now, std::vector<char>& scratch);
  /// Writes what may be written now.
  void flush(TimePoint now, Wakeups& wakeups);

 private:
  enum class Kind { bytes, reset, truncate, half_close, hold, delay, throttle, unthrottle, end };
  struct Item {
    Kind kind{Kind::bytes};
    std::string bytes{};
    std::size_t done{0};
    TimePoint due{};
    ExchangePtr exchange{};
    bool body{false};
    bool started{false};
    std::shared_ptr<FaultState> fault{};
  };

  void on_span(const Span& span) override;
  void on_message_end(const ExchangePtr& exchange) override;

  struct Strike {
    std::shared_ptr<FaultState> fault{};
    std::size_t distance{0};
  };
  [[nodiscard]] Strike nearest(const Exchange* exchange, SpanKind kind, std::size_t size, bool at_end) const;
  void strike(const std::shared_ptr<FaultState>& fault);
  void pass(std::string_view bytes, const Span& span);
  std::size_t send_at_once(std::string_view bytes, const Span& span);
  void count(std::size_t bytes, bool body, const ExchangePtr& exchange);
  void enqueue(Kind kind, std::shared_ptr<FaultState> fault);
  void advance(std::size_t bytes, SpanKind kind);
  void source_ended(bool reset);

  enum class Progress { next, wait };
  Progress perform(Item& item, TimePoint now, Wakeups& wakeups);
  Progress write_bytes(Item& item, TimePoint now, Wakeups& wakeups);
  Progress wait_drained(Item& item, Wakeups& wakeups);
  static void note_started(Item& item);

  RelayConnection& owner_;
  Flow flow_;
  HttpTracker tracker_;

  std::deque<Item> queue_{};
  std::size_t queued_{0};
  bool source_open_{true};
  bool discard_{false};   ///< What still comes in is dropped.
  bool blocked_{false};   ///< The receiver's kernel takes nothing now.
  bool finished_{false};
  TimePoint read_at_{};

  bool corrupt_next_{false};
  std::uint64_t stream_at_{0};   ///< Offsets of the next byte.
  std::uint64_t message_at_{0};
  std::uint64_t body_at_{0};
  std::vector<std::shared_ptr<FaultState>> struck_stream_{};   ///< Already happened on this connection,
  std::vector<std::shared_ptr<FaultState>> struck_message_{};  ///< in this message.
  RateLimit stream_limit_{};
  RateLimit message_limit_{};
};

/// A client, the server behind, and both streams.
class RelayConnection {
 public:
  RelayConnection(RelayShared& shared, std::uint64_t ordinal, Socket client, Socket server);

  /// Accepted, read, never answered.
  void make_black_hole() { black_hole_ = true; }

  [[nodiscard]] bool is_closed() const noexcept { return closed_; }
  [[nodiscard]] short events(Flow source) const;
  [[nodiscard]] int descriptor(Flow source) const { return socket(source).get(); }
  void handle(Flow source, short events, TimePoint now, std::vector<char>& scratch);
  void flush(TimePoint now, Wakeups& wakeups);

  void reset();
  /// The receiver of `flow` has its FIN; the other end is closed.
  void truncate(Flow flow);

 private:
  friend class RelayStream;
  /// The end that the stream of `flow` is read from.
  [[nodiscard]] Socket& socket(Flow source) { return source == Flow::to_server ? client_ : server_; }
  [[nodiscard]] const Socket& socket(Flow source) const { return source == Flow::to_server ? client_ : server_; }
  [[nodiscard]] Socket& receiver(Flow flow) { return flow == Flow::to_server ? server_ : client_; }
  ExchangePtr make_exchange(std::string method, std::string target);
  void drain(Socket& socket, std::vector<char>& scratch);

  RelayShared& shared_;
  const std::uint64_t ordinal_;
  Socket client_;
  Socket server_;
  bool connecting_{true};
  bool black_hole_{false};
  bool draining_{false};  ///< Truncated: waits for the end that is left to close.
  bool closed_{false};
  std::array<bool, 2> hung_up_{};  ///< By source: closed both ways; `poll` would say so again and again.
  ConnectionDialogue dialogue_{};
  std::vector<std::shared_ptr<FaultState>> faults_{};
  RelayStream to_server_;
  RelayStream to_client_;
};

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
