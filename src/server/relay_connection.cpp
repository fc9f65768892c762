// SPDX-License-Identifier: Apache-2.0
#include "server/relay_connection.hpp"

#include <poll.h>

#include <algorithm>
#include <cerrno>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

RelayConnection::RelayConnection(RelayShared& shared, std::uint64_t ordinal, Socket client, Socket server)
    : shared_(shared),
      ordinal_(ordinal),
      client_(std::move(client)),
      server_(std::move(server)),
      to_server_(*this, Flow::to_server,
                 [this](std::string method, std::string target) {
                   return make_exchange(std::move(method), std::move(target));
                 }),
      to_client_(*this, Flow::to_client, nullptr) {
  const std::lock_guard lock(shared_.mutex);
  for (const auto& fault : shared_.faults) {
    if (fault->matches_connection(ordinal_)) faults_.push_back(fault);
  }
}

ExchangePtr RelayConnection::make_exchange(std::string method, std::string target) {
  auto exchange = std::make_shared<Exchange>();
  exchange->connection = ordinal_;
  exchange->method = std::move(method);
  exchange->target = std::move(target);
  const std::lock_guard lock(shared_.mutex);
  for (const auto& fault : shared_.faults) {
    if (fault->matches_request(exchange->method, exchange->target)) exchange->faults.push_back(fault);
  }
  shared_.exchanges.push_back(exchange);
  return exchange;
}

short RelayConnection::events(Flow source) const {
  if (!socket(source).is_open()) return -1;
  if (black_hole_ || draining_) return POLLIN;
  if (connecting_ && source == Flow::to_client) return POLLOUT;
  const RelayStream& from = source == Flow::to_server ? to_server_ : to_client_;
  const RelayStream& into = source == Flow::to_server ? to_client_ : to_server_;
  if (hung_up_[static_cast<std::size_t>(source)] && !from.wants_read()) return -1;
  int events = 0;
  if (from.wants_read()) events |= POLLIN;
  if (into.wants_write()) events |= POLLOUT;
  return static_cast<short>(events);
}

void RelayConnection::handle(Flow source, short events, TimePoint now, std::vector<char>& scratch) {
  if (closed_ || events == 0 || !socket(source).is_open()) return;
  if (black_hole_ || draining_) return drain(socket(source), scratch);
  if (connecting_ && source == Flow::to_client) {
    if (connect_error(server_) != 0) return reset();
    connecting_ = false;
    return;
  }
  RelayStream& from = source == Flow::to_server ? to_server_ : to_client_;
  if (from.wants_read()) {
    if ((events & (POLLIN | POLLHUP | POLLERR)) != 0) from.read(now, scratch);
  } else if ((events & POLLERR) != 0) {
    reset();
  } else if ((events & POLLHUP) != 0) {
    hung_up_[static_cast<std::size_t>(source)] = true;
  }
}

void RelayConnection::flush(TimePoint now, Wakeups& wakeups) {
  if (closed_ || draining_ || black_hole_) return;
  if (!connecting_) to_server_.flush(now, wakeups);
  if (!closed_ && !draining_) to_client_.flush(now, wakeups);
  if (to_server_.finished() && to_client_.finished()) {
    client_.close();
    server_.close();
    closed_ = true;
  }
}

void RelayConnection::reset() {
  client_.reset();
  server_.reset();
  closed_ = true;
}

void RelayConnection::truncate(Flow flow) {
  shutdown(receiver(flow).get(), SHUT_WR);
  socket(flow).close();
  draining_ = true;
}

void RelayConnection::drain(Socket& socket, std::vector<char>& scratch) {
  const ssize_t size = recv(socket.get(), scratch.data(), scratch.size(), 0);
  if (size > 0 || (size < 0 && (errno == EAGAIN || errno == EINTR))) return;
  socket.close();
  closed_ = true;
}

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
