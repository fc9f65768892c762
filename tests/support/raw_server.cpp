// SPDX-License-Identifier: Apache-2.0
#include "support/raw_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace huggingface_hub::testing {
namespace {

constexpr int kPatience = 10'000;  // Milliseconds until a test is given up.

bool wait_readable(int socket) {
  if (socket < 0) return false;
  pollfd waiting{socket, POLLIN, 0};
  return ::poll(&waiting, 1, kPatience) == 1;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

/// A socket bound to a free loopback port.
std::pair<int, std::uint16_t> bind_free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (socket < 0 || ::bind(socket, generic, size) != 0 || ::getsockname(socket, generic, &size) != 0) {
    throw std::runtime_error("no free port");
  }
  return {socket, ntohs(address.sin_port)};
}

}  // namespace

std::string RawConnection::Request::target() const {
  const auto start = head.find(' ') + 1;
  return head.substr(start, head.find(' ', start) - start);
}

std::string RawConnection::Request::header(std::string_view name) const {
  const std::string all = lower(head);
  const auto at = all.find("\r\n" + std::string(name) + ":");
  if (at == std::string::npos) return {};
  auto start = at + name.size() + 3;
  while (start < head.size() && head[start] == ' ') ++start;
  return head.substr(start, std::min(head.find("\r\n", start), head.size()) - start);
}

RawConnection::~RawConnection() { close(); }

std::optional<std::string> RawConnection::read_head() {
  while (true) {
    const auto end = buffered_.find("\r\n\r\n");
    if (end != std::string::npos) {
      std::string head = buffered_.substr(0, end);
      buffered_.erase(0, end + 4);
      return head;
    }
    char bytes[65536];
    if (!wait_readable(socket_)) return std::nullopt;
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) return std::nullopt;
    buffered_.append(bytes, static_cast<std::size_t>(count));
  }
}

std::string RawConnection::read(std::size_t size) {
  while (buffered_.size() < size) {
    char bytes[65536];
    if (!wait_readable(socket_)) break;
    const auto count = ::recv(socket_, bytes, sizeof bytes, 0);
    if (count <= 0) break;
    buffered_.append(bytes, static_cast<std::size_t>(count));
  }
  std::string result = buffered_.substr(0, size);
  buffered_.erase(0, size);
  return result;
}

std::optional<RawConnection::Request> RawConnection::read_request() {
  auto head = read_head();
  if (!head) return std::nullopt;
  Request request;
  request.head = std::move(*head);
  if (lower(request.header("transfer-encoding")) == "chunked") {
    while (true) {
      std::string size_line;
      while (size_line.size() < 2 || size_line.substr(size_line.size() - 2) != "\r\n") {
        const std::string next = read(1);
        if (next.empty()) return std::nullopt;
        size_line += next;
      }
      const auto size = std::strtoull(size_line.c_str(), nullptr, 16);
      request.body += read(size);
      read(2);
      if (size == 0) return request;
    }
  }
  const std::string length = request.header("content-length");
  if (!length.empty()) request.body = read(std::strtoull(length.c_str(), nullptr, 10));
  return request;
}

bool RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

bool RawConnection::answer(std::string_view body, int status, std::string_view fields) {
  std::string head = "HTTP/1.1 " + std::to_string(status) + " Reason\r\nContent-Length: " +
                     std::to_string(body.size()) + "\r\n";
  head += fields;
  return send(head + "\r\n") && send(body);
}

void RawConnection::reset() {
  if (socket_ < 0) return;
  const linger at_once{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void RawConnection::close() {
  if (const int socket = socket_.exchange(-1); socket >= 0) ::close(socket);
}

bool RawConnection::wait_for_close() {
  char bytes[65536];
  while (wait_readable(socket_)) {
    if (::recv(socket_, bytes, sizeof bytes, 0) <= 0) return true;
  }
  return false;
}

RawServer::RawServer(Serve serve) : serve_(std::move(serve)) {
  const auto [socket, port] = bind_free_port();
  listener_ = socket;
  port_ = port;
  if (::listen(listener_, 64) != 0) throw std::runtime_error("cannot listen");
  acceptor_ = std::thread([this] { accept_connections(); });
}

RawServer::~RawServer() {
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  ::close(listener_);
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const auto& connection : open_) ::shutdown(connection->socket_, SHUT_RDWR);
  }
  for (std::thread& thread : threads_) thread.join();
}

void RawServer::accept_connections() {
  while (true) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto connection = std::make_shared<RawConnection>(socket, accepted_++);
    const std::lock_guard<std::mutex> lock(mutex_);
    open_.push_back(connection);
    threads_.emplace_back([this, connection] {
      serve_(*connection);
      const std::lock_guard<std::mutex> guard(mutex_);
      std::erase(open_, connection);
      connection->close();
    });
  }
}

RawServer::Serve RawServer::each_request(std::function<void(RawConnection&, const RawConnection::Request&)> answer) {
  return [answer = std::move(answer)](RawConnection& connection) {
    while (const auto request = connection.read_request()) answer(connection, *request);
  };
}

std::uint16_t unused_port() {
  const auto [socket, port] = bind_free_port();
  ::close(socket);
  return port;
}

}  // namespace huggingface_hub::testing
