// SPDX-License-Identifier: Apache-2.0
#include "server/byte_range.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

struct Range {
  std::uint64_t first{0};
  std::uint64_t last{0};
  bool satisfiable{true};
};

std::optional<std::uint64_t> parse_offset(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// RFC 9110 14.1.2. Nothing where the header is none we understand, and is to be ignored.
std::optional<Range> parse_range(std::string_view header, std::uint64_t size) {
  constexpr std::string_view unit = "bytes=";
  if (!starts_with_ignoring_case(header, unit)) return std::nullopt;
  const std::string_view spec = trim(header.substr(unit.size()));
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos || spec.find(',') != std::string_view::npos) return std::nullopt;
  if (dash == 0) {
    const auto suffix = parse_offset(trim(spec.substr(1)));
    if (!suffix) return std::nullopt;
    if (*suffix == 0 || size == 0) return Range{0, 0, false};
    return Range{size - std::min(*suffix, size), size - 1, true};
  }
  const auto first = parse_offset(trim(spec.substr(0, dash)));
  const std::string_view end = trim(spec.substr(dash + 1));
  const auto last = end.empty() ? std::optional<std::uint64_t>(~std::uint64_t{0}) : parse_offset(end);
  if (!first || !last || *last < *first) return std::nullopt;
  if (*first >= size) return Range{0, 0, false};
  return Range{*first, std::min(*last, size - 1), true};
}

bool lists_etag(std::string_view header, std::string_view etag) {
  if (trim(header) == "*") return true;
  while (!header.empty()) {
    const std::size_t comma = header.find(',');
    std::string_view each = trim(header.substr(0, comma));
    if (each.starts_with("W/")) each.remove_prefix(2);
    if (each == etag) return true;
    header.remove_prefix(comma == std::string_view::npos ? header.size() : comma + 1);
  }
  return false;
}

}  // namespace

void serve_bytes(const HttpRequest& request, const std::string& etag, std::shared_ptr<const ByteSource> source,
                 HttpResponse& response) {
  const std::uint64_t size = source->size();
  response.set("Accept-Ranges", "bytes");
  if (const std::string* none_match = request.header("if-none-match"); none_match && lists_etag(*none_match, etag)) {
    response.status = 304;
    return;
  }
  const std::string* range_header = request.header("range");
  const std::string* if_range = request.header("if-range");
  std::optional<Range> range;
  if (range_header && (!if_range || *if_range == etag)) range = parse_range(*range_header, size);
  if (range && !range->satisfiable) {
    response.status = 416;
    response.set("Content-Range", "bytes */" + std::to_string(size));
    return;
  }
  response.length = size;
  if (range) {
    response.status = 206;
    response.offset = range->first;
    response.length = range->last - range->first + 1;
    response.set("Content-Range", "bytes " + std::to_string(range->first) + "-" + std::to_string(range->last) + "/" +
                                      std::to_string(size));
  }
  response.source = std::move(source);
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
