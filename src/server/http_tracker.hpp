// SPDX-License-Identifier: Apache-2.0
/// @file
/// Follows HTTP/1.x on both streams of a connection, only to know where messages and bodies begin and end.
#pragma once

#include "server/fault_rules.hpp"

#include <deque>
#include <functional>
#include <optional>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

/// One request and its response. Counters may be read from any thread; the rest belongs to the relay.
struct Exchange {
  std::uint64_t connection{0};
  std::string method{};
  std::string target{};
  std::atomic<int> status{0};
  std::atomic<std::uint64_t> request_body_bytes{0};
  std::atomic<std::uint64_t> response_body_bytes{0};
  std::vector<std::shared_ptr<FaultState>> faults{};
};
using ExchangePtr = std::shared_ptr<Exchange>;

/// What a run of bytes is.
enum class SpanKind {
  plain,    ///< Not followed: TLS, HTTP/2, after an upgrade.
  head,     ///< Start line and header fields, in one piece.
  body,     ///< Bytes of the body itself.
  framing,  ///< Chunk sizes, line ends, trailers.
};

struct Span {
  std::string_view bytes{};
  SpanKind kind{SpanKind::plain};
  ExchangePtr exchange{};  ///< Null for `plain`.
};

/// Receives a stream cut into spans. `message_end` comes after the last span of each message.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void on_span(const Span& span) = 0;
  virtual void on_message_end(const ExchangePtr& exchange) = 0;
};

/// Finds the end of one body.
class BodyFraming {
 public:
  void start_none() { state_ = State::done; }
  void start_length(std::uint64_t size);
  void start_until_close() { state_ = State::until_close; }
  void start_chunked();

  [[nodiscard]] bool done() const noexcept { return state_ == State::done; }
  struct Step {
    std::size_t size{0};
    bool payload{false};
  };
  /// Classifies the first bytes of `data` (not empty; not `done()`).
  Step next(std::string_view data);

 private:
  enum class State { done, length, until_close, chunk_size, chunk_data, chunk_end, trailer };
  Step line(std::string_view data);
  void finish_line();
  State state_{State::done};
  std::uint64_t left_{0};
  std::string line_{};
};

/// What both directions of a connection must know of each other.
struct ConnectionDialogue {
  std::deque<ExchangePtr> pending{};  ///< Requests whose response has not begun.
  bool plain{false};                  ///< Given up on, or switched to another protocol.
};

/// Cuts one direction of a connection into spans. Heads are kept back until they are complete.
class HttpTracker {
 public:
  /// Makes the exchange for a request line.
  using MakeExchange = std::function<ExchangePtr(std::string method, std::string target)>;

  /// `make_exchange` is asked for requests only.
  HttpTracker(Flow flow, ConnectionDialogue& dialogue, MakeExchange make_exchange);

  void feed(std::string_view data, SpanSink& sink);
  /// The stream has ended: hands out what was kept back.
  void finish(SpanSink& sink);

 private:
  std::size_t collect_head(std::string_view data, SpanSink& sink);
  void end_head(SpanSink& sink);
  bool begin_request(std::string_view head);
  bool begin_response(std::string_view head);
  void start_body(std::string_view head, bool until_close_by_default);
  void give_up(SpanSink& sink);
  void end_message(SpanSink& sink);

  Flow flow_;
  ConnectionDialogue& dialogue_;
  MakeExchange make_exchange_;
  std::string head_{};
  bool in_body_{false};
  bool interim_{false};  ///< The head was a 1xx: another one follows.
  BodyFraming framing_{};
  ExchangePtr exchange_{};
};

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
