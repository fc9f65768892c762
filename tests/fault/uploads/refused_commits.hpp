// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "component/hub/hub_fixture.hpp"

#include "huggingface_hub/server/fault_proxy.hpp"

#include <cstddef>
#include <string>

namespace huggingface_hub::testing {

/// A hub that answers commits badly, where it is told to.
struct RefusedCommits : HubTest {
  [[nodiscard]] std::size_t commits() const { return requests("POST", "/commit/").size(); }

  void refuse(const std::string& path, int status, std::size_t times = 1, std::size_t skip = 0) {
    hub.script({.body = R"({"error": "refused by the test"})",
                .headers = {{"Content-Type", "application/json"}},
                .method = "POST",
                .path_contains = path,
                .skip = skip,
                .status = status,
                .times = times});
  }
  void refuse_commit(int status, std::size_t times = 1) { refuse("/commit/", status, times); }

  /// A way to the hub on which the answer to the next commit is lost.
  [[nodiscard]] HfApiOptions without_answer(server::FaultProxy& network) const {
    network.on_next_response("/commit/").reset_after(0);
    HfApiOptions options = client_options();
    options.endpoint = network.url();
    return options;
  }
};

}  // namespace huggingface_hub::testing
