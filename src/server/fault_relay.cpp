// SPDX-License-Identifier: Apache-2.0
#include "server/fault_relay.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

namespace {

struct UpstreamUrl {
  std::string host{};
  std::string port{"80"};
  std::string path{};
};

/// `http://host[:port][/path]`; https has nothing the relay could follow, but passes as plain bytes.
UpstreamUrl parse_upstream(const std::string& url) {
  const auto fail = [&] {
    throw_error(ErrorCode::validation,
                "A fault proxy stands in front of http://host:port, which '" + url + "' is not.");
  };
  UpstreamUrl parsed;
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) fail();
  if (url.compare(0, scheme, "https") == 0) parsed.port = "443";
  const std::size_t slash = url.find('/', scheme + 3);
  std::string authority = url.substr(scheme + 3, slash == std::string::npos ? slash : slash - scheme - 3);
  if (slash != std::string::npos) parsed.path = url.substr(slash);
  while (!parsed.path.empty() && parsed.path.back() == '/') parsed.path.pop_back();
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string::npos && authority.find(']', colon) == std::string::npos) {
    parsed.port = authority.substr(colon + 1);
    authority.resize(colon);
  }
  if (authority.size() > 2 && authority.front() == '[') authority = authority.substr(1, authority.size() - 2);
  if (authority.empty() || parsed.port.empty()) fail();
  parsed.host = authority;
  return parsed;
}

}  // namespace

Relay::Relay(const std::string& url, const FaultProxyOptions& options) : options_(options) {
  const UpstreamUrl upstream = parse_upstream(url);
  upstream_ = resolve(upstream.host, upstream.port);
  path_ = upstream.path;
  shared_.manual_time = options_.manual_time;
  reservation_ = bind_socket(options_.address, options_.port, /*listening=*/false);
  port_ = bound_port(reservation_);
  listener_ = bind_socket(options_.address, port_, /*listening=*/true);
  thread_ = std::thread([this] { run(); });
}

Relay::~Relay() { stop(); }

std::string Relay::url() const {
  const bool v6 = options_.address.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + options_.address + "]" : options_.address;
  return "http://" + host + ":" + std::to_string(port_) + path_;
}

void Relay::add_fault(std::shared_ptr<FaultState> fault) {
  const std::lock_guard lock(shared_.mutex);
  auto& faults = shared_.faults;
  faults.erase(std::remove_if(faults.begin(), faults.end(), [](const auto& old) { return old->is_spent(); }),
               faults.end());
  if (fault->connection == 0) fault->after_connection = shared_.accepted.load();
  faults.push_back(std::move(fault));
}

void Relay::wake() { wake_.wake(); }

void Relay::stop() noexcept {
  const std::lock_guard stopping(stop_mutex_);
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(orders_mutex_);
    order_stop_ = true;
  }
  wake();
  thread_.join();
}

void Relay::refuse_connections(bool refuse) {
  const std::lock_guard lock(orders_mutex_);
  if (refuse) {
    // The loop may be polling this socket, which keeps it open beyond `close`; `shutdown` ends listening at once.
    if (listener_.is_open()) shutdown(listener_.get(), SHUT_RDWR);
    listener_.close();
  } else if (!listener_.is_open()) {
    listener_ = bind_socket(options_.address, port_, /*listening=*/true);
  }
  wake();
}

void Relay::reset_connections() {
  const std::lock_guard lock(orders_mutex_);
  order_reset_ = true;
  wake();
}

void Relay::set_latency(std::chrono::milliseconds one_way) {
  shared_.latency_ms = one_way.count();
  wake();
}

void Relay::throttle_total(Flow flow, std::uint64_t bytes_per_second) {
  {
    const std::lock_guard lock(orders_mutex_);
    order_limits_[static_cast<std::size_t>(flow)] = TotalLimit{bytes_per_second, now()};
  }
  wake();
}

void Relay::clear() {
  {
    const std::lock_guard lock(shared_.mutex);
    for (const auto& fault : shared_.faults) {
      fault->remaining = 0;
      fault->released = true;
    }
    shared_.faults.clear();
  }
  shared_.latency_ms = 0;
  throttle_total(Flow::to_server, 0);
  throttle_total(Flow::to_client, 0);
}

void Relay::advance_time(std::chrono::milliseconds duration) {
  manual_now_ += duration.count();
  wake();
}

TimePoint Relay::now() const {
  if (options_.manual_time) return TimePoint(std::chrono::milliseconds(manual_now_.load()));
  return std::chrono::steady_clock::now();
}

std::uint64_t Relay::body_bytes(const std::string& path, Flow flow) const {
  std::uint64_t sum = 0;
  for (const RelayedExchange& exchange : exchanges()) {
    if (exchange.target.find(path) == std::string::npos) continue;
    if (flow == Flow::to_server) {
      sum += exchange.request_body_bytes;
    } else if (exchange.status >= 200 && exchange.status < 300) {
      sum += exchange.response_body_bytes;
    }
  }
  return sum;
}

std::vector<RelayedExchange> Relay::exchanges() const {
  std::vector<RelayedExchange> all;
  const std::lock_guard lock(shared_.mutex);
  all.reserve(shared_.exchanges.size());
  for (const ExchangePtr& exchange : shared_.exchanges) {
    all.push_back({exchange->connection, exchange->method, exchange->target, exchange->status.load(),
                   exchange->request_body_bytes.load(), exchange->response_body_bytes.load()});
  }
  return all;
}

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
