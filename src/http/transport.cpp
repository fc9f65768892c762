// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/http/transport.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

Transport::~Transport() = default;

Result<ResponseHead> Transport::send(Request request, std::shared_ptr<Sink> sink) {
  struct Waiter {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<Result<ResponseHead>> result;
  };
  // Shared with the completion, which may still be inside notify when the waiter wakes.
  auto waiter = std::make_shared<Waiter>();
  start(std::move(request), std::move(sink), [waiter](Result<ResponseHead> result) {
    const std::lock_guard<std::mutex> lock(waiter->mutex);
    waiter->result.emplace(std::move(result));
    waiter->done.notify_one();
  });
  std::unique_lock<std::mutex> lock(waiter->mutex);
  waiter->done.wait(lock, [&] { return waiter->result.has_value(); });
  return std::move(*waiter->result);
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
