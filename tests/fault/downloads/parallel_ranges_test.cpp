// SPDX-License-Identifier: Apache-2.0
// Large files, which come in ranges, from servers and over networks that do not play along.
#include "support/download_fixture.hpp"
#include "support/instrumented.hpp"

#include "core/byte_budget.hpp"
#include "core/digest.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/server/fault_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using hf::testing::kMiB;
using hf::testing::pattern;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

std::string sha256_of(const fs::path& path) { return hf::digest_file(path, true, false).value().sha256; }

constexpr std::uint64_t kRangedSize = 40 * kMiB;
constexpr std::uint64_t kPiece = 8 * kMiB;

class ParallelRanges : public hf::testing::DownloadTest {
 protected:
  ParallelRanges() {
    hub.add_file("acme/tiny", "model.bin", content, {.lfs = true});
    api = hf::testing::make_api(home.path(), network.url());
  }

  fs::path download(const hf::HfHubDownloadOptions& options = {}) {
    return api.hf_hub_download("acme/tiny", "model.bin", options);
  }

  void expect_whole(const fs::path& path) { EXPECT_EQ(sha256_of(path), hf::sha256_hex(content)); }

  // An answer of the storage in place of the real one, after `skip` that are real.
  void answer_bytes(hf::server::ScriptedAnswer answer) {
    answer.method = "GET";
    answer.path_contains = "_storage";
    hub.script(std::move(answer));
  }

  void expect_nothing_left() {
    EXPECT_THAT(hf::testing::files_ending_in(home.path(), ".incomplete"), IsEmpty());
  }

  const std::string content{pattern(kRangedSize)};
  hf::server::FaultProxy network{hf::server::FaultProxy::in_front_of(hub)};
};

}  // namespace

TEST_F(ParallelRanges, ComeOverMoreConnectionsWhereThatIsFaster) {
  network.on_each_connection().always().throttle(8 * kMiB);

  const auto start = std::chrono::steady_clock::now();
  const fs::path path = download();
  const auto took = std::chrono::steady_clock::now() - start;

  expect_whole(path);
  EXPECT_GE(network.connections(), 4U);
  EXPECT_LT(took, 4s);  // One alone needs 5 s.
  if (!hf::testing::kIsInstrumented) {
    EXPECT_LT(network.body_bytes("_storage"), kRangedSize + 2 * kPiece);  // What is cut short when others take a part over.
  }
  EXPECT_EQ(hf::ByteBudget::process().used(), 0U);
  EXPECT_LE(hf::ByteBudget::process().peak(), hf::ByteBudget::process().limit());
}

TEST_F(ParallelRanges, ObeyABudgetThatHasRoomForOneConnectionOnly) {
  const std::size_t usual = hf::ByteBudget::process().limit();
  hf::ByteBudget::process().set_limit(kMiB);
  network.on_each_connection().always().throttle(32 * kMiB);

  expect_whole(download());

  hf::ByteBudget::process().set_limit(usual);
  EXPECT_EQ(hf::ByteBudget::process().used(), 0U);
}

TEST_F(ParallelRanges, TakeTheWholeOfAServerThatDoesNotDoRanges) {
  answer_bytes({.body = content, .headers = {{"Content-Type", "application/octet-stream"}}, .status = 200, .times = 100});

  expect_whole(download());

  EXPECT_EQ(count_asked("GET /_storage"), 1U);
}

TEST_F(ParallelRanges, StartOverWhereAServerStopsDoingRanges) {
  answer_bytes({.body = content, .headers = {{"Content-Type", "application/octet-stream"}}, .skip = 2, .status = 200, .times = 100});

  expect_whole(download());
}

TEST_F(ParallelRanges, AreFetchedOnceMoreWhereAnAnswerIsAnotherRange) {
  answer_bytes({.body = pattern(kPiece),
                .headers = {{"Content-Range", "bytes 5-" + std::to_string(kPiece + 4) + "/" + std::to_string(kRangedSize)}},
                .skip = 1, .status = 206});

  expect_whole(download());
}

TEST_F(ParallelRanges, AreAnErrorWhereAnswersAreAlwaysOtherRanges) {
  answer_bytes({.body = pattern(kPiece),
                .headers = {{"Content-Range", "bytes 5-" + std::to_string(kPiece + 4) + "/" + std::to_string(kRangedSize)}},
                .status = 206, .times = 1000});

  EXPECT_THROW(download(), hf::IntegrityError);
  EXPECT_LT(hub.requests().size(), 10U);
  expect_nothing_left();
}

TEST_F(ParallelRanges, AreFetchedAnewWhereTheFileChangesOnTheWay) {
  answer_bytes({.body = std::string(kPiece, 'x'),
                .headers = {{"Content-Range", "bytes " + std::to_string(kPiece) + "-" + std::to_string(2 * kPiece - 1) +
                                                  "/" + std::to_string(kRangedSize)},
                            {"ETag", "\"another\""}},
                .skip = 1, .status = 206});

  expect_whole(download());
}

TEST_F(ParallelRanges, GoOnWithANewSignedUrlWhereTheOldOneHasExpired) {
  answer_bytes({.body = "<Error>expired</Error>", .skip = 2, .status = 403});

  expect_whole(download());

  if (!hf::testing::kIsInstrumented) {
    EXPECT_LT(network.body_bytes("_storage"), kRangedSize + kPiece);
  }
  EXPECT_GE(network.requests("resolve"), 2U);  // The HEAD, and the new URL.
}

TEST_F(ParallelRanges, NeverLoopOn416) {
  answer_bytes({.skip = 2, .status = 416, .times = 1000});

  EXPECT_THROW(download(), hf::HfHubError);
  EXPECT_LT(hub.requests().size(), 20U);
}

TEST_F(ParallelRanges, WaitWhereTheStorageSaysSo) {
  answer_bytes({.skip = 1, .status = 503, .times = 3});

  expect_whole(download());

  if (!hf::testing::kIsInstrumented) {
    EXPECT_LT(network.body_bytes("_storage"), kRangedSize + kPiece);
  }
}

TEST_F(ParallelRanges, SurviveConnectionsThatBreakTogether) {
  network.on_each_connection().always().throttle(16 * kMiB);
  const auto fault = network.on_each_body("_storage").times(12).reset_after(2 * kMiB);

  expect_whole(download());

  EXPECT_EQ(fault.fired(), 12);
  if (!hf::testing::kIsInstrumented) {
    EXPECT_LT(network.body_bytes("_storage"), kRangedSize + 2 * kPiece);
  }
}

TEST_F(ParallelRanges, AreAskedForAgainWhereOneStandsStill) {
  const auto fault = network.on_next_body("_storage").stall_after(3 * kMiB);

  expect_whole(download({.download_timeout = 300ms}));

  EXPECT_EQ(fault.fired(), 1);
  if (!hf::testing::kIsInstrumented) {
    EXPECT_LT(network.body_bytes("_storage"), kRangedSize + kPiece);
  }
}

TEST_F(ParallelRanges, AreAskedForAgainWhereOneCrawls) {
  network.on_each_connection().always().throttle(10 * kMiB);
  network.on_connection(3).throttle(20'000);

  const auto start = std::chrono::steady_clock::now();
  expect_whole(download());

  // A range of 8 MiB would take seven minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST_F(ParallelRanges, AreCheckedAsAWhole) {
  network.on_each_connection().always().throttle(16 * kMiB);
  network.on_next_body("_storage").corrupt_at(kMiB);

  expect_whole(download());
}

TEST_F(ParallelRanges, AreAnIntegrityErrorWithBothDigestsWhereTheyAreAlwaysWrong) {
  network.on_each_body("_storage").always().corrupt_at(kMiB);

  try {
    download();
    FAIL() << "nothing was thrown";
  } catch (const hf::IntegrityError& error) {
    EXPECT_THAT(error.what(), HasSubstr("SHA-256"));
    EXPECT_THAT(error.what(), HasSubstr("promised"));
  }
  expect_nothing_left();
}

TEST_F(ParallelRanges, OfGitFilesAreCheckedByTheirId) {
  hub.add_file("acme/tiny", "large.txt", content, {.lfs = false});
  network.on_each_connection().always().throttle(16 * kMiB);

  expect_whole(api.hf_hub_download("acme/tiny", "large.txt"));
}

TEST_F(ParallelRanges, EndAtOnceWhenCancelled) {
  network.on_each_connection().always().throttle(2 * kMiB);
  hf::CancellationSource source;
  std::chrono::steady_clock::time_point cancelled;
  hf::HfHubDownloadOptions options;
  options.call.cancel = source.token();
  std::thread canceller([&] {
    while (network.body_bytes("_storage") < kMiB) std::this_thread::yield();
    cancelled = std::chrono::steady_clock::now();
    source.cancel();
  });

  EXPECT_THROW(download(options), hf::OperationCancelledError);

  const auto took = std::chrono::steady_clock::now();
  canceller.join();
  EXPECT_LT(took - cancelled, 500ms);  // 100 ms where nothing else runs.
}

TEST_F(ParallelRanges, OfSeveralFilesShareTheConnections) {
  std::string other = pattern(kRangedSize, 5);
  hub.add_file("acme/tiny", "other.bin", other, {.lfs = true});
  network.on_each_connection().always().throttle(16 * kMiB);

  const fs::path folder = api.snapshot_download("acme/tiny");

  expect_whole(folder / "model.bin");
  EXPECT_EQ(sha256_of(folder / "other.bin"), hf::sha256_hex(other));
  EXPECT_LE(network.open_connections(), 24U);
}
