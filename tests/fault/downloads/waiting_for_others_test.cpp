// SPDX-License-Identifier: Apache-2.0
// Locks that others hold: a wait is politeness, and has an end.
#include "support/download_fixture.hpp"

#include "core/digest.hpp"
#include "core/file_lock.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/mount.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <thread>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using hf::testing::kMiB;
using hf::testing::pattern;
using hf::testing::read_file;
using testing::HasSubstr;

namespace {

class WaitingForOthers : public hf::testing::DownloadTest {
 protected:
  WaitingForOthers() { hub.add_file("acme/tiny", "model.bin", content, {.lfs = true}); }

  hf::FileLock hold() const { return std::move(hf::FileLock::acquire(repo().lock(etag), {})).value(); }

  const std::string content{pattern(kMiB)};
  const std::string etag{hf::sha256_hex(content)};
};

}  // namespace

TEST_F(WaitingForOthers, EndsWhereTheHolderDoesNothing) {
  const hf::FileLock lock = hold();

  const fs::path path = api.hf_hub_download("acme/tiny", "model.bin", {.download_timeout = 300ms});

  EXPECT_TRUE(read_file(path) == content);
}

TEST_F(WaitingForOthers, EndsInALocalFolderToo) {
  const fs::path mine = home.path() / "mine";
  const auto lock = hf::FileLock::acquire(mine / ".cache/huggingface/download/model.bin.lock", {});

  const fs::path path = api.hf_hub_download("acme/tiny", "model.bin", {.download_timeout = 300ms, .local_dir = mine});

  EXPECT_TRUE(read_file(path) == content);
}

TEST_F(WaitingForOthers, EndsWithTheFileThatTheHolderMakes) {
  const hf::FileLock lock = hold();
  std::thread other([&] {
    while (hub.requests().empty()) std::this_thread::yield();  // The other asks about the file, then waits.
    hf::testing::write_file(home.path() / "blob", content);
    fs::create_directories(repo().blobs());
    fs::rename(home.path() / "blob", repo().blob(etag));
  });

  const fs::path path = api.hf_hub_download("acme/tiny", "model.bin", {.download_timeout = 20s});

  other.join();
  EXPECT_TRUE(read_file(path) == content);
  EXPECT_EQ(count_asked("GET /_storage"), 0U);
}

TEST_F(WaitingForOthers, GoesOnAsLongAsTheirPartFileGrows) {
  const hf::FileLock lock = hold();
  const fs::path part = repo().blobs() / (etag + ".0123abcd.incomplete");
  std::atomic<bool> is_done{false};
  std::atomic<std::uint64_t> fetched_while_growing{0};
  std::thread other([&] {
    for (std::size_t size = 1; size <= 40; ++size) {  // Two seconds, ten times the patience for nothing.
      hf::testing::write_file(part, std::string(size * 10'000, 'x'));
      std::this_thread::sleep_for(50ms);
    }
    fetched_while_growing = count_asked("GET /_storage");
    is_done = true;
  });

  const fs::path path = api.hf_hub_download("acme/tiny", "model.bin", {.download_timeout = 200ms});

  EXPECT_TRUE(is_done);
  other.join();
  EXPECT_EQ(fetched_while_growing, 0U);
  EXPECT_TRUE(read_file(path) == content);
}

TEST_F(WaitingForOthers, EndsWhenCancelled) {
  const hf::FileLock lock = hold();
  hf::HfHubDownloadOptions options;
  options.call.timeout = 300ms;

  try {
    api.hf_hub_download("acme/tiny", "model.bin", options);
    FAIL() << "nothing was thrown";
  } catch (const hf::HfTransportError& error) {
    EXPECT_TRUE(error.is_timeout());
  }
}

TEST_F(WaitingForOthers, IsNotNeededToSeeThatTheDiskIsTooSmall) {
  const fs::path small = home.path() / "small";
  fs::create_directories(small);
  if (::mount("none", small.c_str(), "tmpfs", 0, "size=512k") != 0) {
    GTEST_SKIP() << "no small file system to fill: mounting one needs root";
  }
  hf::HfHubDownloadOptions options;
  options.cache_dir = small / "hub";
  std::string message;
  try {
    api.hf_hub_download("acme/tiny", "model.bin", options);
  } catch (const hf::HfIoError& error) {
    message = error.what();
    EXPECT_EQ(error.system_error(), ENOSPC);
  }
  const std::size_t fetched = count_asked("GET /_storage");
  ::umount2(small.c_str(), MNT_DETACH);

  EXPECT_THAT(message, HasSubstr("1.05 MB are needed"));
  EXPECT_EQ(fetched, 0U);
}
