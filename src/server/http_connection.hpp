// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http_message.hpp"

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// A refusal of the framing itself: answered with `status`, then the connection ends.
class BadHttp : public std::runtime_error {
 public:
  BadHttp(int status, const char* message) : std::runtime_error(message), status_(status) {}
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  int status_;
};

/// One accepted socket, read through a buffer. Closes it at the end. One thread at a time.
class HttpConnection {
 public:
  HttpConnection(int socket, std::string peer);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  /// The next request line and headers; nothing where the peer closed between requests.
  /// Throws `BadHttp` and `ConnectionError`.
  std::optional<HttpRequest> read_head();

  /// Up to `size` bytes of what comes next; throws `ConnectionError` at the end of the stream.
  std::size_t read_some(char* data, std::size_t size);
  /// A line without its line end.
  std::string read_line(std::size_t limit);

  void send(std::string_view data, bool more_follows = false);
  /// Head and body; `with_body` is false for HEAD. Returns the number of body bytes sent.
  std::uint64_t send_response(const HttpResponse& response, bool with_body, bool keep_alive);

  /// Ends our direction, then takes what the peer still sends for a moment: closing at once would make the kernel
  /// reset the connection, and the peer lose the answer.
  void linger();

 private:
  bool fill();
  void send_head(const HttpResponse& response, bool keep_alive, bool more_follows);
  std::uint64_t send_source(const HttpResponse& response);
  std::uint64_t send_file(int file, std::uint64_t offset, std::uint64_t length);

  int socket_;
  std::string peer_;
  std::vector<char> buffer_;
  std::size_t begin_{0};
  std::size_t end_{0};
};

/// The framing of a request body: none, by length, or chunked.
class FramedBody final : public RequestBody {
 public:
  /// Throws `BadHttp` where the headers contradict each other.
  FramedBody(HttpConnection& connection, const HttpRequest& request);

  std::size_t read(char* data, std::size_t size) override;
  std::optional<std::uint64_t> announced_size() const override { return announced_; }
  std::uint64_t received() const override { return received_; }

  /// Takes the rest, if it is short; false where the connection cannot go on.
  bool discard_rest();

 private:
  void read_chunk_size();

  HttpConnection& connection_;
  std::optional<std::uint64_t> announced_{};
  std::uint64_t remaining_{0};  // Of the body, or of the present chunk.
  std::uint64_t received_{0};
  bool chunked_{false};
  bool first_chunk_{true};
  bool done_{true};
  bool continue_expected_{false};
};

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
