// SPDX-License-Identifier: Apache-2.0
#include "server/http_connection.hpp"

#include "core/text.hpp"

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr std::size_t kReadBuffer = std::size_t{64} << 10;
constexpr std::size_t kMaxLine = std::size_t{32} << 10;
constexpr std::size_t kMaxHead = std::size_t{64} << 10;
constexpr std::size_t kSendStep = std::size_t{1} << 20;
constexpr std::uint64_t kMaxDiscard = std::uint64_t{1} << 20;
constexpr std::uint64_t kMaxLinger = std::uint64_t{64} << 20;

std::optional<std::uint64_t> parse_number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

// `GET http://host/path` is how a proxy is asked; the path is what counts here.
std::string without_authority(std::string target) {
  if (target.starts_with('/')) return target;
  const std::size_t scheme = target.find("://");
  if (scheme == std::string::npos) return target;
  const std::size_t slash = target.find('/', scheme + 3);
  return slash == std::string::npos ? "/" : target.substr(slash);
}

HttpRequest parse_request_line(const std::string& line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string::npos || first == last) throw BadHttp(400, "the request line has not three parts");
  HttpRequest request;
  request.method = line.substr(0, first);
  request.target = without_authority(line.substr(first + 1, last - first - 1));
  const std::string_view version = std::string_view(line).substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") throw BadHttp(505, "only HTTP/1.1 is spoken here");
  if (!is_token(request.method)) throw BadHttp(400, "the method is no token");
  if (!request.target.starts_with('/') && request.target != "*") throw BadHttp(400, "the request target is no path");
  if (version == "HTTP/1.0") request.headers.emplace_back(":version", "1.0");
  const std::size_t question = request.target.find('?');
  request.path = request.target.substr(0, question);
  if (question != std::string::npos) request.query = request.target.substr(question + 1);
  return request;
}

}  // namespace

HttpConnection::HttpConnection(int socket, std::string peer)
    : socket_(socket), peer_(std::move(peer)), buffer_(kReadBuffer) {}

HttpConnection::~HttpConnection() { ::close(socket_); }

bool HttpConnection::fill() {
  begin_ = end_ = 0;
  ssize_t count = 0;
  do {
    count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count < 0) throw ConnectionError("the connection failed while it was read");
  end_ = static_cast<std::size_t>(count);
  return count > 0;
}

std::size_t HttpConnection::read_some(char* data, std::size_t size) {
  if (begin_ == end_ && size >= kReadBuffer) {
    ssize_t count = 0;  // A large read needs no detour through the buffer.
    do {
      count = ::recv(socket_, data, size, 0);
    } while (count < 0 && errno == EINTR);
    if (count <= 0) throw ConnectionError("the connection ended within a body");
    return static_cast<std::size_t>(count);
  }
  if (begin_ == end_ && !fill()) throw ConnectionError("the connection ended within a body");
  const std::size_t count = std::min(size, end_ - begin_);
  std::memcpy(data, buffer_.data() + begin_, count);
  begin_ += count;
  return count;
}

std::string HttpConnection::read_line(std::size_t limit) {
  std::string line;
  for (;;) {
    if (begin_ == end_ && !fill()) throw ConnectionError("the connection ended within a line");
    const char* from = buffer_.data() + begin_;
    const auto* newline = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
    const std::size_t count = newline ? static_cast<std::size_t>(newline - from) : end_ - begin_;
    if (line.size() + count > limit) throw BadHttp(431, "a line of the request is too long");
    line.append(from, count);
    begin_ += count + (newline ? 1 : 0);
    if (!newline) continue;
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }
}

std::optional<HttpRequest> HttpConnection::read_head() {
  if (begin_ == end_ && !fill()) return std::nullopt;
  std::string line = read_line(kMaxLine);
  if (line.empty()) line = read_line(kMaxLine);  // RFC 9112 2.2: an empty line before a request is skipped.
  HttpRequest request = parse_request_line(line);
  request.peer = peer_;
  std::size_t total = line.size();
  for (;;) {
    line = read_line(kMaxLine);
    if (line.empty()) return request;
    total += line.size();
    if (total > kMaxHead) throw BadHttp(431, "the headers of the request are too long");
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || !is_token(std::string_view(line).substr(0, colon))) {
      throw BadHttp(400, "a header line has no name");
    }
    request.headers.emplace_back(to_lower(std::string_view(line).substr(0, colon)),
                                 std::string(trim(std::string_view(line).substr(colon + 1))));
  }
}

void HttpConnection::send(std::string_view data, bool more_follows) {
  while (!data.empty()) {
    const ssize_t count = ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL | (more_follows ? MSG_MORE : 0));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw ConnectionError("the connection failed while it was written");
    data.remove_prefix(static_cast<std::size_t>(count));
  }
}

void HttpConnection::send_head(const HttpResponse& response, bool keep_alive, bool more_follows) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     std::string(reason_phrase(response.status)) + "\r\n";
  bool has_length = false;
  for (const auto& [name, value] : response.headers) {
    has_length = has_length || to_lower(name) == "content-length";
    head += name;
    head += ": ";
    for (const char c : value) head += c == '\r' || c == '\n' ? ' ' : c;
    head += "\r\n";
  }
  if (!has_length && response.status >= 200 && response.status != 204) {
    head += "Content-Length: " + std::to_string(response.body_size()) + "\r\n";
  }
  head += keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  if (more_follows && !response.source && response.body.size() < kReadBuffer) {
    head += response.body;  // One packet for head and body.
    more_follows = false;
  }
  send(head, more_follows);
}

std::uint64_t HttpConnection::send_response(const HttpResponse& response, bool with_body, bool keep_alive) {
  const bool body_follows = with_body && response.body_size() > 0 && response.status != 204 && response.status != 304;
  send_head(response, keep_alive, body_follows);
  if (!body_follows) return 0;
  if (response.source) return send_source(response);
  if (response.body.size() >= kReadBuffer) send(response.body);
  return response.body.size();
}

std::uint64_t HttpConnection::send_source(const HttpResponse& response) {
  const int file = response.source->descriptor();
  if (file >= 0) return send_file(file, response.offset, response.length);
  std::vector<char> block(static_cast<std::size_t>(std::min<std::uint64_t>(kSendStep, response.length)));
  std::uint64_t sent = 0;
  while (sent < response.length) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), response.length - sent));
    const std::size_t got = response.source->read_at(response.offset + sent, block.data(), want);
    if (got == 0) throw ConnectionError("the stored content is shorter than it should be");
    send({block.data(), got});
    sent += got;
  }
  return sent;
}

std::uint64_t HttpConnection::send_file(int file, std::uint64_t offset, std::uint64_t length) {
  auto position = static_cast<off_t>(offset);
  std::uint64_t left = length;
  while (left > 0) {
    const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(left, std::uint64_t{1} << 30));
    const ssize_t count = ::sendfile(socket_, file, &position, step);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw ConnectionError("the connection failed while a file was sent");
    left -= static_cast<std::uint64_t>(count);
  }
  return length;
}

void HttpConnection::linger() {
  ::shutdown(socket_, SHUT_WR);
  const timeval patience{2, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::uint64_t taken = 0;
  for (;;) {
    const ssize_t count = ::recv(socket_, buffer_.data(), buffer_.size(), 0);
    if (count <= 0) return;
    taken += static_cast<std::uint64_t>(count);
    if (taken > kMaxLinger) return;
  }
}

FramedBody::FramedBody(HttpConnection& connection, const HttpRequest& request) : connection_(connection) {
  const std::string* encoding = request.header("transfer-encoding");
  const std::string* length = request.header("content-length");
  const std::string* expect = request.header("expect");
  if (encoding && length) throw BadHttp(400, "a request has both a length and a transfer encoding");
  if (encoding) {
    if (to_lower(*encoding) != "chunked") throw BadHttp(501, "the only transfer encoding is chunked");
    chunked_ = true;
    done_ = false;
  } else if (length) {
    announced_ = parse_number(*length, 10);
    if (!announced_) throw BadHttp(400, "the content length is no number");
    remaining_ = *announced_;
    done_ = remaining_ == 0;
  } else {
    announced_ = 0;
  }
  if (expect && !done_) {
    if (to_lower(*expect) != "100-continue") throw BadHttp(417, "the only expectation is 100-continue");
    continue_expected_ = true;
  }
}

void FramedBody::read_chunk_size() {
  if (!first_chunk_ && !connection_.read_line(2).empty()) throw BadHttp(400, "a chunk is longer than announced");
  first_chunk_ = false;
  const std::string line = connection_.read_line(kMaxLine);
  const auto size = parse_number(trim(std::string_view(line).substr(0, line.find(';'))), 16);
  if (!size) throw BadHttp(400, "a chunk size is no number");
  remaining_ = *size;
  if (remaining_ > 0) return;
  while (!connection_.read_line(kMaxLine).empty()) {
  }  // Trailers.
  done_ = true;
}

std::size_t FramedBody::read(char* data, std::size_t size) {
  if (done_ || size == 0) return 0;
  if (continue_expected_) {
    continue_expected_ = false;
    connection_.send("HTTP/1.1 100 Continue\r\n\r\n");
  }
  if (chunked_ && remaining_ == 0) {
    read_chunk_size();
    if (done_) return 0;
  }
  const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(size, remaining_));
  const std::size_t count = connection_.read_some(data, want);
  remaining_ -= count;
  received_ += count;
  if (!chunked_ && remaining_ == 0) done_ = true;
  return count;
}

bool FramedBody::discard_rest() {
  if (done_) return true;
  if (continue_expected_) return false;  // The peer may or may not send it now.
  if (!chunked_ && remaining_ > kMaxDiscard) return false;
  std::array<char, 16384> waste;
  std::uint64_t taken = 0;
  while (const std::size_t count = read(waste.data(), waste.size())) {
    taken += count;
    if (taken > kMaxDiscard) return false;
  }
  return true;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
