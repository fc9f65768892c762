// SPDX-License-Identifier: Apache-2.0
#include "transfer/content_range.hpp"

#include "core/text.hpp"

#include <charconv>
#include <system_error>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<ContentRange> read_content_range(std::string_view field) {
  field = trim(field);
  if (!starts_with_ignoring_case(field, "bytes ")) return std::nullopt;
  field.remove_prefix(6);
  const std::size_t dash = field.find('-');
  const std::size_t slash = field.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) return std::nullopt;
  const std::optional<std::uint64_t> first = read_number(trim(field.substr(0, dash)));
  if (!first) return std::nullopt;
  return ContentRange{*first, read_number(trim(field.substr(slash + 1)))};
}

std::string strong_etag(const http::ResponseHead& head) {
  std::string etag = head.headers.get("ETag").value_or("");
  return etag.rfind('"', 0) == 0 ? etag : std::string();
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
