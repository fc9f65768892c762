// SPDX-License-Identifier: Apache-2.0
#include "support/download_fixture.hpp"

#include "huggingface_hub/cache/scan.hpp"
#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/server/fault_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>

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

  // A child that does `body` and is to be killed on the way.
  static pid_t start(const std::function<void()>& body) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    try {
      body();
    } catch (...) {
      ::_exit(1);
    }
    ::_exit(0);
  }

  static void expect_killed(pid_t child) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status)) << "status " << status;
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
      EXPECT_TRUE(hf::scan_cache_dir(cache_dir()).warnings.empty());
    }
  }

  std::string commit{};
};

}  // namespace

TEST_F(KilledProcess, InTheMiddleOfABodyLeavesNothingVisible) {
  auto network = hf::server::FaultProxy::in_front_of(hub);
  const auto fault = network.on_next_body("").hold_at(3 * kMiB);
  const std::string url = network.url();
  const fs::path folder = home.path();

  const pid_t child = start([&] { hf::testing::make_api(folder, url).hf_hub_download("acme/tiny", "model.bin"); });
  ASSERT_TRUE(fault.wait_until_fired());
  ::kill(child, SIGKILL);
  expect_killed(child);

  expect_valid();
  EXPECT_FALSE(fs::exists(repo().pointer(commit, "model.bin")));
  EXPECT_TRUE(read_file(api.hf_hub_download("acme/tiny", "model.bin")) == pattern(6 * kMiB));
}

struct KilledAt : KilledProcess, testing::WithParamInterface<int> {};
TEST_P(KilledAt, EachReportOfASnapshotLeavesACacheThatIsGood) {
  const int last = GetParam();
  const std::string url = hub.url();
  const fs::path folder = home.path();

  const pid_t child = start([&] {
    int reports = 0;
    hf::SnapshotDownloadOptions options;
    options.progress = [&](const hf::ProgressEvent&) {
      if (++reports == last) ::raise(SIGKILL);
    };
    hf::testing::make_api(folder, url).snapshot_download("acme/tiny", options);
  });
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);

  expect_valid();
  const fs::path snapshot = api.snapshot_download("acme/tiny");
  EXPECT_EQ(hf::testing::tree_of(snapshot).size(), 4U);
  expect_valid();
}
INSTANTIATE_TEST_SUITE_P(KilledProcess, KilledAt, testing::Range(1, 8));
