// SPDX-License-Identifier: Apache-2.0
#include "session/session.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "http/link_header.hpp"
#include "http/sinks.hpp"
#include "http/url.hpp"
#include "session/attempt.hpp"
#include "session/rate_gate.hpp"
#include "session/user_agent.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <random>
#include <system_error>
#include <thread>
#include <utility>



HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

constexpr std::size_t kMaxBodyInMemory = std::size_t{64} << 20;
constexpr std::uint64_t kBulkBody = std::uint64_t{1} << 20;
// spec/hub-http.md 7.2.
constexpr std::array<const char*, 3> kHubOrigins{"https://huggingface.co", "https://hub-ci.huggingface.co",
                                                 "https://hf.co"};

Error offline_error(const std::string& url, const std::string& variable) {
  Error error;
  error.code = ErrorCode::offline_mode;
  error.message = "Cannot reach " + redact_url(url) + ": offline mode is enabled. To go online, unset " +
                  (variable.empty() ? "HF_HUB_OFFLINE" : variable) + ".";
  return error;
}

Error cancelled_while_waiting(const CancellationToken& cancel, const Error& last) {
  Error error;
  error.timeout = cancel.is_timed_out();
  error.code = error.timeout ? ErrorCode::transport : ErrorCode::cancelled;
  error.message = (error.timeout ? "The time given to the call is over. The last try: " : "Cancelled between two "
                                                                                          "tries. The last one: ") +
                  last.message;
  return error;
}

std::string absolute_url(const ApiRequest& request, const std::string& endpoint) {
  std::string url = request.url;
  if (url.empty() || url.front() == '/') {
    std::string base = request.endpoint.empty() ? endpoint : request.endpoint;
    while (!base.empty() && base.back() == '/') base.pop_back();
    url.insert(0, base);
  }
  return http::append_query(std::move(url), request.query);
}

bool is_bulk(const ApiRequest& request, bool to_sink) {
  if (to_sink && request.method == http::Method::get) return !request.small_answer;
  if (!request.body) return false;
  const auto size = request.body->size();
  return !size || *size >= kBulkBody;
}

double draw_jitter() {
  static thread_local std::minstd_rand generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

AttemptOutcome outcome_of(const Error& error, RetryPolicy policy) {
  AttemptOutcome outcome;
  outcome.transport_failed = error.code == ErrorCode::transport;
  if (error.http) {
    outcome.status = error.http->status;
    // A second more than asked for: clocks differ, and the Python client does so too (spec/transfer.md 1).
    if (const auto wait = error.http->retry_after) outcome.server_wait = *wait + std::chrono::seconds(1);
  }
  switch (policy) {
    case RetryPolicy::none: break;
    case RetryPolicy::full: outcome.repeat_is_safe = true; break;
    case RetryPolicy::unsent: outcome.repeat_is_safe = outcome.transport_failed && error.nothing_sent; break;
    case RetryPolicy::open_file: outcome.repeat_is_safe = outcome.status == 408 || outcome.status == 429; break;
  }
  return outcome;
}

std::string seconds_text(std::chrono::milliseconds wait) {
  const auto tenths = (wait.count() + 50) / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

Session::Session(SessionOptions options) : options_(std::move(options)) {
  while (!options_.config.endpoint.empty() && options_.config.endpoint.back() == '/') {
    options_.config.endpoint.pop_back();
  }
  if (!options_.clock) options_.clock = system_clock();
  if (!options_.transport) {
    options_.transport = http::make_curl_transport({.connect_timeout = options_.config.connect_timeout,
                                                    .proxies = options_.config.proxies,
                                                    .tls = options_.config.tls});
  }
  const std::filesystem::path& home = options_.config.hf_home;
  gate_ = RateGate::of(options_.clock, home.empty() ? home : home / "cpp");
}

Session::~Session() = default;

http::Headers Session::headers_for(const ApiRequest& request, const std::string& url, bool to_sink) const {
  UserAgentParts agent;
  const bool own_library = !request.library_name.empty();
  agent.library_name = own_library ? request.library_name : options_.library_name;
  agent.library_version =
      own_library || !request.library_version.empty() ? request.library_version : options_.library_version;
  agent.origin = options_.config.user_agent_origin;
  agent.user_agent = options_.user_agent;
  agent.call_user_agent = request.user_agent;

  http::Headers headers;
  headers.set("User-Agent", user_agent(agent));
  const bool authorized = request.send_authorization && is_trusted(request, url);
  if (authorized) {
    if (const auto token = resolve_token(request.token)) headers.set("Authorization", "Bearer " + *token);
  }
  headers.set("Accept", "*/*");
  // A file is what its bytes are: offsets and digests would not survive an encoding on the way.
  headers.set("Accept-Encoding", to_sink || request.method == http::Method::head ? "identity" : "gzip, deflate");
  if (request.download_counter) headers.set("X-HF-Download-Counter", "1");
  for (const auto& [name, value] : request.headers) headers.set(name, value);
  if (request.send_authorization) {  // Extra headers are meant for the Hub: a storage gets none, they may be secret.
    for (const auto& [name, value] : options_.headers) headers.set(name, value);
    for (const auto& [name, value] : request.call.headers) headers.set(name, value);
  }
  if (!authorized) headers.remove("Authorization");
  return headers;
}

bool Session::is_trusted(const ApiRequest& request, const std::string& url) const {
  const auto origins = hub_origins(request);
  return std::any_of(origins.begin(), origins.end(),
                     [&](const std::string& origin) { return http::same_origin(origin, url); });
}

std::vector<std::string> Session::hub_origins(const ApiRequest& request) const {
  std::vector<std::string> origins;  // The likeliest first: each comparison takes URLs apart.
  if (!request.endpoint.empty()) origins.push_back(request.endpoint);
  origins.push_back(options_.config.endpoint);
  origins.insert(origins.end(), kHubOrigins.begin(), kHubOrigins.end());
  return origins;
}

Result<PreparedRequest> Session::prepare(const ApiRequest& request, bool to_sink) const {
  const std::string url = absolute_url(request, options_.config.endpoint);
  if (options_.config.offline) return offline_error(url, options_.config.offline_variable);
  if (const auto parsed = http::parse_url(url); !parsed) return parsed.error();
  // Tokens may have to be read, which fails by exception.
  return as_result([&] {
    PreparedRequest prepared;
    prepared.hub_origins = hub_origins(request);
    prepared.log_requests = options_.config.debug;
    prepared.redirects = request.redirects;
    http::Request& sent = prepared.request;
    sent.bandwidth = http::Bandwidth::of_process(limit_rate(request.call));
    sent.body = request.body;
    sent.buffer_size = request.buffer_size;
    sent.bulk = is_bulk(request, to_sink);
    sent.cancel = request.call.timeout ? request.call.cancel.with_timeout(*request.call.timeout) : request.call.cancel;
    sent.connect_timeout = request.connect_timeout;
    sent.headers = headers_for(request, url, to_sink);
    sent.method = request.method;
    sent.proxies = request.proxies.empty() ? options_.proxies : request.proxies;
    sent.stall_timeout = request.stall_timeout;
    sent.total_timeout = request.total_timeout;
    sent.url = url;
    return prepared;
  });
}

namespace {

void launch(Attempt::Means means, PreparedRequest prepared, RateGate::Pass pass, std::shared_ptr<http::Sink> sink,
            Session::Completion done) {
  http::Headers& headers = prepared.request.headers;
  if (!headers.has("X-Amzn-Trace-Id")) {
    headers.set("X-Amzn-Trace-Id", headers.get("x-request-id").value_or(random_uuid()));
  }
  std::make_shared<Attempt>(std::move(means), std::move(prepared), std::move(pass), std::move(sink), std::move(done))
      ->start();
}

/// A request that has to wait for its rate limit and must not hold up whoever makes it.
struct Later {
  Attempt::Means means;
  PreparedRequest prepared;
  RateGate::Patience patience;
  std::shared_ptr<http::Sink> sink;
  Session::Completion done;

  void run() noexcept {
    Result<RateGate::Pass> pass = enter();
    if (pass.ok()) {
      launch(std::move(means), std::move(prepared), std::move(*pass), std::move(sink), std::move(done));
      return;
    }
    // Everything goes before the caller is told, as in `Attempt::finish`.
    sink.reset();
    prepared = {};
    patience = {};
    means = {};
    std::exchange(done, nullptr)(std::move(pass).error());
  }

  [[nodiscard]] Result<RateGate::Pass> enter() const noexcept {
    Error error;
    try {
      return means.gate->enter(prepared.request, patience);
    } catch (const std::exception& thrown) {  // By `on_wait`.
      error.message = std::string("Stopped by an exception: ") + thrown.what();
    } catch (...) {
      error.message = "Stopped by an exception of unknown type.";
    }
    return error;
  }

  static void start(const std::shared_ptr<Later>& later) {
    try {
      std::thread([later] {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, nullptr);  // Signals are the program's business.
        later->run();
      }).detach();
    } catch (const std::system_error&) {  // No thread to be had: slow, and no more.
      later->run();
    }
  }
};

Result<http::ResponseHead> attempt(const Attempt::Means& means, const PreparedRequest& prepared, RateGate::Pass pass,
                                   std::shared_ptr<http::Sink> sink) {
  struct Waiter {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<Result<http::ResponseHead>> result;
  };
  auto waiter = std::make_shared<Waiter>();  // Shared: the completion may still notify when this returns.
  launch(means, prepared, std::move(pass), std::move(sink), [waiter](Result<http::ResponseHead> result) {
    const std::lock_guard<std::mutex> lock(waiter->mutex);
    waiter->result.emplace(std::move(result));
    waiter->done.notify_one();
  });
  std::unique_lock<std::mutex> lock(waiter->mutex);
  waiter->done.wait(lock, [&] { return waiter->result.has_value(); });
  return std::move(*waiter->result);
}

RateGate::Patience patience_of(const ApiRequest& request, const RetryOptions& retry) {
  RateGate::Patience patience;
  patience.takes_turns = request.takes_turns;
  if (request.takes_turns) patience.longest = retry.max_server_wait;
  patience.on_wait = request.on_wait;
  return patience;
}

}  // namespace

Result<http::ResponseHead> Session::run(const ApiRequest& request, std::shared_ptr<http::Sink> sink,
                                        bool to_sink) const {
  const auto prepared = prepare(request, to_sink);
  if (!prepared) return prepared.error();
  const CancellationToken& cancel = prepared->request.cancel;
  const RetryOptions retry = request.call.retry.value_or(options_.retry);
  RetrySchedule schedule(retry);
  while (true) {
    auto pass = gate_->enter(prepared->request, patience_of(request, retry));
    if (!pass) return pass.error();
    auto result = attempt({options_.clock, gate_, options_.transport}, *prepared, std::move(*pass), sink);
    if (result || cancel.is_cancelled()) return result;
    const auto wait = schedule.next(outcome_of(result.error(), request.retry), draw_jitter());
    if (!wait || options_.clock->steady_now() + *wait >= cancel.deadline()) return result;
    log_warning(first_line(result.error().message));
    log_warning("Trying again in " + seconds_text(*wait) + " [Retry " + std::to_string(schedule.retries()) + "/" +
                std::to_string(retry.max_retries) + "].");
    if (options_.clock->wait(*wait, cancel)) return cancelled_while_waiting(cancel, result.error());
    if (request.body) {
      const Result<void> rewound = request.body->rewind();
      if (!rewound) return rewound.error();
    }
  }
}

Result<http::Response> Session::send(const ApiRequest& request) const {
  const auto sink = std::make_shared<http::MemorySink>(kMaxBodyInMemory);
  auto head = run(request, sink, /*to_sink=*/false);
  if (!head) return std::move(head).error();
  return http::Response{std::move(*head), sink->take()};
}

Result<http::ResponseHead> Session::send_to(const ApiRequest& request, std::shared_ptr<http::Sink> sink) const {
  return run(request, std::move(sink), /*to_sink=*/true);
}

void Session::start(const ApiRequest& request, std::shared_ptr<http::Sink> sink, Completion done) const {
  auto prepared = prepare(request, /*to_sink=*/true);
  if (!prepared) return done(std::move(prepared).error());
  Attempt::Means means{options_.clock, gate_, options_.transport};
  if (std::optional<RateGate::Pass> pass = gate_->try_enter(prepared->request)) {
    return launch(std::move(means), std::move(*prepared), std::move(*pass), std::move(sink), std::move(done));
  }
  Later::start(std::make_shared<Later>(Later{std::move(means), std::move(*prepared),
                                             patience_of(request, request.call.retry.value_or(options_.retry)),
                                             std::move(sink), std::move(done)}));
}

bool Session::is_scarce(const std::string& url) const { return gate_->is_scarce(url); }

std::optional<std::string> Session::next_page(const http::Response& response) {
  const auto target = http::link_target(response.headers(), "next");
  if (!target) return std::nullopt;
  auto url = http::resolve_url(response.head.url, *target);
  if (!url) return std::nullopt;
  return std::move(*url);
}

HUGGINGFACE_HUB_NAMESPACE_END
