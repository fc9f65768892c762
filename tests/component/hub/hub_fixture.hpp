// SPDX-License-Identifier: Apache-2.0
/// @file
/// A hub and a client for it, apart from the environment of the process.
#pragma once

#include "support/temp_dir.hpp"

#include "huggingface_hub/hf_api.hpp"
#include "huggingface_hub/server/embedded_hub.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace huggingface_hub::testing {

/// Retries without noticeable waits.
inline RetryOptions fast_retry() {
  RetryOptions retry;
  retry.initial_backoff = std::chrono::milliseconds(1);
  retry.max_backoff = std::chrono::milliseconds(1);
  return retry;
}

class HubTest : public ::testing::Test {
 protected:
  /// With the part size of multipart uploads that a test needs.
  explicit HubTest(server::EmbeddedHubOptions options = {}) : hub(server::EmbeddedHub::start(options)) {}

  HfApiOptions client_options() const {
    HfApiOptions options;
    options.config = Config();
    options.endpoint = hub.url();
    options.retry = fast_retry();
    options.token = hub.token();
    return options;
  }

  HfApi api_with(const std::string& token) const {
    HfApiOptions options = client_options();
    options.token = token;
    return HfApi(options);
  }

  /// Requests of `method` whose target holds `part`.
  std::vector<server::RequestRecord> requests(const std::string& method, const std::string& part) const {
    std::vector<server::RequestRecord> found;
    for (server::RequestRecord& record : hub.requests()) {
      if (record.method == method && record.target.find(part) != std::string::npos) found.push_back(std::move(record));
    }
    return found;
  }

  std::filesystem::path write(const std::string& name, const std::string& content) const {
    const std::filesystem::path path = folder.path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  server::EmbeddedHub hub;
  TempDir folder{};
  HfApi api{client_options()};
};

}  // namespace huggingface_hub::testing
