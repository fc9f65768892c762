// SPDX-License-Identifier: Apache-2.0
#include "support/download_fixture.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/server/fault_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using hf::testing::kMiB;
using hf::testing::pattern;
using hf::testing::read_file;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

constexpr std::uint64_t kSize = 8 * kMiB;

/// A hub with one file of 8 MiB behind a network that can be broken.
class BrokenNetwork : public hf::testing::DownloadTest {
 protected:
  BrokenNetwork() {
    hub.add_file("acme/tiny", "model.bin", pattern(kSize), {.lfs = true});
    api = hf::testing::make_api(home.path(), network.url());
  }

  fs::path download(const hf::HfHubDownloadOptions& options = {}) {
    return api.hf_hub_download("acme/tiny", "model.bin", options);
  }

  void expect_whole(const fs::path& path) { EXPECT_TRUE(read_file(path) == pattern(kSize)); }

  void expect_nothing_visible() {
    EXPECT_THAT(hf::testing::files_ending_in(cache_dir(), "model.bin"), IsEmpty());
    EXPECT_THAT(hf::testing::files_ending_in(cache_dir(), ".incomplete"), IsEmpty());
    if (fs::exists(repo().blobs())) {
      EXPECT_TRUE(fs::is_empty(repo().blobs()));
    }
  }

  hf::server::FaultProxy network{hf::server::FaultProxy::in_front_of(hub)};
};

}  // namespace

TEST_F(BrokenNetwork, AResetBodyIsContinuedWhereItBroke) {
  network.on_next_body("").reset_after(3 * kMiB);

  expect_whole(download());

  EXPECT_LT(network.body_bytes(""), 9 * kMiB);  // The first 3 MiB were not fetched twice.
}

TEST_F(BrokenNetwork, ATruncatedBodyIsContinuedWhereItBroke) {
  network.on_next_body("").truncate_after(5 * kMiB);

  expect_whole(download());

  EXPECT_LT(network.body_bytes(""), 9 * kMiB);
}

TEST_F(BrokenNetwork, ABodyThatBreaksAgainAndAgainArrives) {
  network.on_each_body("").times(9).reset_after(kMiB / 2);

  expect_whole(download());
}

TEST_F(BrokenNetwork, ASilentBodyIsAskedForAgain) {
  const auto fault = network.on_next_body("").stall_after(2 * kMiB);

  expect_whole(download({.download_timeout = 300ms}));

  EXPECT_EQ(fault.fired(), 1);
  EXPECT_LT(network.body_bytes(""), 9 * kMiB);
}

TEST_F(BrokenNetwork, ABodyThatNeverComesIsAnError) {
  network.on_each_body("").always().reset_after(0);

  EXPECT_THROW(download(), hf::HfTransportError);

  expect_nothing_visible();
}

TEST_F(BrokenNetwork, ACorruptByteIsFoundAndFetchedAgain) {
  network.on_next_body("").corrupt_at(kSize / 2);

  expect_whole(download());
}

TEST_F(BrokenNetwork, ByteAlwaysCorruptIsAnIntegrityError) {
  network.on_each_body("").always().corrupt_at(kSize / 2);

  try {
    download();
    FAIL() << "nothing was thrown";
  } catch (const hf::IntegrityError& error) {
    EXPECT_THAT(error.what(), HasSubstr("SHA-256"));
  }
  expect_nothing_visible();
}

TEST_F(BrokenNetwork, ACorruptByteOfASmallFileIsFoundInASnapshot) {
  hub.add_file("acme/tiny", "config.json", pattern(1000), {.lfs = false});
  network.on_next_body("config.json").corrupt_at(10);

  const fs::path folder = api.snapshot_download("acme/tiny");

  EXPECT_TRUE(read_file(folder / "config.json") == pattern(1000));
}

TEST_F(BrokenNetwork, ASnapshotSurvivesBrokenConnections) {
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 60; ++i) files.emplace_back("f" + std::to_string(i), pattern(2000, static_cast<std::uint64_t>(i)));
  hub.add_files("acme/tiny", files);
  network.on_each_body("resolve").times(20).reset_after(700);

  const fs::path folder = api.snapshot_download("acme/tiny");

  for (const auto& [path, content] : files) EXPECT_TRUE(read_file(folder / path) == content);
  expect_whole(folder / "model.bin");
}

TEST_F(BrokenNetwork, ACutListingIsAskedForAgainAndNeverKept) {
  network.on_next_body("/tree/").truncate_after(20);

  const fs::path folder = api.snapshot_download("acme/tiny");

  expect_whole(folder / "model.bin");
  EXPECT_EQ(hf::testing::files_ending_in(cache_dir(), ".json").size(), 1U);
}

TEST_F(BrokenNetwork, AListingThatIsAlwaysCutIsNotKept) {
  network.on_each_body("/tree/").always().truncate_after(20);

  EXPECT_THROW(api.snapshot_download("acme/tiny"), hf::LocalEntryNotFoundError);

  EXPECT_THAT(hf::testing::files_ending_in(cache_dir(), ".json"), IsEmpty());
}

TEST_F(BrokenNetwork, CancellingEndsTheCallAtOnce) {
  const auto fault = network.on_next_body("").stall_after(kMiB);
  hf::CancellationSource source;
  std::chrono::steady_clock::time_point cancelled;
  std::thread canceller([&] {
    ASSERT_TRUE(fault.wait_until_fired());
    cancelled = std::chrono::steady_clock::now();
    source.cancel();
  });

  hf::HfHubDownloadOptions options;
  options.call.cancel = source.token();
  EXPECT_THROW(download(options), hf::OperationCancelledError);

  canceller.join();
  EXPECT_LT(std::chrono::steady_clock::now() - cancelled, 1s);  // 100 ms where nothing else runs.
  expect_nothing_visible();
}

TEST_F(BrokenNetwork, CancellingASnapshotLeavesNothingRunning) {
  const auto fault = network.on_next_body("").stall_after(kMiB);
  hf::CancellationSource source;
  std::thread canceller([&] {
    ASSERT_TRUE(fault.wait_until_fired());
    source.cancel();
  });

  hf::SnapshotDownloadOptions options;
  options.call.cancel = source.token();
  EXPECT_THROW(api.snapshot_download("acme/tiny", options), hf::OperationCancelledError);

  canceller.join();
  EXPECT_THAT(hf::testing::files_ending_in(cache_dir(), ".incomplete"), IsEmpty());
  EXPECT_FALSE(fs::exists(repo().ref("main")));
}

TEST_F(BrokenNetwork, TheTimeoutOfTheCallEndsIt) {
  network.on_next_body("").stall_after(kMiB);
  hf::HfHubDownloadOptions options;
  options.call.timeout = 500ms;

  try {
    download(options);
    FAIL() << "nothing was thrown";
  } catch (const hf::HfTransportError& error) {
    EXPECT_TRUE(error.is_timeout());
  }
  expect_nothing_visible();
}
