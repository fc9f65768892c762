// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "support/raw_sockets.hpp"

#include "huggingface_hub/server/fault_proxy.hpp"

#include <gtest/gtest.h>

#include <string>

namespace huggingface_hub::server {

using huggingface_hub::testing::RawServer;
using huggingface_hub::testing::RawSocket;

/// Answers each GET with `body`, each PUT with 201 after reading its body; keeps the connection.
inline void serve_http(RawSocket& socket, const std::string& body) {
  while (true) {
    const std::string head = socket.receive_until("\r\n\r\n");
    if (head.empty() || head.size() < 4) return;
    const std::size_t length = head.find("Content-Length: ");
    if (length != std::string::npos) {
      const std::size_t size = std::stoul(head.substr(length + 16));
      if (socket.receive(size).size() != size) return;
    }
    const bool put = head.compare(0, 3, "PUT") == 0;
    const std::string answer = put ? "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
                                   : "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) +
                                         "\r\n\r\n" + (head.compare(0, 4, "HEAD") == 0 ? "" : body);
    if (!socket.send_all(answer)) return;
  }
}

inline std::string get(const std::string& target, const std::string& method = "GET") {
  return method + " " + target + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

inline std::string body_of(const std::string& response) {
  const std::size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : response.substr(end + 4);
}

struct FaultProxyTest : ::testing::Test {
  std::string body = "0123456789";
  RawServer server{[this](RawSocket& socket) { serve_http(socket, body); }};
  FaultProxy network = FaultProxy::in_front_of(server);

  RawSocket connect() const { return RawSocket::connect_to(network.port()); }

  /// One request on a connection of its own; everything that came back.
  std::string fetch(const std::string& target, bool* was_reset = nullptr) {
    RawSocket socket = connect();
    socket.send_all(get(target));
    socket.end_sending();
    const std::string all = socket.receive_all();
    if (was_reset != nullptr) *was_reset = socket.was_reset();
    return all;
  }
};

}  // namespace huggingface_hub::server
