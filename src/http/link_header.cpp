// SPDX-License-Identifier: Apache-2.0
#include "http/link_header.hpp"

#include "core/text.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

/// One entry's parameters, from after `>` up to the comma that ends the entry; quoted text may hold commas and
/// semicolons. Moves `rest` behind that comma.
bool has_relation(std::string_view& rest, std::string_view rel) {
  bool found = false;
  while (!rest.empty() && rest.front() != ',') {
    if (rest.front() == ';' || rest.front() == ' ' || rest.front() == '\t') {
      rest.remove_prefix(1);
      continue;
    }
    const auto name_end = std::min(rest.find_first_of("=;,"), rest.size());
    const std::string_view name = trim(rest.substr(0, name_end));
    rest.remove_prefix(name_end);
    if (rest.empty() || rest.front() != '=') continue;
    rest.remove_prefix(1);
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
    std::string value;
    if (!rest.empty() && rest.front() == '"') {
      rest.remove_prefix(1);
      while (!rest.empty() && rest.front() != '"') {
        if (rest.front() == '\\' && rest.size() > 1) rest.remove_prefix(1);
        value += rest.front();
        rest.remove_prefix(1);
      }
      if (!rest.empty()) rest.remove_prefix(1);
    } else {
      const auto value_end = std::min(rest.find_first_of(";,"), rest.size());
      value = std::string(trim(rest.substr(0, value_end)));
      rest.remove_prefix(value_end);
    }
    if (!Headers::equal(name, "rel")) continue;
    // `rel` may hold several relations, separated by spaces.
    std::string_view words = value;
    while (!words.empty()) {
      const auto end = std::min(words.find(' '), words.size());
      if (Headers::equal(words.substr(0, end), rel)) found = true;
      words.remove_prefix(std::min(end + 1, words.size()));
    }
  }
  if (!rest.empty()) rest.remove_prefix(1);
  return found;
}

}  // namespace

std::optional<std::string> link_target(const Headers& headers, std::string_view rel) {
  for (const std::string& value : headers.get_all("Link")) {
    std::string_view rest = value;
    while (true) {
      const auto open = rest.find('<');
      if (open == std::string_view::npos) break;
      const auto close = rest.find('>', open);
      if (close == std::string_view::npos) break;
      const std::string_view target = rest.substr(open + 1, close - open - 1);
      rest.remove_prefix(close + 1);
      if (has_relation(rest, rel)) return std::string(target);
    }
  }
  return std::nullopt;
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
