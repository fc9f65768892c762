// SPDX-License-Identifier: Apache-2.0
#include "support/command_line.hpp"
#include "support/download_fixture.hpp"

#include "huggingface_hub/cache/scan.hpp"
#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/server/fault_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <string>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;
using hf::testing::read_file;

namespace {

class KilledProcess : public hf::testing::DownloadTest {
 protected:
  KilledProcess() {
    hub.add_files("acme/tiny", {{"config.json", "{}"}, {"sub/text.txt", "text"}});
    commit = hub.add_file("acme/tiny", "model.bin", pattern(6 * kMiB), {.lfs = true});
  }

  // A program that is to be killed on the way.
  [[nodiscard]] hf::testing::RunningCommand start(const std::string& endpoint, const char* operation,
                                                  const std::string& argument) const {
    return {{DOWNLOAD_PROCESS, endpoint, home.path().string(), operation, argument}, {}, home.path()};
  }

  // Whatever can be seen is whole, and a scan finds nothing wrong.
  void expect_valid() {
    std::error_code ignored;
    for (const char* name : {"config.json", "sub/text.txt", "model.bin"}) {
      const fs::path pointer = repo().pointer(commit, name);
      if (fs::is_symlink(pointer, ignored)) {
        EXPECT_EQ(read_file(pointer), *hub.read_file("acme/tiny", name)) << name;
      }
    }
    if (fs::exists(repo().path())) {
      EXPECT_THAT(hf::scan_cache_dir(cache_dir()).warnings, ::testing::IsEmpty());
    }
  }

  std::string commit{};
};

}  // namespace

TEST_F(KilledProcess, InTheMiddleOfABodyLeavesNothingVisible) {
  auto network = hf::server::FaultProxy::in_front_of(hub);
  const auto fault = network.on_next_body("").hold_at(3 * kMiB);

  auto child = start(network.url(), "file", "model.bin");
  ASSERT_TRUE(fault.wait_until_fired());
  child.send_signal(SIGKILL);
  EXPECT_EQ(child.wait().code, 128 + SIGKILL);

  expect_valid();
  EXPECT_FALSE(fs::exists(repo().pointer(commit, "model.bin")));
  EXPECT_TRUE(read_file(api.hf_hub_download("acme/tiny", "model.bin")) == pattern(6 * kMiB));
}

struct KilledAt : KilledProcess, testing::WithParamInterface<int> {};
TEST_P(KilledAt, EachReportOfASnapshotLeavesACacheThatIsGood) {
  const auto ended = start(hub.url(), "snapshot", std::to_string(GetParam())).wait();
  EXPECT_EQ(ended.code, 128 + SIGKILL) << ended.err;

  expect_valid();
  const fs::path snapshot = api.snapshot_download("acme/tiny");
  EXPECT_EQ(hf::testing::tree_of(snapshot).size(), 4U);
  expect_valid();
}
INSTANTIATE_TEST_SUITE_P(KilledProcess, KilledAt, testing::Range(1, 8));
