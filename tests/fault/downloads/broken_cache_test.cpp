// SPDX-License-Identifier: Apache-2.0
#include "support/command_line.hpp"
#include "support/download_fixture.hpp"
#include "support/privileges.hpp"

#include "huggingface_hub/cache/lookup.hpp"
#include "huggingface_hub/cache/scan.hpp"
#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/mount.h>

#include <cerrno>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;
using hf::testing::read_file;
using hf::testing::write_file;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class BrokenCache : public hf::testing::DownloadTest {
 protected:
  BrokenCache() { commit = hub.add_file("acme/tiny", "config.json", "{\"a\": 1}"); }
  std::string commit{};
};

// Everybody may read below `root`, nobody may write.
void make_read_only(const fs::path& root) {
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_symlink()) continue;
    fs::permissions(entry.path(), entry.is_directory() ? fs::perms(0555) : fs::perms(0444));
  }
  fs::permissions(root, fs::perms(0555));
}

}  // namespace

TEST_F(BrokenCache, ARefWithGarbageCountsAsAbsentAndIsPutRight) {
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json");

  for (const char* garbage : {"", "\n", "../../../etc", "not a commit\nat all", "/tmp"}) {
    write_file(repo().ref("main"), garbage);
    EXPECT_FALSE(hf::try_to_load_from_cache("acme/tiny", "config.json", {.cache_dir = cache_dir()})) << garbage;
    EXPECT_THROW(api.hf_hub_download("acme/tiny", "config.json", {.local_files_only = true}), hf::LocalEntryNotFoundError);
    EXPECT_EQ(api.hf_hub_download("acme/tiny", "config.json"), path);
    EXPECT_EQ(read_file(repo().ref("main")), commit);
  }
}

TEST_F(BrokenCache, ARefWithANewlineIsUnderstoodAndRepaired) {
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json");
  write_file(repo().ref("main"), commit + "\n");

  EXPECT_EQ(api.hf_hub_download("acme/tiny", "config.json", {.local_files_only = true}), path);
  api.hf_hub_download("acme/tiny", "config.json");

  EXPECT_EQ(read_file(repo().ref("main")), commit);
}

TEST_F(BrokenCache, ABrokenSymlinkIsFetchedAgain) {
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json");
  fs::remove(fs::canonical(path));

  EXPECT_FALSE(hf::try_to_load_from_cache("acme/tiny", "config.json", {.cache_dir = cache_dir()}));
  EXPECT_EQ(read_file(api.hf_hub_download("acme/tiny", "config.json")), "{\"a\": 1}");
  fs::remove(fs::canonical(path));
  EXPECT_EQ(read_file(api.snapshot_download("acme/tiny") / "config.json"), "{\"a\": 1}");
}

TEST_F(BrokenCache, ABlobThatIsADanglingLinkIsReplacedAndNotWrittenThrough) {
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json");
  const fs::path blob = fs::canonical(path);
  fs::remove(blob);
  fs::create_symlink("../../blobs/e3/elsewhere", blob);

  EXPECT_EQ(read_file(api.hf_hub_download("acme/tiny", "config.json")), "{\"a\": 1}");

  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(blob)));
  EXPECT_FALSE(fs::exists(cache_dir() / "blobs"));
}

TEST_F(BrokenCache, AFolderWhereAFileBelongsIsNamed) {
  fs::create_directories(repo().pointer(commit, "config.json"));

  try {
    api.hf_hub_download("acme/tiny", "config.json");
    FAIL() << "nothing was thrown";
  } catch (const hf::HfIoError& error) {
    EXPECT_EQ(error.system_error(), EISDIR);
    EXPECT_THAT(error.what(), HasSubstr("config.json"));
  }
}

TEST_F(BrokenCache, AFileWhereAFolderBelongsIsNamed) {
  write_file(repo().blobs(), "in the way");

  try {
    api.hf_hub_download("acme/tiny", "config.json");
    FAIL() << "nothing was thrown";
  } catch (const hf::HfIoError& error) {
    EXPECT_THAT(error.what(), HasSubstr("blobs"));
  }
}

TEST_F(BrokenCache, AReadOnlyCacheAnswersAndSaysWhyItCannotTakeMore) {
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json");
  hub.add_file("acme/tiny", "more.json", "{}");
  api.hf_hub_download("acme/tiny", "config.json", {.revision = commit});
  fs::permissions(home.path(), fs::perms(0755));
  make_read_only(cache_dir());

  const hf::testing::WithoutPrivileges nobody;
  if (!nobody.ok()) GTEST_SKIP() << "cannot give up the privileges of root here";
  const hf::HfApi mine = hf::testing::make_api(home.path(), hub.url());
  EXPECT_EQ(mine.hf_hub_download("acme/tiny", "config.json", {.revision = commit}), path);
  EXPECT_EQ(mine.hf_hub_download("acme/tiny", "config.json", {.local_files_only = true}), path);
  try {
    mine.hf_hub_download("acme/tiny", "more.json");
    ADD_FAILURE() << "wrote into a cache that is read-only";
  } catch (const hf::HfIoError& error) {
    EXPECT_EQ(error.system_error(), EACCES) << error.what();
  }
}

TEST_F(BrokenCache, AFullDiskIsATypedErrorAndLeavesNothing) {
  const fs::path small = home.path() / "small";
  fs::create_directories(small);
  if (::mount("none", small.c_str(), "tmpfs", 0, "size=1m") != 0) {
    GTEST_SKIP() << "no small file system to fill: mounting one needs root";
  }
  hub.add_file("acme/tiny", "model.bin", pattern(4 * kMiB), {.lfs = true});
  hf::HfApiOptions options;
  options.config = hf::testing::plain_config(home.path());
  options.config->hub_cache = small / "hub";
  options.endpoint = hub.url();
  const hf::HfApi mine(options);

  int reason = 0;
  int snapshot_reason = 0;
  try {
    mine.hf_hub_download("acme/tiny", "model.bin");
  } catch (const hf::HfIoError& error) {
    reason = error.system_error();
  }
  try {
    mine.snapshot_download("acme/tiny");
  } catch (const hf::HfIoError& error) {
    snapshot_reason = error.system_error();
  }
  const auto leftovers = hf::testing::files_ending_in(small, ".incomplete");
  const bool works_again = read_file(mine.hf_hub_download("acme/tiny", "config.json")) == "{\"a\": 1}";
  ::umount2(small.c_str(), MNT_DETACH);

  EXPECT_EQ(reason, ENOSPC);
  EXPECT_EQ(snapshot_reason, ENOSPC);
  EXPECT_THAT(leftovers, IsEmpty());
  EXPECT_TRUE(works_again);
}

TEST_F(BrokenCache, ScanReportsTheRestOfARepositoryWithABadEntry) {
  hub.add_file("acme/tiny", "other.json", "{}");
  const fs::path folder = api.snapshot_download("acme/tiny");
  fs::remove(fs::canonical(folder / "other.json"));
  write_file(repo().ref("broken"), "no commit at all\n!");
  write_file(repo().ref("gone"), std::string(40, 'd'));
  write_file(repo().snapshots() / "stray", "file");
  write_file(cache_dir() / "stray", "file");
  fs::create_directories(cache_dir() / "blobs");

  const hf::HFCacheInfo info = hf::scan_cache_dir(cache_dir());

  ASSERT_EQ(info.repos.size(), 1U);
  EXPECT_EQ(info.repos[0].revisions[0].files.size(), 2U);  // .gitattributes and config.json
  EXPECT_EQ(info.warnings.size(), 6U);
}

TEST_F(BrokenCache, SurvivesTwoProcessesThatDeleteAndDownloadAtOnce) {
  constexpr int kRounds = 30;
  hf::testing::RunningCommand deleter({DOWNLOAD_PROCESS, hub.url(), home.path().string(), "delete",
                                       std::to_string(kRounds * 4)}, {}, home.path());
  ASSERT_EQ(deleter.first_line(), "begun");

  for (int i = 0; i < kRounds; ++i) {
    try {
      const fs::path path = api.hf_hub_download("acme/tiny", "config.json");
      std::error_code gone;
      const std::uintmax_t size = fs::file_size(path, gone);
      EXPECT_TRUE(gone || size == 8U);  // Whole, or deleted since.
    } catch (const hf::HfIoError& error) {
      EXPECT_EQ(error.system_error(), ENOENT) << error.what();  // The folder went while it was being filled.
    }
  }

  EXPECT_EQ(deleter.wait().code, 0);
  EXPECT_EQ(read_file(api.hf_hub_download("acme/tiny", "config.json")), "{\"a\": 1}");
}
