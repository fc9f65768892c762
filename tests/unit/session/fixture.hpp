// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/session.hpp"

#include "huggingface_hub/log.hpp"

#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace huggingface_hub::testing {

/// A session on a fake transport and a fake clock, with the log kept.
class SessionTest : public ::testing::Test {
 protected:
  SessionTest() {
    options.clock = clock;
    options.transport = transport;
    options.config.endpoint = "https://hub.test";
    options.config.disable_implicit_token = true;
    set_log_level(LogLevel::debug);
    set_log_sink([this](LogLevel level, std::string_view message) {
      const std::lock_guard<std::mutex> lock(log_mutex);
      log.emplace_back(level, std::string(message));
    });
  }
  ~SessionTest() override {
    set_log_sink({});
    set_log_level(LogLevel::warning);
  }

  Session session() const { return Session(options); }

  static ApiRequest get(std::string url = "/api/models/me/tiny") {
    ApiRequest request;
    request.url = std::move(url);
    return request;
  }

  /// The one request that was sent.
  RecordedRequest sent(const ApiRequest& request) {
    transport->answer(200);
    const auto answer = session().send(request);
    EXPECT_TRUE(answer.ok()) << answer.error().message;
    const auto requests = transport->requests();
    EXPECT_FALSE(requests.empty());
    return requests.empty() ? RecordedRequest{} : requests.back();
  }

  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
  std::shared_ptr<FakeTransport> transport = std::make_shared<FakeTransport>();
  SessionOptions options{};
  std::mutex log_mutex{};
  std::vector<std::pair<LogLevel, std::string>> log{};
};

}  // namespace huggingface_hub::testing
