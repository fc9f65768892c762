// SPDX-License-Identifier: Apache-2.0
#include "server/query.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <charconv>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

std::string form_decode(std::string_view text) {
  std::string spaced(text);
  std::replace(spaced.begin(), spaced.end(), '+', ' ');
  return percent_decode(spaced);
}

}  // namespace

Query::Query(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view item = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (item.empty()) continue;
    const std::size_t equals = item.find('=');
    const std::string_view value = equals == std::string_view::npos ? std::string_view() : item.substr(equals + 1);
    items_.emplace_back(form_decode(item.substr(0, equals)), form_decode(value));
  }
}

std::string Query::get(std::string_view name) const {
  for (const auto& [key, value] : items_) {
    if (key == name) return value;
  }
  return {};
}

bool Query::has(std::string_view name) const noexcept {
  return std::any_of(items_.begin(), items_.end(), [&](const auto& item) { return item.first == name; });
}

bool Query::flag(std::string_view name) const {
  const std::string value = to_lower(get(name));
  return value == "true" || value == "1";
}

std::vector<std::string> Query::all(std::string_view name) const {
  std::vector<std::string> values;
  for (const auto& [key, value] : items_) {
    if (key == name || key == std::string(name) + "[]") values.push_back(value);
  }
  return values;
}

std::optional<std::size_t> Query::number(std::string_view name) const {
  const std::string value = get(name);
  std::size_t parsed = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), parsed);
  if (value.empty() || error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  return parsed;
}

void Query::set(const std::string& name, std::string value) {
  for (auto& item : items_) {
    if (item.first == name) {
      item.second = std::move(value);
      return;
    }
  }
  items_.emplace_back(name, std::move(value));
}

std::string Query::text() const {
  std::string text;
  for (const auto& [key, value] : items_) {
    if (!text.empty()) text += '&';
    text += percent_encode(key) + "=" + percent_encode(value);
  }
  return text;
}

std::vector<std::string> path_segments(std::string_view raw_path) {
  std::vector<std::string> segments;
  if (raw_path.starts_with('/')) raw_path.remove_prefix(1);
  for (;;) {
    const std::size_t slash = raw_path.find('/');
    segments.push_back(percent_decode(raw_path.substr(0, slash)));
    if (slash == std::string_view::npos) return segments;
    raw_path.remove_prefix(slash + 1);
  }
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
