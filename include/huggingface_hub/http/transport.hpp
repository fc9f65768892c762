// SPDX-License-Identifier: Apache-2.0
/// @file
/// The one interface between this library and the network: the injection point for own transports and for tests.
#pragma once

#include "huggingface_hub/config.hpp"
#include "huggingface_hub/http/request.hpp"
#include "huggingface_hub/http/response.hpp"

#include <functional>
#include <memory>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// Sends one request and receives one response. No redirects are followed, nothing is tried again, no header
/// is added but what HTTP itself needs: all of that is decided above.
///
/// Implementations are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT Transport {
 public:
  /// Called exactly once per `start`, from a thread of the transport, after the last call to the sink.
  using Completion = std::function<void(Result<ResponseHead>)>;

  virtual ~Transport();

  /// Returns at once. Any HTTP status is a success here; an `Error` means that no complete response came
  /// (`transport`, with `timeout` where a limit was reached; `cancelled`; or what body or sink returned).
  /// A body cut short (fewer bytes than `Content-Length`, a broken chunk) is a `transport` error.
  virtual void start(Request request, std::shared_ptr<Sink> sink, Completion completion) = 0;

  /// `start`, and waits. Not to be called from a completion.
  Result<ResponseHead> send(Request request, std::shared_ptr<Sink> sink);
};

/// The transport on libcurl. It starts its event loop at the first request; destroying it cancels what runs.
struct CurlTransportOptions {
  std::chrono::milliseconds connect_timeout{std::chrono::seconds(30)};
  ProxyEnvironment proxies{};
  TlsConfig tls{};
};
HUGGINGFACE_HUB_EXPORT std::shared_ptr<Transport> make_curl_transport(const CurlTransportOptions& options = {});

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
