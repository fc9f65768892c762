// SPDX-License-Identifier: Apache-2.0
/// @file
/// The event loop: one thread with libcurl's multi handle, one thread that reports what came of the requests.
#pragma once

#include "http/curl_exchange.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// Runs jobs in order on a thread of its own, so that what a completion does never holds up the loop.
class CompletionThread {
 public:
  void start();
  void post(std::function<void()> job);
  /// After the last job the thread ends.
  void close();
  /// Waits for the end; from the thread itself: lets it go.
  void join_or_detach();
  void detach() { thread_.detach(); }

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> jobs;
    bool closed{false};
  };
  std::shared_ptr<State> state_{std::make_shared<State>()};
  std::thread thread_{};
};

/// Safe to use from any thread. Its own thread keeps it alive until it has stopped.
class CurlLoop : public std::enable_shared_from_this<CurlLoop> {
 public:
  explicit CurlLoop(CurlTransportOptions options);

  /// Starts both threads. Once.
  void start_threads();

  void submit(std::shared_ptr<CurlExchange> exchange);

  /// Cancels what runs, reports it, and waits for both threads; callable from them too.
  void stop();

 private:
  struct Orders {
    std::vector<std::shared_ptr<CurlExchange>> add;
    std::vector<std::shared_ptr<CurlExchange>> cancel;
    std::vector<std::shared_ptr<CurlExchange>> resume;
    bool stop{false};
    /// Where it is not, whoever gave the first order wakes the loop, and nobody else has to.
    [[nodiscard]] bool empty() const noexcept { return add.empty() && cancel.empty() && resume.empty() && !stop; }
  };
  enum class Order { cancel, resume };

  void post(Order order, const std::weak_ptr<CurlExchange>& exchange);
  void wake() noexcept { curl_multi_wakeup(multi_.get()); }

  // On the loop's thread only.
  void run();
  bool obey(Orders orders);
  void add(const std::shared_ptr<CurlExchange>& exchange);
  [[nodiscard]] bool speaks_http2(const Request& request) const;
  CurlEasy take_handle();
  void collect();
  void enforce_limits();
  SteadyTime release_throttled();
  [[nodiscard]] int poll_timeout() const;
  void finish(const std::shared_ptr<CurlExchange>& exchange, CURLcode code);
  void abort(const std::shared_ptr<CurlExchange>& exchange, Error error);
  void detach(const std::shared_ptr<CurlExchange>& exchange, bool reusable);
  void abort_all();

  const CurlTransportOptions options_;
  CurlMulti multi_;
  CompletionThread completions_{};
  std::thread thread_{};

  std::mutex mutex_{};
  Orders orders_{};
  bool stopped_{false};

  std::unordered_map<CURL*, std::shared_ptr<CurlExchange>> active_{};
  std::vector<CurlEasy> idle_handles_{};
  std::set<std::string> http2_origins_{};
  std::deque<CurlExchange*> throttled_{};  ///< In the order in which they go on.
  SteadyTime next_check_{SteadyTime::max()};
  SteadyTime next_release_{SteadyTime::max()};
};

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
