// SPDX-License-Identifier: Apache-2.0
/// @file
/// A client whose network is a queue of canned answers.
#pragma once

#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"

#include "session/session.hpp"

#include "huggingface_hub/hf_api.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace huggingface_hub::testing {

class FakeHubTest : public ::testing::Test {
 protected:
  static constexpr const char* kEndpoint = "http://hub.test";

  static std::shared_ptr<const Session> session_of(const std::shared_ptr<http::Transport>& transport,
                                                   const std::shared_ptr<const Clock>& clock) {
    SessionOptions options;
    options.clock = clock;
    options.config.endpoint = kEndpoint;
    options.token = "hf_secret";
    options.transport = transport;
    return std::make_shared<const Session>(std::move(options));
  }

  /// `METHOD target`, without the endpoint, of the request at `index`.
  std::string line(std::size_t index) const {
    const std::vector<RecordedRequest> all = transport->requests();
    if (index >= all.size()) return "(no request " + std::to_string(index) + ")";
    std::string url = all[index].url;
    if (url.rfind(kEndpoint, 0) == 0) url.erase(0, std::string(kEndpoint).size());
    return std::string(http::to_string(all[index].method)) + " " + url;
  }
  std::string body(std::size_t index) const { return transport->requests().at(index).body; }
  std::string header(std::size_t index, const std::string& name) const {
    return transport->requests().at(index).header(name);
  }

  static http::Headers error_code(const std::string& code) { return {{"X-Error-Code", code}}; }

  std::shared_ptr<FakeTransport> transport{std::make_shared<FakeTransport>()};
  std::shared_ptr<FakeClock> clock{std::make_shared<FakeClock>()};
  HfApi api{session_of(transport, clock)};
};

}  // namespace huggingface_hub::testing
