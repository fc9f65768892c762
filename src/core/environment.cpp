// SPDX-License-Identifier: Apache-2.0
#include "core/environment.hpp"

#include "core/text.hpp"

#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

bool is_name_character(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// The home folder of `user` (empty: of this process) as the system knows it.
std::optional<std::string> home_of(const std::string& user) {
  std::vector<char> buffer(std::size_t{16} << 10);
  struct passwd entry {};
  struct passwd* found = nullptr;
  const int failed = user.empty() ? ::getpwuid_r(::getuid(), &entry, buffer.data(), buffer.size(), &found)
                                  : ::getpwnam_r(user.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (failed != 0 || found == nullptr || found->pw_dir == nullptr) return std::nullopt;
  return std::string(found->pw_dir);
}

std::string expand_variables(std::string_view path, const Config::GetVariable& variables) {
  std::string expanded;
  while (!path.empty()) {
    if (path.front() != '$') {
      expanded.push_back(path.front());
      path.remove_prefix(1);
      continue;
    }
    const bool braced = path.size() > 1 && path[1] == '{';
    const std::size_t start = braced ? 2 : 1;
    std::size_t end = start;
    if (braced) {
      end = std::min(path.find('}', start), path.size());
    } else {
      while (end < path.size() && is_name_character(path[end])) ++end;
    }
    const bool complete = end > start && (!braced || end < path.size());
    const std::size_t length = !complete ? 1 : end + (braced ? 1 : 0);
    const std::optional<std::string> value =
        complete ? variables(std::string(path.substr(start, end - start)).c_str()) : std::nullopt;
    expanded += value ? *value : std::string(path.substr(0, length));
    path.remove_prefix(length);
  }
  return expanded;
}

}  // namespace

std::optional<std::string> environment_variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

bool is_truthy(std::string_view value) noexcept {
  for (const std::string_view truth : {"1", "on", "yes", "true"}) {
    if (value.size() == truth.size() && starts_with_ignoring_case(value, truth)) return true;
  }
  return false;
}

std::string expand_user(std::string_view path, const Config::GetVariable& variables) {
  if (path.empty() || path.front() != '~') return std::string(path);
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string user(path.substr(1, end - 1));
  std::optional<std::string> home = user.empty() ? variables("HOME") : std::nullopt;
  if (!home) home = home_of(user);
  if (!home) return std::string(path);
  while (!home->empty() && home->back() == '/') home->pop_back();
  std::string expanded = *home + std::string(path.substr(end));
  return expanded.empty() ? "/" : expanded;
}

std::string expand_path(std::string_view path, const Config::GetVariable& variables) {
  return expand_variables(expand_user(path, variables), variables);
}

HUGGINGFACE_HUB_NAMESPACE_END
