// SPDX-License-Identifier: Apache-2.0
/// @file
/// An embedded hub, an empty cache, and an `HfApi` that joins them: what download tests begin with.
#pragma once

#include "support/bytes.hpp"
#include "support/temp_dir.hpp"

#include "huggingface_hub/cache/layout.hpp"
#include "huggingface_hub/hf_api.hpp"
#include "huggingface_hub/server/embedded_hub.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace huggingface_hub::testing {

/// Settings that depend on nothing outside of the test.
inline Config plain_config(const std::filesystem::path& home) {
  Config config;
  config.hf_home = home;
  config.hub_cache = home / "hub";
  config.assets_cache = home / "assets";
  config.xet_cache = home / "xet";
  config.token_path = home / "token";
  config.stored_tokens_path = home / "stored_tokens";
  return config;
}

/// Repeats at once.
inline RetryOptions fast_retry() {
  RetryOptions retry;
  retry.initial_backoff = std::chrono::milliseconds(1);
  retry.max_backoff = std::chrono::milliseconds(1);
  return retry;
}

inline HfApi make_api(const std::filesystem::path& home, const std::string& endpoint, const std::string& token = {}) {
  HfApiOptions options;
  options.config = plain_config(home);
  options.endpoint = endpoint;
  options.retry = fast_retry();
  if (!token.empty()) options.token = token;
  return HfApi(options);
}

/// Every entry below `root` by its relative path: `file <content>`, `link <target>`; folders are left out.
inline std::map<std::string, std::string> tree_of(const std::filesystem::path& root) {
  namespace fs = std::filesystem;
  std::map<std::string, std::string> entries;
  if (!fs::exists(root)) return entries;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string name = entry.path().lexically_relative(root).generic_string();
    if (entry.is_symlink()) {
      entries[name] = "link " + fs::read_symlink(entry.path()).string();
    } else if (entry.is_regular_file()) {
      entries[name] = "file " + read_file(entry.path());
    }
  }
  return entries;
}

/// Names below `root` that end in `ending`.
inline std::vector<std::string> files_ending_in(const std::filesystem::path& root, const std::string& ending) {
  std::vector<std::string> names;
  for (const auto& [name, what] : tree_of(root)) {
    if (name.size() >= ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
      names.push_back(name);
    }
  }
  return names;
}

class DownloadTest : public ::testing::Test {
 protected:
  TempDir home{};
  server::EmbeddedHub hub{server::EmbeddedHub::start()};
  HfApi api{make_api(home.path(), hub.url())};

  [[nodiscard]] std::filesystem::path cache_dir() const { return home.path() / "hub"; }
  [[nodiscard]] cache::RepoFolder repo(const std::string& id = "acme/tiny") const { return {cache_dir(), id}; }

  /// Methods and paths (without query) of what was asked since the last call, in order.
  std::vector<std::string> asked() {
    std::vector<std::string> lines;
    for (const auto& request : hub.requests()) {
      lines.push_back(request.method + " " + request.target.substr(0, request.target.find('?')));
    }
    hub.clear_requests();
    return lines;
  }

  std::size_t count_asked(const std::string& part) {
    const std::vector<std::string> lines = asked();
    return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
      return line.find(part) != std::string::npos;
    }));
  }
};

}  // namespace huggingface_hub::testing
