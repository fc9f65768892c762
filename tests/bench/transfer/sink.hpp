// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <thread>

namespace bench {

/// A server that agrees to every upload and throws the bytes away, so that what is measured is the client. It speaks
/// as much of the Hub's protocol as one commit takes.
class Sink {
 public:
  Sink();
  ~Sink();
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  void accept_all();
  void serve(int socket) const;

  int listener_{-1};
  std::uint16_t port_{0};
  std::list<int> sockets_{};
  std::list<std::thread> threads_{};
  std::thread acceptor_{};
};

}  // namespace bench
