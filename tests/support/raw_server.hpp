// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace huggingface_hub::testing {

/// One connection to a `RawServer`, byte by byte: so that it can answer what no HTTP server would.
class RawConnection {
 public:
  RawConnection(int socket, int index) : socket_(socket), index_(index) {}
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  struct Request {
    std::string head{};  ///< Request line and fields, up to and without the empty line.
    std::string body{};
    [[nodiscard]] std::string method() const { return head.substr(0, head.find(' ')); }
    [[nodiscard]] std::string target() const;
    /// Value of the first field `name` (given in lower case); empty if there is none.
    [[nodiscard]] std::string header(std::string_view name) const;
  };

  /// The next request with its body; nothing where the peer closed, or went silent for ten seconds.
  std::optional<Request> read_request();
  /// Up to the empty line only.
  std::optional<std::string> read_head();
  /// Up to `size` bytes; fewer at the end.
  std::string read(std::size_t size);
  /// False where the peer is gone.
  bool send(std::string_view bytes);
  /// Says 200 with `body` and keeps the connection.
  bool answer(std::string_view body, int status = 200, std::string_view fields = "");
  /// Ends the connection with a reset instead of an orderly close.
  void reset();
  void close();
  /// Returns once the peer has closed; false after ten seconds.
  bool wait_for_close();
  /// Counts from 0 in order of acceptance.
  [[nodiscard]] int index() const noexcept { return index_; }

 private:
  friend class RawServer;
  std::atomic<int> socket_;  // The server ends connections from its own thread.
  int index_;
  std::string buffered_{};
};

/// A TCP server on a free loopback port; `serve` runs on a thread a connection and may do as it likes.
class RawServer {
 public:
  using Serve = std::function<void(RawConnection&)>;
  explicit RawServer(Serve serve);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] int connections() const noexcept { return accepted_; }

  /// Serves each request of a connection with `answer`, until the peer closes.
  static Serve each_request(std::function<void(RawConnection&, const RawConnection::Request&)> answer);

 private:
  void accept_connections();

  Serve serve_;
  int listener_{-1};
  std::uint16_t port_{0};
  std::atomic<int> accepted_{0};
  std::mutex mutex_{};
  std::vector<std::shared_ptr<RawConnection>> open_{};
  std::vector<std::thread> threads_{};
  std::thread acceptor_{};
};

/// A loopback port on which nothing listens.
std::uint16_t unused_port();

}  // namespace huggingface_hub::testing
