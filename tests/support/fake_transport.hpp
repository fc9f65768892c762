// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/http/transport.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace huggingface_hub::testing {

/// What a fake server answers.
struct CannedAnswer {
  int status{200};
  http::Headers headers{};
  std::string body{};
  std::optional<Error> error{};  ///< Instead of the answer; with `error_after_body`: after head and body.
  bool error_after_body{false};
};

/// What a fake server was asked.
struct RecordedRequest {
  http::Method method{http::Method::get};
  std::string url{};
  http::Headers headers{};
  std::string body{};
  ProxyMap proxies{};
  bool bulk{false};
  std::optional<std::chrono::milliseconds> stall_timeout{};
  std::optional<std::chrono::milliseconds> total_timeout{};

  [[nodiscard]] std::string header(std::string_view name) const { return headers.get(name).value_or(""); }
};

inline Error transport_failure(std::string message, bool nothing_sent = false) {
  Error error;
  error.code = ErrorCode::transport;
  error.message = std::move(message);
  error.nothing_sent = nothing_sent;
  return error;
}

/// A transport without a network: answers from a queue, or by a function, and records what it was asked. Held to the
/// same contract suite as the real one (tests/contract/transport). Safe to use from any thread.
class FakeTransport final : public http::Transport {
 public:
  using Handler = std::function<CannedAnswer(const RecordedRequest&)>;

  FakeTransport() = default;
  explicit FakeTransport(Handler handler) : handler_(std::move(handler)) {}
  FakeTransport(const FakeTransport&) = delete;
  FakeTransport& operator=(const FakeTransport&) = delete;

  /// Cancels what runs, as the real one does.
  ~FakeTransport() override {
    std::vector<std::thread> threads;
    std::vector<CancellationSource> running;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      threads.swap(threads_);
      running.swap(running_);
    }
    for (CancellationSource& source : running) source.cancel();
    for (std::thread& thread : threads) {
      if (thread.get_id() == std::this_thread::get_id()) {
        thread.detach();
      } else {
        thread.join();
      }
    }
  }

  /// Queues an answer; each is given once, in order, before the handler is asked.
  FakeTransport& answer(CannedAnswer next) {
    const std::lock_guard<std::mutex> lock(mutex_);
    answers_.push_back(std::move(next));
    return *this;
  }
  FakeTransport& answer(int status, std::string body = "", http::Headers headers = {}) {
    CannedAnswer next;
    next.status = status;
    next.headers = std::move(headers);
    next.body = std::move(body);
    return answer(std::move(next));
  }
  FakeTransport& fail(Error error) {
    CannedAnswer next;
    next.error = std::move(error);
    return answer(std::move(next));
  }

  [[nodiscard]] std::vector<RecordedRequest> requests() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return requests_;
  }

  void start(http::Request request, std::shared_ptr<http::Sink> sink, Completion completion) override {
    auto source = CancellationSource::linked_to(request.cancel);
    request.cancel = source.token();
    const std::lock_guard<std::mutex> lock(mutex_);
    running_.push_back(source);
    threads_.emplace_back([this, request = std::move(request), sink = std::move(sink),
                           completion = std::move(completion)]() mutable {
      auto result = exchange(request, sink.get());
      sink.reset();
      request = {};
      completion(std::move(result));
    });
  }

 private:
  // What an exchange waits on while it is paused.
  struct Gate {
    std::mutex mutex;
    std::condition_variable changed;
    bool open{false};
  };

  Result<http::ResponseHead> exchange(http::Request& request, http::Sink* sink) {
    if (request.cancel.is_cancelled()) return cancelled(request);
    auto recorded = record(request);
    if (!recorded) return std::move(recorded).error();
    const CannedAnswer answer = choose(std::move(*recorded));
    if (request.cancel.is_cancelled()) return cancelled(request);
    if (answer.error && !answer.error_after_body) return *answer.error;
    http::ResponseHead head{answer.headers, answer.status, request.url};
    if (sink != nullptr) {
      const Result<void> delivered = deliver(request, *sink, head, answer.body);
      if (!delivered) return delivered.error();
    }
    if (answer.error) return *answer.error;
    return head;
  }

  Result<void> deliver(const http::Request& request, http::Sink& sink, const http::ResponseHead& head,
                       const std::string& body) {
    const auto gate = std::make_shared<Gate>();
    const auto open_gate = [gate] {
      const std::lock_guard<std::mutex> lock(gate->mutex);
      gate->open = true;
      gate->changed.notify_all();
    };
    const auto registration = request.cancel.on_cancel(open_gate);
    if (Result<void> taken = sink.on_head(head, open_gate); !taken) return taken;
    if (request.method == http::Method::head) return {};
    constexpr std::size_t kPiece = 16384;
    for (std::size_t offset = 0; offset < body.size();) {
      if (request.cancel.is_cancelled()) return cancelled(request);
      const std::size_t size = std::min(kPiece, body.size() - offset);
      const auto verdict = sink.on_data(body.data() + offset, size);
      if (!verdict) return verdict.error();
      if (*verdict == http::SinkVerdict::accepted) {
        offset += size;
        continue;
      }
      std::unique_lock<std::mutex> lock(gate->mutex);
      gate->changed.wait(lock, [&] { return gate->open; });
      gate->open = false;
    }
    return {};
  }

  static Error cancelled(const http::Request& request) {
    Error error;
    error.timeout = request.cancel.is_timed_out();
    error.code = error.timeout ? ErrorCode::transport : ErrorCode::cancelled;
    error.message = "The request was cancelled.";
    return error;
  }

  static Result<RecordedRequest> record(http::Request& request) {
    RecordedRequest recorded;
    recorded.method = request.method;
    recorded.url = request.url;
    recorded.headers = request.headers;
    recorded.proxies = request.proxies;
    recorded.bulk = request.bulk;
    recorded.stall_timeout = request.stall_timeout;
    recorded.total_timeout = request.total_timeout;
    while (request.body) {
      char buffer[4096];
      const auto count = request.body->read(buffer, sizeof buffer);
      if (!count) return count.error();
      if (*count == 0) break;
      recorded.body.append(buffer, *count);
    }
    if (request.body && request.body->size() && *request.body->size() != recorded.body.size()) {
      Error error;
      error.code = ErrorCode::io;
      error.message = "The body is not as long as it said.";
      return error;
    }
    return recorded;
  }

  CannedAnswer choose(RecordedRequest recorded) {
    Handler handler;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      requests_.push_back(recorded);
      if (!answers_.empty()) {
        CannedAnswer next = std::move(answers_.front());
        answers_.pop_front();
        return next;
      }
      handler = handler_;
    }
    if (handler) return handler(recorded);
    CannedAnswer none;
    none.error = transport_failure("No answer was queued for " + recorded.url);
    return none;
  }

  mutable std::mutex mutex_{};
  Handler handler_{};
  std::deque<CannedAnswer> answers_{};
  std::vector<RecordedRequest> requests_{};
  std::vector<CancellationSource> running_{};
  std::vector<std::thread> threads_{};
};

}  // namespace huggingface_hub::testing
