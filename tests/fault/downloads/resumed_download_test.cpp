// SPDX-License-Identifier: Apache-2.0
// Downloads that go on where an interrupted one ended.
#include "support/command_line.hpp"
#include "support/download_fixture.hpp"
#include "support/instrumented.hpp"

#include "core/digest.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/server/fault_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;
using testing::IsEmpty;
using testing::SizeIs;

namespace {

std::string sha256_of_file(const fs::path& path) { return hf::digest_file(path, true, false).value().sha256; }

constexpr std::uint64_t kResumedSize = 40 * kMiB;
constexpr std::uint64_t kResumedPiece = 8 * kMiB;

class ResumedDownload : public hf::testing::DownloadTest {
 protected:
  ResumedDownload() {
    hub.add_file("acme/tiny", "model.bin", content, {.lfs = true});
    api = hf::testing::make_api(home.path(), network.url());
  }

  // Starts a process that downloads, and kills it once `bytes` have passed. Gives how many it had when it last said.
  std::uint64_t kill_after(std::uint64_t bytes, const std::string& operation = "file") {
    network.on_each_connection().always().throttle(24 * kMiB);
    hf::testing::RunningCommand child({DOWNLOAD_PROCESS, network.url(), home.path().string(), operation, "model.bin"}, {},
                                      home.path());
    while (network.body_bytes("_storage") < bytes) std::this_thread::yield();
    child.send_signal(SIGKILL);
    const hf::testing::CommandResult result = child.wait();
    EXPECT_EQ(result.code, 128 + SIGKILL);
    network.clear();
    fetched_before = network.body_bytes("_storage");
    const std::size_t end = result.out.find_last_of('\n');
    if (end == std::string::npos || end == 0) return 0;
    return std::stoull(result.out.substr(result.out.find_last_of('\n', end - 1) + 1));
  }

  // Cancels a download once `bytes` are there.
  void cancel_after(std::uint64_t bytes) {
    network.on_each_connection().always().throttle(24 * kMiB);
    hf::CancellationSource source;
    hf::HfHubDownloadOptions options;
    options.call.cancel = source.token();
    options.progress = [&](const hf::ProgressEvent& event) {
      if (event.file_bytes >= bytes) source.cancel();
    };
    EXPECT_THROW(api.hf_hub_download("acme/tiny", "model.bin", options), hf::OperationCancelledError);
    network.clear();
    fetched_before = network.body_bytes("_storage");
  }

  std::vector<fs::path> parts() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(home.path())) {
      if (entry.path().extension() == ".incomplete") found.push_back(entry.path());
    }
    return found;
  }

  void expect_whole(const fs::path& path) {
    EXPECT_EQ(sha256_of_file(path), hf::sha256_hex(content));
    EXPECT_THAT(parts(), IsEmpty());
  }

  // What has been fetched since is at most what was missing, and a piece.
  void expect_little_fetched_twice(std::uint64_t had) {
    if (hf::testing::kIsInstrumented) return;
    EXPECT_LE(network.body_bytes("_storage") - fetched_before, kResumedSize - had + kResumedPiece) << had << " bytes were there";
  }

  std::uint64_t fetched_before{0};
  std::string content{pattern(kResumedSize)};
  hf::server::FaultProxy network{hf::server::FaultProxy::in_front_of(hub)};
};

}  // namespace

struct KilledDownload : ResumedDownload, testing::WithParamInterface<std::uint64_t> {};
TEST_P(KilledDownload, IsContinuedByTheNextProcess) {
  const std::uint64_t had = kill_after(GetParam());

  expect_whole(api.hf_hub_download("acme/tiny", "model.bin"));

  expect_little_fetched_twice(had);
}
INSTANTIATE_TEST_SUITE_P(ResumedDownload, KilledDownload,
                         testing::Values(1, 5 * kMiB, 9 * kMiB, 17 * kMiB, 26 * kMiB, 33 * kMiB, 39 * kMiB));

TEST_F(ResumedDownload, IsContinuedAsOftenAsItIsKilled) {
  std::uint64_t had = 0;
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t more = kill_after(fetched_before + 12 * kMiB);
    EXPECT_GE(more + kResumedPiece, had);
    had = more;
  }

  expect_whole(api.hf_hub_download("acme/tiny", "model.bin"));

  expect_little_fetched_twice(had);
}

TEST_F(ResumedDownload, IsContinuedInALocalFolder) {
  const std::uint64_t had = kill_after(20 * kMiB, "local");

  expect_whole(api.hf_hub_download("acme/tiny", "model.bin", {.local_dir = home.path() / "mine"}));

  expect_little_fetched_twice(had);
}

TEST_F(ResumedDownload, StartsAnewInALocalFolderWhereTheFileHasChanged) {
  kill_after(20 * kMiB, "local");
  EXPECT_THAT(parts(), SizeIs(1));
  content = pattern(kResumedSize, 7);
  hub.add_file("acme/tiny", "model.bin", content, {.lfs = true});

  expect_whole(api.hf_hub_download("acme/tiny", "model.bin", {.local_dir = home.path() / "mine"}));
}

TEST_F(ResumedDownload, AsksWithIfRange) {
  cancel_after(20 * kMiB);
  hub.clear_requests();

  expect_whole(api.hf_hub_download("acme/tiny", "model.bin"));

  std::size_t ranges = 0;
  for (const auto& request : hub.requests()) {
    if (request.header("range").empty() || request.target.find("_storage") == std::string::npos) continue;
    ++ranges;
    EXPECT_FALSE(request.header("if-range").empty()) << request.target;
    EXPECT_NE(request.header("range").rfind("bytes=0-", 0), 0U);
  }
  EXPECT_GE(ranges, 1U);
}

TEST_F(ResumedDownload, FollowsACancelledOne) {
  cancel_after(20 * kMiB);
  EXPECT_THAT(parts(), SizeIs(1));

  std::uint64_t first_report = 0;
  hf::HfHubDownloadOptions options;
  options.progress = [&](const hf::ProgressEvent& event) {
    if (first_report == 0) first_report = event.file_bytes;
  };
  expect_whole(api.hf_hub_download("acme/tiny", "model.bin", options));

  EXPECT_GE(first_report, 20 * kMiB - kResumedPiece);
  expect_little_fetched_twice(20 * kMiB);
}

TEST_F(ResumedDownload, FollowsOneThatTheNetworkEnded) {
  network.on_each_connection().always().throttle(24 * kMiB);
  hf::HfHubDownloadOptions options;
  options.progress = [&](const hf::ProgressEvent& event) {
    if (event.file_bytes >= 20 * kMiB) network.refuse_connections(true), network.reset_connections();
  };
  EXPECT_THROW(api.hf_hub_download("acme/tiny", "model.bin", options), hf::HfTransportError);
  EXPECT_THAT(parts(), SizeIs(1));
  network.refuse_connections(false);
  network.clear();
  fetched_before = network.body_bytes("_storage");

  expect_whole(api.hf_hub_download("acme/tiny", "model.bin"));

  expect_little_fetched_twice(20 * kMiB);
}

TEST_F(ResumedDownload, DoesNotTrustWhatHasChangedOnTheDisk) {
  cancel_after(20 * kMiB);
  ASSERT_THAT(parts(), SizeIs(1));
  {
    std::fstream part(parts().front(), std::ios::in | std::ios::out | std::ios::binary);
    part.seekp(3 * kMiB + 5);
    part.write("broken", 6);
  }

  expect_whole(api.hf_hub_download("acme/tiny", "model.bin"));

  expect_little_fetched_twice(20 * kMiB);
}

TEST_F(ResumedDownload, DoesNotTrustAPartWithoutAJournal) {
  fs::create_directories(repo().blobs());
  const std::string etag = hf::sha256_hex(content);
  const fs::path foreign = repo().blobs() / (etag + ".0123abcd.incomplete");
  hf::testing::write_file(foreign, std::string(30 * kMiB, 'x'));

  EXPECT_EQ(sha256_of_file(api.hf_hub_download("acme/tiny", "model.bin")), hf::sha256_hex(content));

  EXPECT_EQ(fs::file_size(foreign), 30 * kMiB);  // It may belong to somebody who lives.
}

TEST_F(ResumedDownload, IsNotWantedWhereItIsForced) {
  cancel_after(20 * kMiB);

  EXPECT_EQ(sha256_of_file(api.hf_hub_download("acme/tiny", "model.bin", {.force_download = true})), hf::sha256_hex(content));

  EXPECT_GE(network.body_bytes("_storage") - fetched_before, kResumedSize);
}

TEST_F(ResumedDownload, IsSafeWithSeveralProcessesAtOnce) {
  const std::uint64_t had = kill_after(20 * kMiB);
  std::vector<std::unique_ptr<hf::testing::RunningCommand>> children;
  for (int i = 0; i < 4; ++i) {
    children.push_back(std::make_unique<hf::testing::RunningCommand>(
        std::vector<std::string>{DOWNLOAD_PROCESS, network.url(), home.path().string(), "file", "model.bin"},
        std::map<std::string, std::string>{}, home.path()));
  }
  for (const auto& child : children) EXPECT_EQ(child->wait().code, 0);

  expect_whole(api.hf_hub_download("acme/tiny", "model.bin"));
  expect_little_fetched_twice(had);
}
