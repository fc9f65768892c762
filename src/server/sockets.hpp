// SPDX-License-Identifier: Apache-2.0
/// @file
/// The few socket calls the fault proxy needs, with owners. POSIX.
#pragma once

#include "huggingface_hub/export.hpp"

#include <cstdint>
#include <string>
#include <utility>

#include <sys/socket.h>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

/// Owns a socket.
class Socket {
 public:
  Socket() = default;
  explicit Socket(int descriptor) noexcept : descriptor_(descriptor) {}
  Socket(Socket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  Socket& operator=(Socket&& other) noexcept {
    if (this != &other) {
      close();
      descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
  }
  ~Socket() { close(); }

  [[nodiscard]] int get() const noexcept { return descriptor_; }
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  void close() noexcept;
  /// Closes with a TCP reset in place of a FIN.
  void reset() noexcept;
  /// Bytes handed to the kernel that the peer's kernel does not have yet.
  [[nodiscard]] int unsent() const noexcept;

 private:
  int descriptor_{-1};
};

/// An address to connect to.
struct Endpoint {
  sockaddr_storage address{};
  socklen_t size{0};
  int family{0};
};

/// @throws HfIoError  the name does not resolve.
Endpoint resolve(const std::string& host, const std::string& service);

/// A non-blocking socket bound to `address:port`; listening if asked. @throws HfIoError
Socket bind_socket(const std::string& address, std::uint16_t port, bool listening);
std::uint16_t bound_port(const Socket& socket);

/// Starts connecting without waiting. A closed socket where that failed at once.
Socket start_connecting(const Endpoint& endpoint);
/// The outcome of connecting, once the socket is writable: 0 or an errno.
int connect_error(const Socket& socket);
/// The next waiting connection, non-blocking; closed where there is none.
Socket accept_one(const Socket& listener);

/// Wakes a `poll` from another thread.
class WakePipe {
 public:
  WakePipe();
  ~WakePipe();
  WakePipe(const WakePipe&) = delete;
  WakePipe& operator=(const WakePipe&) = delete;
  [[nodiscard]] int reader() const noexcept { return ends_[0]; }
  void wake() noexcept;
  void drain() noexcept;

 private:
  int ends_[2]{-1, -1};
};

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
