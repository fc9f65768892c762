// SPDX-License-Identifier: Apache-2.0
#include "server/content_type.hpp"

#include "core/text.hpp"

#include <array>
#include <string_view>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

std::string content_type(const std::string& path) {
  // Text that a browser would run is shown as plain text.
  static constexpr auto types = std::to_array<std::pair<std::string_view, std::string_view>>({
      {".bin", "application/octet-stream"},
      {".csv", "text/csv; charset=utf-8"},
      {".gif", "image/gif"},
      {".gitattributes", "text/plain; charset=utf-8"},
      {".htm", "text/plain; charset=utf-8"},
      {".html", "text/plain; charset=utf-8"},
      {".jpeg", "image/jpeg"},
      {".jpg", "image/jpeg"},
      {".js", "text/plain; charset=utf-8"},
      {".json", "application/json; charset=utf-8"},
      {".jsonl", "text/plain; charset=utf-8"},
      {".md", "text/plain; charset=utf-8"},
      {".png", "image/png"},
      {".py", "text/plain; charset=utf-8"},
      {".svg", "text/plain; charset=utf-8"},
      {".txt", "text/plain; charset=utf-8"},
      {".webp", "image/webp"},
      {".xml", "text/plain; charset=utf-8"},
      {".yaml", "text/plain; charset=utf-8"},
      {".yml", "text/plain; charset=utf-8"},
      {".zip", "application/zip"},
  });
  const std::string lower = to_lower(path);
  for (const auto& [ending, type] : types) {
    if (lower.ends_with(ending)) return std::string(type);
  }
  return "application/octet-stream";
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
