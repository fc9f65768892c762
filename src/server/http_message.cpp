// SPDX-License-Identifier: Apache-2.0
#include "server/http_message.hpp"

#include <algorithm>
#include <array>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

std::optional<std::string> read_whole(RequestBody& body, std::size_t limit) {
  std::string text;
  if (const auto announced = body.announced_size()) {
    if (*announced > limit) return std::nullopt;
    text.reserve(static_cast<std::size_t>(*announced));
  }
  std::array<char, 16384> buffer;
  while (const std::size_t count = body.read(buffer.data(), buffer.size())) {
    if (count > limit - text.size()) return std::nullopt;
    text.append(buffer.data(), count);
  }
  return text;
}

std::string_view reason_phrase(int status) noexcept {
  struct Phrase {
    int status;
    std::string_view text;
  };
  static constexpr auto phrases = std::to_array<Phrase>({
      {100, "Continue"},
      {200, "OK"},
      {201, "Created"},
      {202, "Accepted"},
      {204, "No Content"},
      {206, "Partial Content"},
      {301, "Moved Permanently"},
      {302, "Found"},
      {303, "See Other"},
      {304, "Not Modified"},
      {307, "Temporary Redirect"},
      {308, "Permanent Redirect"},
      {400, "Bad Request"},
      {401, "Unauthorized"},
      {402, "Payment Required"},
      {403, "Forbidden"},
      {404, "Not Found"},
      {405, "Method Not Allowed"},
      {408, "Request Timeout"},
      {409, "Conflict"},
      {410, "Gone"},
      {411, "Length Required"},
      {412, "Precondition Failed"},
      {413, "Payload Too Large"},
      {414, "URI Too Long"},
      {416, "Range Not Satisfiable"},
      {417, "Expectation Failed"},
      {422, "Unprocessable Entity"},
      {429, "Too Many Requests"},
      {431, "Request Header Fields Too Large"},
      {500, "Internal Server Error"},
      {501, "Not Implemented"},
      {502, "Bad Gateway"},
      {503, "Service Unavailable"},
      {504, "Gateway Timeout"},
      {505, "HTTP Version Not Supported"},
      {507, "Insufficient Storage"},
  });
  const auto found = std::find_if(phrases.begin(), phrases.end(), [&](const Phrase& p) { return p.status == status; });
  return found == phrases.end() ? std::string_view() : found->text;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
