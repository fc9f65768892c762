// SPDX-License-Identifier: Apache-2.0
#include "sink.hpp"

#include <nlohmann/json.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace bench {
namespace {

using nlohmann::json;

constexpr std::size_t kLargeFile = std::size_t{1} << 20;  // From here on a file goes to the storage.
constexpr std::size_t kReadSize = std::size_t{256} << 10;

struct Request {
  std::string method{};
  std::string target{};
  std::string body{};  ///< Empty where it was thrown away.
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

class Connection {
 public:
  explicit Connection(int socket) : socket_(socket), buffer_(kReadSize) {}

  /// False at the end of the connection.
  bool read(Request& request) {
    std::size_t end = 0;
    while ((end = text_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return false;
    }
    const std::string head = text_.substr(0, end + 2);
    text_.erase(0, end + 4);
    request.method = head.substr(0, head.find(' '));
    const std::size_t at = request.method.size() + 1;
    request.target = head.substr(at, head.find(' ', at) - at);
    request.body.clear();
    const std::string headers = lower(head);
    if (headers.find("\r\nexpect: 100-continue") != std::string::npos) send("HTTP/1.1 100 Continue\r\n\r\n");
    const bool keep = request.method != "PUT";
    if (headers.find("\r\ntransfer-encoding: chunked") != std::string::npos) return read_chunks(request, keep);
    const std::size_t length = headers.find("\r\ncontent-length:");
    return length == std::string::npos || read_body(request, std::stoull(headers.substr(length + 17)), keep);
  }

  void send(const std::string& text) const {
    for (std::size_t at = 0; at < text.size();) {
      const ssize_t sent = ::send(socket_, text.data() + at, text.size() - at, MSG_NOSIGNAL);
      if (sent <= 0) return;
      at += static_cast<std::size_t>(sent);
    }
  }

 private:
  bool more() {
    const ssize_t got = recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (got <= 0) return false;
    text_.append(buffer_.data(), static_cast<std::size_t>(got));
    return true;
  }

  bool read_body(Request& request, std::size_t size, bool keep) {
    const std::size_t here = std::min(size, text_.size());
    if (keep) request.body.append(text_, 0, here);
    text_.erase(0, here);
    for (size -= here; size > 0;) {
      const ssize_t got = recv(socket_, buffer_.data(), std::min(size, buffer_.size()), 0);
      if (got <= 0) return false;
      if (keep) request.body.append(buffer_.data(), static_cast<std::size_t>(got));
      size -= static_cast<std::size_t>(got);
    }
    return true;
  }

  bool read_chunks(Request& request, bool keep) {
    for (;;) {
      std::size_t end = 0;
      while ((end = text_.find("\r\n")) == std::string::npos) {
        if (!more()) return false;
      }
      const std::size_t size = std::stoull(text_.substr(0, end), nullptr, 16);
      text_.erase(0, end + 2);
      if (!read_body(request, size, keep)) return false;
      while (text_.size() < 2) {
        if (!more()) return false;
      }
      text_.erase(0, 2);
      if (size == 0) return true;
    }
  }

  int socket_;
  std::vector<char> buffer_;
  std::string text_{};
};

json upload_modes(const json& asked) {
  json files = json::array();
  for (const json& file : asked.at("files")) {
    const bool is_large = file.value("size", std::size_t{0}) >= kLargeFile;
    files.push_back({{"path", file.at("path")}, {"uploadMode", is_large ? "lfs" : "regular"}, {"shouldIgnore", false}});
  }
  return {{"files", files}, {"commitOid", std::string(40, '0')}};
}

json batch(const json& asked, const std::string& url) {
  json objects = json::array();
  for (const json& object : asked.at("objects")) {
    objects.push_back({{"oid", object.at("oid")},
                       {"size", object.at("size")},
                       {"authenticated", true},
                       {"actions", {{"upload", {{"href", url + "/sink"}}}}}});
  }
  return {{"transfer", "basic"}, {"objects", objects}};
}

json answer(const Request& request, const std::string& url) {
  const std::string_view path = std::string_view(request.target).substr(0, request.target.find('?'));
  const auto has = [&](std::string_view part) { return path.find(part) != std::string_view::npos; };
  if (has("/preupload/")) return upload_modes(json::parse(request.body));
  if (has("/info/lfs/objects/batch")) return batch(json::parse(request.body), url);
  const std::string oid(40, 'a');
  if (has("/commit/")) {
    return {{"success", true}, {"commitOid", oid}, {"commitUrl", url + "/bench/up/commit/" + oid}};
  }
  if (has("/api/repos/create")) return {{"url", url + "/bench/up"}};
  if (has("/api/whoami-v2")) return {{"type", "user"}, {"name", "bench"}};
  return {{"_id", "1"}, {"id", "bench/up"}, {"modelId", "bench/up"}, {"sha", oid}, {"siblings", json::array()},
          {"private", false}, {"tags", json::array()}, {"downloads", 0}, {"likes", 0}};
}

}  // namespace

Sink::Sink() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no port to listen on");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept_all(); });
}

Sink::~Sink() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) close(socket);
  close(listener_);
}

void Sink::accept_all() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    const int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void Sink::serve(int socket) const {
  Connection connection(socket);
  Request request;
  while (connection.read(request)) {
    const bool is_object = request.target == "/sink";
    const std::string body = is_object ? std::string() : answer(request, url()).dump();
    connection.send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"0\"\r\nContent-Length: " +
                    std::to_string(body.size()) + "\r\n\r\n" + (request.method == "HEAD" ? std::string() : body));
  }
}

}  // namespace bench
