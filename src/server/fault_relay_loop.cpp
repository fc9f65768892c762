// SPDX-License-Identifier: Apache-2.0
#include "server/fault_relay.hpp"

#include <algorithm>
#include <limits>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

namespace {

constexpr std::size_t kScratchSize = std::size_t{256} << 10;

pollfd watch(int descriptor, short events) {
  pollfd entry{};
  entry.fd = descriptor;
  entry.events = events;
  return entry;
}

}  // namespace

void Relay::run() {
  scratch_.resize(kScratchSize);
  while (obey_orders()) {
    Wakeups wakeups;
    for (const auto& connection : connections_) connection->flush(now(), wakeups);
    connections_.erase(std::remove_if(connections_.begin(), connections_.end(),
                                      [](const auto& connection) { return connection->is_closed(); }),
                       connections_.end());
    open_ = connections_.size();
    wait_for_events(wakeups);
    handle_events();
  }
  connections_.clear();
  open_ = 0;
  const std::lock_guard lock(orders_mutex_);
  listener_.close();
  reservation_.close();
}

bool Relay::obey_orders() {
  const std::lock_guard lock(orders_mutex_);
  if (order_reset_) {
    for (const auto& connection : connections_) connection->reset();
    order_reset_ = false;
  }
  for (std::size_t flow = 0; flow < order_limits_.size(); ++flow) {
    if (const auto limit = std::exchange(order_limits_[flow], std::nullopt)) {
      shared_.total[flow].set(limit->bytes_per_second, limit->since, !options_.manual_time);
    }
  }
  return !order_stop_;
}

void Relay::wait_for_events(const Wakeups& wakeups) {
  polled_.clear();
  polled_.push_back(watch(wake_.reader(), POLLIN));
  {
    const std::lock_guard lock(orders_mutex_);
    polled_.push_back(watch(listener_.get(), POLLIN));
  }
  for (const auto& connection : connections_) {
    for (const Flow source : {Flow::to_server, Flow::to_client}) {
      const short events = connection->events(source);
      polled_.push_back(watch(events < 0 ? -1 : connection->descriptor(source), events < 0 ? short{0} : events));
    }
  }
  int timeout = -1;
  if (wakeups.soon) timeout = 1;
  if (!options_.manual_time && wakeups.due != TimePoint::max()) {
    const auto wait = std::chrono::ceil<std::chrono::milliseconds>(wakeups.due - now()).count();
    const auto bounded = std::clamp<std::int64_t>(wait, 0, std::numeric_limits<int>::max());
    timeout = timeout < 0 ? static_cast<int>(bounded) : std::min(timeout, static_cast<int>(bounded));
  }
  ::poll(polled_.data(), polled_.size(), timeout);
}

void Relay::handle_events() {
  if (polled_[0].revents != 0) wake_.drain();
  const std::size_t known = connections_.size();
  for (std::size_t i = 0; i < known; ++i) {
    connections_[i]->handle(Flow::to_server, polled_[2 + 2 * i].revents, now(), scratch_);
    connections_[i]->handle(Flow::to_client, polled_[3 + 2 * i].revents, now(), scratch_);
  }
  if (polled_[1].revents != 0) accept_all();
}

void Relay::accept_all() {
  const std::lock_guard lock(orders_mutex_);
  if (!listener_.is_open()) return;
  while (true) {
    Socket client = accept_one(listener_);
    if (!client.is_open()) return;
    admit(std::move(client));
  }
}

void Relay::admit(Socket client) {
  std::shared_ptr<FaultState> fault;
  std::uint64_t ordinal = 0;
  {
    const std::lock_guard lock(shared_.mutex);
    ordinal = ++shared_.accepted;
    for (const auto& candidate : shared_.faults) {
      const bool on_accept =
          candidate->action == FaultAction::refuse || candidate->action == FaultAction::black_hole;
      if (on_accept && candidate->matches_connection(ordinal) && candidate->try_consume()) {
        fault = candidate;
        break;
      }
    }
  }
  if (fault && fault->action == FaultAction::refuse) {
    client.reset();
    fault->note_fired();
    return;
  }
  Socket server = fault ? Socket() : start_connecting(upstream_);
  if (!fault && !server.is_open()) return client.reset();
  auto connection = std::make_unique<RelayConnection>(shared_, ordinal, std::move(client), std::move(server));
  if (fault) {
    connection->make_black_hole();
    fault->note_fired();
  }
  connections_.push_back(std::move(connection));
}

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
