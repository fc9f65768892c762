// SPDX-License-Identifier: Apache-2.0
#include "component/hub/hub_fixture.hpp"

#include "support/bytes.hpp"
#include "support/command_line.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <csignal>
#include <future>
#include <set>

namespace huggingface_hub {
namespace {

using testing::kKiB;
using testing::pattern;

std::string path_of(const server::RequestRecord& record) { return record.target.substr(0, record.target.find('?')); }

struct KilledUpload : testing::HubTest, ::testing::WithParamInterface<std::size_t> {
  static constexpr std::size_t kWeights = 6;
  static constexpr int kTexts = 20;

  KilledUpload() {
    api.create_repo("user/big");
    for (std::size_t i = 0; i < kWeights; ++i) {
      write("out/" + std::to_string(i) + ".safetensors", pattern(300 * kKiB, i + 1));
    }
    for (int i = 0; i < kTexts; ++i) write("out/" + std::to_string(i) + ".txt", "text");
  }
  [[nodiscard]] testing::RunningCommand start() const {
    return {{UPLOAD_PROCESS, hub.url(), hub.token(), (folder.path() / "home").string(), "user/big",
             (folder.path() / "out").string()},
            {},
            folder.path()};
  }
  [[nodiscard]] std::set<std::string> stored() const {
    std::set<std::string> paths;
    for (const auto& put : requests("PUT", "")) {
      if (put.status == 200) paths.insert(path_of(put));
    }
    return paths;
  }
};

TEST_P(KilledUpload, GoesOnWithWhatIsMissing) {
  std::promise<void> reached;
  std::atomic<std::size_t> count{0};
  hub.on_request([&](const server::RequestRecord& record) {
    const bool counts = record.method == "PUT" || record.target.find("/commit/") != std::string::npos;
    if (counts && ++count == GetParam()) reached.set_value();
  });
  auto child = start();
  reached.get_future().wait();
  child.send_signal(SIGKILL);
  EXPECT_EQ(child.wait().code, 128 + SIGKILL);
  const std::set<std::string> before = stored();
  hub.clear_requests();

  EXPECT_EQ(start().wait().code, 0);

  for (const auto& put : requests("PUT", "")) EXPECT_EQ(before.count(path_of(put)), 0U) << path_of(put);
  EXPECT_EQ(hub.list_files("user/big")->size(), 1 + kWeights + kTexts);
  for (std::size_t i = 0; i < kWeights; ++i) {
    EXPECT_EQ(hub.read_file("user/big", std::to_string(i) + ".safetensors"), pattern(300 * kKiB, i + 1));
  }
  hub.on_request({});
}

INSTANTIATE_TEST_SUITE_P(Uploads, KilledUpload, ::testing::Values(1U, 3U, KilledUpload::kWeights + 1));

}  // namespace
}  // namespace huggingface_hub
