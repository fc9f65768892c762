// SPDX-License-Identifier: Apache-2.0
/// @file
/// `Transport` on libcurl. The event loop itself is in curl_loop.cpp.
#include "http/curl_loop.hpp"

#include "huggingface_hub/http/transport.hpp"

#include <atomic>
#include <memory>
#include <utility>

#include <unistd.h>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

/// A loop and the process it runs in. After `fork()` the child has the memory and not the threads: it makes a loop
/// of its own, and leaves the parent's alone (closing it would end the parent's TLS sessions).
struct OwnedLoop {
  std::shared_ptr<CurlLoop> loop;
  pid_t process;
};

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(const CurlTransportOptions& options) : options_(options) {}

  ~CurlTransport() override {
    OwnedLoop* const owned = current_.exchange(nullptr);
    if (owned == nullptr || owned->process != getpid()) return;  // The parent's: left as it is.
    owned->loop->stop();
    delete owned;
  }

  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  void start(Request request, std::shared_ptr<Sink> sink, Completion completion) override {
    loop().submit(std::make_shared<CurlExchange>(std::move(request), std::move(sink), std::move(completion)));
  }

 private:
  // Without a lock, since another thread could have held it while this process was forked off.
  CurlLoop& loop() {
    const pid_t process = getpid();
    OwnedLoop* present = current_.load();
    while (present == nullptr || present->process != process) {
      auto made = std::make_unique<OwnedLoop>(OwnedLoop{std::make_shared<CurlLoop>(options_), process});
      made->loop->start_threads();
      if (current_.compare_exchange_strong(present, made.get())) return *made.release()->loop;
      made->loop->stop();  // Another thread was faster.
    }
    return *present->loop;
  }

  const CurlTransportOptions options_;
  std::atomic<OwnedLoop*> current_{nullptr};
};

}  // namespace

std::shared_ptr<Transport> make_curl_transport(const CurlTransportOptions& options) {
  return std::make_shared<CurlTransport>(options);
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
