// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/http/headers.hpp"
#include "huggingface_hub/result.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// Status line and header fields of the final response of one exchange (1xx are skipped).
struct ResponseHead {
  Headers headers{};
  int status{0};
  std::string url{};  ///< The URL that answered; after redirects, the last one.
};

/// A response with its body in memory.
struct Response {
  ResponseHead head{};
  std::string body{};
  [[nodiscard]] int status() const noexcept { return head.status; }
  [[nodiscard]] const Headers& headers() const noexcept { return head.headers; }
  [[nodiscard]] bool ok() const noexcept { return head.status >= 200 && head.status < 300; }
};

/// What a sink says to bytes it was offered.
enum class SinkVerdict {
  accepted,
  /// Nothing was taken: the transport stops reading from the connection and offers the same bytes again after
  /// the `resume` function given to `on_head` was called.
  pause,
};

/// Where a response body goes. Called from the transport's thread, one call at a time: `on_head`, then
/// `on_data` in order. It must not block. An `Error` returned aborts the exchange and is its result.
class Sink {
 public:
  virtual ~Sink() = default;
  /// Called once an exchange has a final head, before its body. `resume` may be kept and called from any
  /// thread, also after the exchange has ended (then it does nothing).
  virtual Result<void> on_head(const ResponseHead& head, const std::function<void()>& resume) = 0;
  virtual Result<SinkVerdict> on_data(const char* data, std::size_t size) = 0;
};

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
