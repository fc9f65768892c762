// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/export.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

/// Bytes that can be read at any offset. Immutable; safe to share between threads.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// Fills `data`; fewer bytes only at the end. Throws where the storage fails.
  virtual std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const = 0;
  /// An open file with these very bytes, for `sendfile`; negative if there is none.
  [[nodiscard]] virtual int descriptor() const { return -1; }
};

struct HttpRequest {
  HeaderList headers{};  ///< Names in lower case.
  std::string method{};
  std::string path{};  ///< As sent: percent-encoding is not undone, since `%2F` and `/` differ in meaning.
  std::string peer{};  ///< `address:port`.
  std::string query{};  ///< As sent, without the question mark.
  std::string target{};

  /// The value of the first header called `name` (lower case), or null.
  [[nodiscard]] const std::string* header(std::string_view name) const noexcept {
    for (const auto& [key, value] : headers) {
      if (key == name) return &value;
    }
    return nullptr;
  }
};

/// The peer went away, or sends what is no HTTP. Ends the connection.
class ConnectionError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The body of a request, read as it arrives.
class RequestBody {
 public:
  virtual ~RequestBody() = default;
  /// Up to `size` bytes; 0 at the end. Throws `ConnectionError`.
  virtual std::size_t read(char* data, std::size_t size) = 0;
  /// Length as announced; nothing for chunked bodies.
  [[nodiscard]] virtual std::optional<std::uint64_t> announced_size() const = 0;
  /// How much was read so far.
  [[nodiscard]] virtual std::uint64_t received() const = 0;
};

/// The body in memory; nothing where it is longer than `limit`.
std::optional<std::string> read_whole(RequestBody& body, std::size_t limit);

struct HttpResponse {
  std::string body{};
  bool close{false};  ///< Ends the connection after this answer.
  HeaderList headers{};
  std::uint64_t length{0};  ///< Of the part of `source` that is sent.
  std::uint64_t offset{0};
  std::shared_ptr<const ByteSource> source{};       ///< If set, sent instead of `body`.
  std::function<void(std::uint64_t)> on_sent{};     ///< Told the number of body bytes that were sent.
  int status{200};

  [[nodiscard]] std::uint64_t body_size() const noexcept { return source ? length : body.size(); }
  void set(std::string name, std::string value) { headers.emplace_back(std::move(name), std::move(value)); }
};

/// The standard phrase for a status; empty for an unknown one.
std::string_view reason_phrase(int status) noexcept;

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
