// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http_message.hpp"

#include <cstddef>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// The lines of a body as they arrive: no more than one is in memory.
class BodyLines {
 public:
  BodyLines(RequestBody& body, std::size_t longest) : body_(body), longest_(longest) {}

  /// The next line without its line end; nothing at the end. Throws `ApiError` 413 for one that is too long.
  std::optional<std::string> next();

 private:
  RequestBody& body_;
  std::size_t longest_;
  std::string buffer_{};
  std::size_t begin_{0};
  bool ended_{false};
};

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
