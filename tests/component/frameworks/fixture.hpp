// SPDX-License-Identifier: Apache-2.0
/// @file
/// A hub, a user, and options that name them: what the tests of a framework begin with.
#pragma once

#include "support/download_fixture.hpp"

#include "huggingface_hub/log.hpp"
#include "huggingface_hub/model_hub_mixin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub::testing {

class FrameworkTest : public ::testing::Test {
 protected:
  server::EmbeddedHub hub{server::EmbeddedHub::start()};
  TempDir home{};
  HfApi api{make_api(home.path(), hub.url(), hub.token())};

  [[nodiscard]] PushToHubOptions push() const {
    PushToHubOptions options;
    options.api = &api;
    return options;
  }
  [[nodiscard]] FromPretrainedOptions pull() const {
    FromPretrainedOptions options;
    options.api = &api;
    return options;
  }
  [[nodiscard]] std::string pushed(const std::string& repo_id, const std::string& name) const {
    return hub.read_file(repo_id, name).value_or("no such file");
  }
  [[nodiscard]] nlohmann::json pushed_config(const std::string& repo_id) const {
    return nlohmann::json::parse(pushed(repo_id, "config.json"));
  }
};

/// What the call throws says `part`.
template <typename Call>
void expect_refusal(Call call, const std::string& part) {
  try {
    call();
    FAIL() << "was taken, and should have said: " << part;
  } catch (const HfHubError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr(part));
  }
}

}  // namespace huggingface_hub::testing
