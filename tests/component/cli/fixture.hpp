// SPDX-License-Identifier: Apache-2.0
/// @file
/// The built command against an embedded hub.
#pragma once

#include "huggingface_hub/server/embedded_hub.hpp"
#include "support/command_line.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace huggingface_hub::testing {

class CommandTest : public ::testing::Test {
 protected:
  static constexpr const char* kToken = "hf_alice_write";

  CommandTest() {
    std::filesystem::create_directories(work_);
    environment_ = {{"HF_ENDPOINT", hub_.url()},   {"HF_HOME", home_.string()}, {"HF_TOKEN", kToken},
                    {"HOME", folder_.path().string()}, {"NO_COLOR", "1"},         {"LANG", "C.UTF-8"}};
  }

  CommandResult run(std::vector<std::string> arguments, const std::string& input = {}) {
    return start(std::move(arguments), input)->wait();
  }

  std::unique_ptr<RunningCommand> start(std::vector<std::string> arguments, const std::string& input = {}) {
    arguments.insert(arguments.begin(), HFCPP_PROGRAM);
    return std::make_unique<RunningCommand>(arguments, environment_, work_, input);
  }

  static server::EmbeddedHub start_hub() {
    server::EmbeddedHubOptions options;
    server::HubToken token;
    token.token = kToken;
    token.user = "alice";
    options.tokens = {token};
    return server::EmbeddedHub::start(options);
  }

  TempDir folder_{};
  std::filesystem::path home_{folder_.path() / "home"};
  std::filesystem::path work_{folder_.path() / "work"};
  server::EmbeddedHub hub_{start_hub()};
  std::map<std::string, std::string> environment_{};
};

}  // namespace huggingface_hub::testing
