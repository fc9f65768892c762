// SPDX-License-Identifier: Apache-2.0
/// @file
/// Plain blocking sockets, for tests that look below HTTP.
#pragma once

#include <cerrno>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace huggingface_hub::testing {

/// A connected stream socket. A read waits at most 30 s.
class RawSocket {
 public:
  explicit RawSocket(int descriptor) : descriptor_(descriptor) {
    const timeval limit{30, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  RawSocket(RawSocket&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  RawSocket& operator=(RawSocket&&) = delete;
  ~RawSocket() { close(); }

  /// To a port of the loopback address. @throws std::runtime_error  refused.
  static RawSocket connect_to(std::uint16_t port) {
    RawSocket socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("connect: errno " + std::to_string(errno));
    }
    return socket;
  }

  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  void end_sending() { shutdown(descriptor_, SHUT_WR); }
  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// False once the peer is gone.
  bool send_all(std::string_view data) {
    while (!data.empty()) {
      const ssize_t sent = ::send(descriptor_, data.data(), data.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      data.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  /// Exactly `size` bytes, or fewer where the stream ended.
  std::string receive(std::size_t size) {
    std::string data(size, '\0');
    std::size_t done = 0;
    while (done < size) {
      const ssize_t got = recv(descriptor_, data.data() + done, size - done, 0);
      if (got <= 0) {
        was_reset_ = got < 0 && errno == ECONNRESET;
        break;
      }
      done += static_cast<std::size_t>(got);
    }
    data.resize(done);
    return data;
  }

  /// Everything up to the end of the stream, or to its reset.
  std::string receive_all() {
    constexpr std::size_t kPart = std::size_t{64} << 10;
    std::string all;
    while (true) {
      const std::string part = receive(kPart);
      all += part;
      if (part.size() < kPart) return all;
    }
  }

  /// Up to and including `mark`.
  std::string receive_until(std::string_view mark) {
    std::string data;
    while (data.size() < mark.size() || data.compare(data.size() - mark.size(), mark.size(), mark) != 0) {
      const std::string byte = receive(1);
      if (byte.empty()) break;
      data += byte;
    }
    return data;
  }

  /// True if the last read ended with a reset.
  [[nodiscard]] bool was_reset() const { return was_reset_; }

 private:
  int descriptor_;
  bool was_reset_{false};
};

/// Listens on a port of the system's choice and runs `serve` for each connection, one thread each.
class RawServer {
 public:
  using Serve = std::function<void(RawSocket&)>;

  explicit RawServer(Serve serve) : serve_(std::move(serve)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(listener_, 64) != 0) {
      throw std::runtime_error("cannot listen");
    }
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  ~RawServer() {
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
    ::close(listener_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  void accept_all() {
    while (true) {
      const int descriptor = accept(listener_, nullptr, nullptr);
      if (descriptor < 0) return;
      threads_.emplace_back([this, descriptor] {
        RawSocket socket(descriptor);
        serve_(socket);
      });
    }
  }

  Serve serve_;
  int listener_{-1};
  std::uint16_t port_{0};
  std::thread acceptor_{};
  std::vector<std::thread> threads_{};
};

}  // namespace huggingface_hub::testing
