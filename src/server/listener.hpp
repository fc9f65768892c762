// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http_message.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// An HTTP/1.1 server for loopback use: a thread a connection, bodies streamed in both directions, files sent by the
/// kernel. Framing only; what a request means is the handler's.
///
/// It is our own and not a library's, since the hub has to see the request target undecoded, decide itself about
/// ranges and `If-Range`, answer an upload before its end without losing the answer, and stop at once with idle
/// connections open.
class Listener {
 public:
  /// Called on the connection's thread. What it throws becomes a 500, a `ConnectionError` the end of the connection.
  using Handler = std::function<HttpResponse(const HttpRequest&, RequestBody&)>;

  /// Binds and listens; requests are handled from now on.
  /// @throws HfIoError  the address cannot be bound.
  Listener(const std::string& address, std::uint16_t port, Handler handler);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// The authority part of URLs that lead here: an IPv6 address stands in brackets.
  [[nodiscard]] const std::string& authority() const noexcept;

  /// Idle connections end at once, running requests after `grace` at the latest. All threads are joined then.
  /// Not from within the handler. Safe to repeat.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
