// SPDX-License-Identifier: Apache-2.0
/// @file
/// One HTTP request, as a `Transport` takes it: an absolute URL, everything decided.
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/http/bandwidth.hpp"
#include "huggingface_hub/http/headers.hpp"
#include "huggingface_hub/result.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

enum class Method { get, head, post, put, patch, del };

inline const char* to_string(Method method) noexcept {
  switch (method) {
    case Method::head: return "HEAD";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::del: return "DELETE";
    case Method::get: break;
  }
  return "GET";
}

/// A request body that can be sent again. One thread at a time, and that thread may be the event loop:
/// `read` must not block for longer than a disk takes.
class Body {
 public:
  virtual ~Body() = default;
  /// Bytes in all; nothing: chunked transfer.
  [[nodiscard]] virtual std::optional<std::uint64_t> size() const = 0;
  /// Fills up to `capacity` bytes of `buffer`; 0 at the end. An error aborts the request and is its result.
  virtual Result<std::size_t> read(char* buffer, std::size_t capacity) = 0;
  /// Back to the first byte, before each repeat.
  virtual Result<void> rewind() = 0;
};

/// One HTTP request. `Accept-Encoding` other than `identity` in `headers` asks for decoding: sink and head then
/// show the decoded body (no `Content-Encoding`, no `Content-Length`).
struct Request {
  std::shared_ptr<Bandwidth> bandwidth{};  ///< What both bodies share with those of other requests; null: no limit.
  std::shared_ptr<Body> body{};
  std::size_t buffer_size{0};  ///< Bytes that the transport takes for a bulk transfer; 0: its choice, half a MiB.
  bool bulk{false};  ///< A large body, either way: HTTP/1.1 on a connection of its own, with large buffers.
  CancellationToken cancel{};
  std::optional<std::chrono::milliseconds> connect_timeout{};  ///< Unset: that of the transport.
  Headers headers{};
  Method method{Method::get};
  ProxyMap proxies{};                                          ///< Non-empty: in place of the environment.
  std::optional<std::chrono::milliseconds> stall_timeout{};    ///< Longest time without a byte either way; unset: none.
  std::optional<std::chrono::milliseconds> total_timeout{};    ///< For this one exchange; unset: none.
  std::string url{};                                           ///< `http` or `https`, already percent-encoded.
};

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
