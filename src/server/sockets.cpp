// SPDX-License-Identifier: Apache-2.0
#include "server/sockets.hpp"

#include "huggingface_hub/errors.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

namespace {

[[noreturn]] void throw_io(const std::string& what, int system_error) {
  Error error;
  error.code = ErrorCode::io;
  error.message = what + ": " + std::strerror(system_error) + ".";
  error.system_error = system_error;
  throw_error(error);
}

void send_without_delay(int descriptor) {
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

void Socket::close() noexcept {
  if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

void Socket::reset() noexcept {
  if (descriptor_ < 0) return;
  const linger at_once{1, 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

int Socket::unsent() const noexcept {
  int bytes = 0;
  if (ioctl(descriptor_, SIOCOUTQ, &bytes) != 0) return 0;
  return bytes;
}

Endpoint resolve(const std::string& host, const std::string& service) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int failure = getaddrinfo(host.c_str(), service.c_str(), &hints, &found); failure != 0) {
    Error error;
    error.code = ErrorCode::io;
    error.message = "Cannot resolve " + host + ":" + service + ": " + gai_strerror(failure) + ".";
    throw_error(error);
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, freeaddrinfo);
  Endpoint endpoint;
  std::memcpy(&endpoint.address, found->ai_addr, found->ai_addrlen);
  endpoint.size = found->ai_addrlen;
  endpoint.family = found->ai_family;
  return endpoint;
}

Socket bind_socket(const std::string& address, std::uint16_t port, bool listening) {
  const Endpoint endpoint = resolve(address, std::to_string(port));
  Socket socket(::socket(endpoint.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) throw_io("Cannot make a socket", errno);
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(socket.get(), reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.size) != 0) {
    throw_io("Cannot listen on " + address + ":" + std::to_string(port), errno);
  }
  if (listening && listen(socket.get(), SOMAXCONN) != 0) {
    throw_io("Cannot listen on " + address + ":" + std::to_string(port), errno);
  }
  return socket;
}

std::uint16_t bound_port(const Socket& socket) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
  if (address.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

Socket start_connecting(const Endpoint& endpoint) {
  Socket socket(::socket(endpoint.family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket.is_open()) return socket;
  send_without_delay(socket.get());
  const int result = connect(socket.get(), reinterpret_cast<const sockaddr*>(&endpoint.address), endpoint.size);
  if (result != 0 && errno != EINPROGRESS) socket.close();
  return socket;
}

int connect_error(const Socket& socket) {
  int error = 0;
  socklen_t size = sizeof error;
  if (getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0) return errno;
  return error;
}

Socket accept_one(const Socket& listener) {
  Socket socket(accept4(listener.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (socket.is_open()) send_without_delay(socket.get());
  return socket;
}

WakePipe::WakePipe() {
  if (pipe2(ends_, O_NONBLOCK | O_CLOEXEC) != 0) throw_io("Cannot make a pipe", errno);
}

WakePipe::~WakePipe() {
  ::close(ends_[0]);
  ::close(ends_[1]);
}

void WakePipe::wake() noexcept {
  const char byte = 0;
  // A full pipe wakes just as well.
  [[maybe_unused]] const auto written = write(ends_[1], &byte, 1);
}

void WakePipe::drain() noexcept {
  char bytes[64];
  while (read(ends_[0], bytes, sizeof bytes) > 0) {
  }
}

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
