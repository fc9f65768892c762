// SPDX-License-Identifier: Apache-2.0
#include "http/curl_loop.hpp"

#include "http/curl_failure.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <csignal>
#include <exception>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

constexpr std::size_t kMaxIdleHandles = 16;
constexpr long kMaxIdleConnections = 64;
constexpr int kIdlePollMilliseconds = 60'000;

/// Signals are the program's business: threads started in this scope take none, and a broken TLS connection cannot
/// raise SIGPIPE in them.
class BlockedSignals {
 public:
  BlockedSignals() noexcept {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~BlockedSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  BlockedSignals(const BlockedSignals&) = delete;
  BlockedSignals& operator=(const BlockedSignals&) = delete;

 private:
  sigset_t before_{};
};

void join_or_detach_thread(std::thread& thread) {
  if (!thread.joinable()) return;
  if (thread.get_id() == std::this_thread::get_id()) {
    thread.detach();
  } else {
    thread.join();
  }
}

}  // namespace

void CompletionThread::start() {
  thread_ = std::thread([state = state_] {
    std::unique_lock<std::mutex> lock(state->mutex);
    while (true) {
      state->changed.wait(lock, [&] { return state->closed || !state->jobs.empty(); });
      if (state->jobs.empty()) return;
      std::function<void()> job = std::move(state->jobs.front());
      state->jobs.pop_front();
      lock.unlock();
      job();
      job = nullptr;  // Its captures go before the next one runs, and outside the lock.
      lock.lock();
    }
  });
}

void CompletionThread::post(std::function<void()> job) {
  {
    const std::lock_guard<std::mutex> lock(state_->mutex);
    state_->jobs.push_back(std::move(job));
  }
  state_->changed.notify_one();  // Without the lock, which the thread that wakes wants first.
}

void CompletionThread::close() {
  const std::lock_guard<std::mutex> lock(state_->mutex);
  state_->closed = true;
  state_->changed.notify_one();
}

void CompletionThread::join_or_detach() { join_or_detach_thread(thread_); }

CurlLoop::CurlLoop(CurlTransportOptions options) : options_(std::move(options)) {
  initialize_curl();
  multi_.reset(curl_multi_init());
  if (!multi_) throw std::bad_alloc();
  curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, kMaxIdleConnections);
}

void CurlLoop::start_threads() {
  const BlockedSignals blocked;
  completions_.start();
  try {
    thread_ = std::thread([self = shared_from_this()] { self->run(); });
  } catch (...) {
    completions_.close();
    completions_.join_or_detach();
    throw;
  }
}

void CurlLoop::submit(std::shared_ptr<CurlExchange> exchange) {
  const std::weak_ptr<CurlExchange> weak = exchange;
  // Before the hand-over: afterwards the exchange belongs to the loop. Without lock: the callback may come at once.
  exchange->cancel_registration = exchange->request().cancel.on_cancel([loop = weak_from_this(), weak] {
    if (const auto self = loop.lock()) self->post(Order::cancel, weak);
  });
  bool first = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    first = orders_.empty();
    if (!stopped_) orders_.add.push_back(std::move(exchange));
  }
  if (exchange) return exchange->make_report(cancelled_error(exchange->request(), false))();
  if (first) wake();
}

void CurlLoop::post(Order order, const std::weak_ptr<CurlExchange>& exchange) {
  auto strong = exchange.lock();
  if (!strong) return;
  bool first = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    first = orders_.empty();
    (order == Order::cancel ? orders_.cancel : orders_.resume).push_back(std::move(strong));
  }
  if (first) wake();
}

void CurlLoop::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    orders_.stop = true;
  }
  wake();
  const bool on_loop = thread_.get_id() == std::this_thread::get_id();
  join_or_detach_thread(thread_);
  if (on_loop) {
    completions_.detach();  // It ends after the last report, which the loop has yet to make.
  } else {
    completions_.join_or_detach();
  }
}

void CurlLoop::run() {
  while (true) {
    Orders orders;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      orders = std::exchange(orders_, {});
    }
    if (!obey(std::move(orders))) break;
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    collect();
    next_release_ = release_throttled();
    enforce_limits();
    curl_multi_poll(multi_.get(), nullptr, 0, poll_timeout(), nullptr);
  }
  abort_all();
  completions_.close();
}

bool CurlLoop::obey(Orders orders) {
  for (const auto& exchange : orders.add) {
    try {
      add(exchange);
    } catch (const std::exception& thrown) {  // Out of memory, most likely; it concerns this request alone.
      Error error;
      error.message = std::string("The request could not be set up: ") + thrown.what();
      abort(exchange, std::move(error));
    }
  }
  for (const auto& exchange : orders.cancel) {
    if (!exchange->is_active()) continue;  // Ended already; or not yet added, and `add` looks at the token.
    abort(exchange, cancelled_error(exchange->request(), exchange->request().cancel.is_timed_out()));
  }
  for (const auto& exchange : orders.resume) {
    if (!exchange->is_active()) continue;
    // What is left over from the pause is delivered within this call, and may end the exchange.
    const CURLcode code = exchange->resume();
    if (code != CURLE_OK) finish(exchange, code);
  }
  return !orders.stop;
}

void CurlLoop::add(const std::shared_ptr<CurlExchange>& exchange) {
  if (const auto refusal = exchange->refusal()) return abort(exchange, *refusal);
  if (exchange->request().cancel.is_cancelled()) {
    return abort(exchange, cancelled_error(exchange->request(), exchange->request().cancel.is_timed_out()));
  }
  exchange->prepare(take_handle(),
                    {.options = options_,
                     .next_check = next_check_,
                     .resume =
                         [loop = weak_from_this(), weak = std::weak_ptr<CurlExchange>(exchange)] {
                           if (const auto self = loop.lock()) self->post(Order::resume, weak);
                         },
                     .throttled = throttled_,
                     .wait_for_http2 = speaks_http2(exchange->request())});
  active_.emplace(exchange->handle(), exchange);
  curl_multi_add_handle(multi_.get(), exchange->handle());
}

bool CurlLoop::speaks_http2(const Request& request) const {
  // Bulk transfers never do; the URL is taken apart only where it matters.
  return !request.bulk && !http2_origins_.empty() && http2_origins_.count(origin_of(request.url)) != 0;
}

CurlEasy CurlLoop::take_handle() {
  if (idle_handles_.empty()) return CurlEasy();
  CurlEasy easy = std::move(idle_handles_.back());
  idle_handles_.pop_back();
  return easy;
}

void CurlLoop::collect() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto found = active_.find(message->easy_handle);
    if (found != active_.end()) finish(std::shared_ptr<CurlExchange>(found->second), message->data.result);
  }
}

void CurlLoop::enforce_limits() {
  const SteadyTime now = std::chrono::steady_clock::now();
  if (now < next_check_) return;
  std::vector<std::pair<std::shared_ptr<CurlExchange>, Error>> overdue;
  for (const auto& [handle, exchange] : active_) {
    if (auto error = exchange->overdue(now)) overdue.emplace_back(exchange, std::move(*error));
  }
  for (auto& [exchange, error] : overdue) abort(exchange, std::move(error));
  // Activity only moves limits away, and whatever brings one nearer asks for a new look: until the earliest of
  // now, no look is needed.
  next_check_ = SteadyTime::max();
  for (const auto& [handle, exchange] : active_) next_check_ = std::min(next_check_, exchange->next_deadline());
}

/// Lets go on whom the bandwidth has something for, and says when there is something for the next.
SteadyTime CurlLoop::release_throttled() {
  if (throttled_.empty()) return SteadyTime::max();
  std::size_t at = 0;
  for (std::size_t left = throttled_.size(); left > 0; --left) {  // Whoever has to wait again stands behind these.
    CurlExchange* const waiting = throttled_[at];
    if (waiting->throttle() > std::chrono::nanoseconds::zero()) {
      ++at;
      continue;
    }
    throttled_.erase(throttled_.begin() + static_cast<std::ptrdiff_t>(at));
    const std::shared_ptr<CurlExchange> exchange = active_.at(waiting->handle());
    const CURLcode code = exchange->unthrottle();
    if (code != CURLE_OK) finish(exchange, code);
  }
  auto least = std::chrono::nanoseconds(std::chrono::milliseconds(kIdlePollMilliseconds));
  for (const CurlExchange* waiting : throttled_) least = std::min(least, waiting->throttle());
  return std::chrono::steady_clock::now() + least;
}

int CurlLoop::poll_timeout() const {
  const SteadyTime now = std::chrono::steady_clock::now();
  const SteadyTime next = std::min(next_check_, next_release_);
  if (next <= now) return 0;
  if (next - now >= std::chrono::milliseconds(kIdlePollMilliseconds)) return kIdlePollMilliseconds;
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(next - now).count());
}

void CurlLoop::finish(const std::shared_ptr<CurlExchange>& exchange, CURLcode code) {
  Result<ResponseHead> result = exchange->outcome(code);
  if (result && exchange->used_http2()) http2_origins_.insert(origin_of(exchange->request().url));
  detach(exchange, result.ok());
  completions_.post(exchange->make_report(std::move(result)));
}

void CurlLoop::abort(const std::shared_ptr<CurlExchange>& exchange, Error error) {
  if (exchange->is_active()) detach(exchange, false);
  completions_.post(exchange->make_report(std::move(error)));
}

void CurlLoop::detach(const std::shared_ptr<CurlExchange>& exchange, bool reusable) {
  curl_multi_remove_handle(multi_.get(), exchange->handle());
  active_.erase(exchange->handle());
  if (!throttled_.empty()) std::erase(throttled_, exchange.get());
  CurlEasy easy = exchange->release_handle();
  if (!reusable || idle_handles_.size() >= kMaxIdleHandles) return;
  easy.reset();
  idle_handles_.push_back(std::move(easy));
}

void CurlLoop::abort_all() {
  const auto active = std::exchange(active_, {});
  for (const auto& [handle, exchange] : active) abort(exchange, cancelled_error(exchange->request(), false));
  // What came in while the loop was ending.
  Orders orders;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    orders = std::exchange(orders_, {});
    stopped_ = true;
  }
  for (const auto& exchange : orders.add) abort(exchange, cancelled_error(exchange->request(), false));
  idle_handles_.clear();
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
