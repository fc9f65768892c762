// SPDX-License-Identifier: Apache-2.0
/// @file
/// HTTP by hand: the embedded hub is not tested with the client it is there to test.
#pragma once

#include "support/raw_sockets.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace huggingface_hub::testing {

struct Answer {
  std::string body{};
  std::map<std::string, std::string> headers{};  ///< Names in lower case; of several with one name the last.
  int status{0};                                 ///< 0: none came.

  [[nodiscard]] std::string header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
  }
  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body, nullptr, false); }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

/// One keep-alive connection.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port, std::string token = "")
      : socket_(RawSocket::connect_to(port)), port_(port), token_(std::move(token)) {}

  Answer get(const std::string& target, const Headers& headers = {}) { return ask("GET", target, "", headers); }
  Answer head(const std::string& target, const Headers& headers = {}) { return ask("HEAD", target, "", headers); }
  Answer post(const std::string& target, const nlohmann::json& body) {
    return ask("POST", target, body.dump(), {{"Content-Type", "application/json"}});
  }

  Answer ask(const std::string& method, const std::string& target, const std::string& body, const Headers& headers = {}) {
    std::string text = method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) + "\r\n";
    if (!token_.empty()) text += "Authorization: Bearer " + token_ + "\r\n";
    for (const auto& [name, value] : headers) text += name + ": " + value + "\r\n";
    if (!body.empty() || method == "POST" || method == "PUT") {
      text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    socket_.send_all(text + "\r\n" + body);
    return receive(method != "HEAD");
  }

  Answer receive(bool with_body = true) {
    Answer answer;
    const std::string head = socket_.receive_until("\r\n\r\n");
    if (head.size() < 12) return answer;
    answer.status = std::stoi(head.substr(9, 3));
    for (std::size_t at = head.find("\r\n") + 2; at < head.size() - 2;) {
      const std::size_t end = head.find("\r\n", at);
      const std::string line = head.substr(at, end - at);
      const std::size_t colon = line.find(": ");
      std::string name = line.substr(0, colon);
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      answer.headers[name] = colon == std::string::npos ? "" : line.substr(colon + 2);
      at = end + 2;
    }
    if (with_body && answer.status != 304 && answer.status >= 200) {
      answer.body = socket_.receive(std::stoul("0" + answer.header("content-length")));
    }
    return answer;
  }

  RawSocket& socket() { return socket_; }

 private:
  RawSocket socket_;
  std::uint16_t port_;
  std::string token_;
};

/// The path and query of an absolute URL.
inline std::string target_of(const std::string& url) { return url.substr(url.find('/', url.find("://") + 3)); }

}  // namespace huggingface_hub::testing
