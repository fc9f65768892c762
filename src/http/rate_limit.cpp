// SPDX-License-Identifier: Apache-2.0
#include "http/rate_limit.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

/// Digits only, the whole of `text`; what does not fit is as good as for ever.
std::optional<std::int64_t> parse_count(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  constexpr std::int64_t kForEver = std::int64_t{100} * 365 * 24 * 3600;
  return parsed.ec == std::errc() ? std::min(value, kForEver) : kForEver;
}

/// Takes the part up to the next `;` from `rest`, trimmed.
std::string_view next_part(std::string_view& rest) {
  const auto end = rest.find(';');
  const std::string_view part = trim(rest.substr(0, end));
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  return part;
}

std::optional<std::int64_t> parameter(std::string_view part, std::string_view name) {
  if (part.size() <= name.size() + 1 || part.substr(0, name.size()) != name || part[name.size()] != '=') {
    return std::nullopt;
  }
  return parse_count(part.substr(name.size() + 1));
}

void read_policy(std::string_view rest, RateLimit& limit) {
  while (!rest.empty()) {
    const std::string_view part = next_part(rest);
    if (!limit.quota) {
      limit.quota = parameter(part, "q");
    } else if (const auto window = parameter(part, "w"); window && !limit.window) {
      limit.window = std::chrono::seconds(*window);
    }
  }
  if (!limit.window) limit.quota.reset();
}

}  // namespace

std::optional<RateLimit> parse_rate_limit(const Headers& headers) {
  const auto value = headers.get("RateLimit");
  if (!value) return std::nullopt;
  std::string_view rest = *value;
  const std::string_view name = next_part(rest);
  if (name.size() < 3 || name.front() != '"' || name.back() != '"') return std::nullopt;
  const auto remaining = parameter(next_part(rest), "r");
  const auto reset = parameter(next_part(rest), "t");
  if (!remaining || !reset) return std::nullopt;
  RateLimit limit;
  limit.name = std::string(name.substr(1, name.size() - 2));
  limit.remaining = *remaining;
  limit.reset = std::chrono::seconds(*reset);
  if (const auto policy = headers.get("RateLimit-Policy")) read_policy(*policy, limit);
  return limit;
}

std::optional<std::chrono::seconds> asked_wait(int status, const Headers& headers,
                                               std::chrono::system_clock::time_point now) {
  if (status == 429) {
    if (const auto limit = parse_rate_limit(headers); limit && limit->remaining == 0) return limit->reset;
  }
  const auto value = headers.get("Retry-After");
  if (!value) return std::nullopt;
  if (const auto count = parse_count(trim(*value))) return std::chrono::seconds(*count);
  const auto date = parse_http_date(trim(*value));
  if (!date) return std::nullopt;
  return std::max(std::chrono::seconds(0), std::chrono::ceil<std::chrono::seconds>(*date - now));
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
