// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/scan.hpp"

#include "support/temp_dir.hpp"
#include "support/worked_cache.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using hf::testing::read_file;
using hf::testing::WorkedCache;
using hf::testing::write_file;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

struct CacheScan : testing::Test {
  hf::testing::TempDir home{};
  WorkedCache cache{home.path() / "hub"};

  hf::HFCacheInfo scan() const { return hf::scan_cache_dir(cache.root); }
  static const hf::CachedRepoInfo& find(const hf::HFCacheInfo& info, const std::string& id) {
    return *std::find_if(info.repos.begin(), info.repos.end(), [&](const auto& repo) { return repo.repo_id == id; });
  }
};

}  // namespace

// Figures of spec/cache.md 19.5 and 19.6.

TEST_F(CacheScan, CountsSharedBytesOncePhysicallyAndInEachRepository) {
  const hf::HFCacheInfo info = scan();

  EXPECT_THAT(info.warnings, IsEmpty());
  ASSERT_EQ(info.repos.size(), 2U);
  EXPECT_EQ(find(info, "acme/tiny").size_on_disk, 5944U);
  EXPECT_EQ(find(info, "acme/other").size_on_disk, 5629U);
  EXPECT_EQ(info.size_on_disk, 7477U);
}

TEST_F(CacheScan, TakesOneHopFromTheSnapshotToTheBlob) {
  const hf::HFCacheInfo info = scan();

  const auto& files = find(info, "acme/other").revisions.at(0).files;
  ASSERT_EQ(files.size(), 3U);
  EXPECT_EQ(files[2].file_name, "model.safetensors");
  EXPECT_EQ(files[2].blob_path, cache.other() / "blobs" / WorkedCache::kModel);
  EXPECT_EQ(files[2].size_on_disk, 4096U);
}

TEST_F(CacheScan, ReportsFoldersThatAreTooDeepToBeUsed) {
  const fs::path snapshot = cache.tiny() / "snapshots" / "deep";
  fs::create_directories(snapshot);
  int folder = ::open(snapshot.c_str(), O_RDONLY | O_DIRECTORY);
  const std::string name(250, 'd');
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(::mkdirat(folder, name.c_str(), 0755), 0);
    const int inner = ::openat(folder, name.c_str(), O_RDONLY | O_DIRECTORY);
    ::close(folder);
    folder = inner;
  }
  ::close(folder);

  const hf::HFCacheInfo info = scan();

  ASSERT_EQ(info.warnings.size(), 1U);
  EXPECT_LT(info.warnings[0].path.native().size(), 5000U);
}

TEST_F(CacheScan, OrdersFilesByPathAndSkipsLinksToFolders) {
  const fs::path snapshot = cache.tiny() / "snapshots" / "order";
  for (const char* name : {"a.txt", "a/b/c", "a-b", "a/c"}) write_file(snapshot / name, "x");
  fs::create_directory_symlink("a", snapshot / "link");
  fs::create_symlink("../../../blobs/gone", snapshot / "a/gone");

  const hf::HFCacheInfo info = scan();

  const auto& revisions = find(info, "acme/tiny").revisions;
  const auto order = std::find_if(revisions.begin(), revisions.end(), [](auto& r) { return r.commit_hash == "order"; });
  ASSERT_NE(order, revisions.end());
  std::vector<std::string> names;
  for (const hf::CachedFileInfo& file : order->files) names.push_back(file.file_path.lexically_relative(snapshot));
  EXPECT_THAT(names, ElementsAre("a-b", "a.txt", "a/b/c", "a/c"));
  ASSERT_EQ(info.warnings.size(), 1U);
  EXPECT_EQ(info.warnings[0].path, cache.tiny() / "blobs/gone");
}

TEST_F(CacheScan, KnowsRefsAndRevisions) {
  write_file(cache.tiny() / "refs/refs/pr/1", WorkedCache::kMain);

  const hf::HFCacheInfo info = scan();
  const auto& repo = find(info, "acme/tiny");

  ASSERT_EQ(repo.revisions.size(), 2U);
  EXPECT_EQ(repo.revisions[0].commit_hash, WorkedCache::kMain);
  EXPECT_THAT(repo.revisions[0].refs, ElementsAre("main", "refs/pr/1"));
  EXPECT_THAT(repo.revisions[1].refs, ElementsAre("v1.0"));
  EXPECT_EQ(repo.refs().at("refs/pr/1"), WorkedCache::kMain);
  EXPECT_EQ(repo.cache_id(), "model/acme/tiny");
}

TEST_F(CacheScan, DeletesARevisionAndWhatOnlyItUses) {
  const hf::DeleteCacheStrategy plan = scan().delete_revisions({WorkedCache::kV1});
  EXPECT_EQ(plan.expected_freed_size, 1533U);
  EXPECT_EQ(plan.blobs.size(), 2U);

  plan.execute();

  EXPECT_FALSE(fs::exists(cache.tiny() / "snapshots" / WorkedCache::kV1));
  EXPECT_FALSE(fs::exists(cache.tiny() / "refs/v1.0"));
  EXPECT_FALSE(fs::exists(cache.tiny() / "blobs" / WorkedCache::kConfigV1));
  EXPECT_TRUE(fs::exists(cache.tiny() / "snapshots" / WorkedCache::kMain / "model.safetensors"));
  EXPECT_TRUE(fs::exists(cache.payload()));
}

TEST_F(CacheScan, DeletesAWholeRepositoryAndLeavesTheSharedFileToTheOther) {
  scan().delete_revisions({WorkedCache::kV1}).execute();
  const hf::DeleteCacheStrategy plan = scan().delete_revisions({WorkedCache::kMain});
  EXPECT_EQ(plan.expected_freed_size, 315U);
  EXPECT_THAT(plan.repos, ElementsAre(cache.tiny()));

  plan.execute();

  EXPECT_FALSE(fs::exists(cache.tiny()));
  EXPECT_EQ(read_file(cache.list()), "models--acme--other/blobs/" + std::string(WorkedCache::kModel) + "\n");
  EXPECT_TRUE(fs::exists(cache.payload()));

  const hf::DeleteCacheStrategy last = scan().delete_revisions({WorkedCache::kOther});
  EXPECT_EQ(last.expected_freed_size, 5629U);
  last.execute();
  EXPECT_FALSE(fs::exists(cache.payload()));
  EXPECT_FALSE(fs::exists(cache.list()));
  EXPECT_TRUE(fs::exists(cache.payload().string() + ".lock"));
  EXPECT_TRUE(fs::exists(cache.root / "blobs/.huggingface-shared-blobs"));
}

TEST_F(CacheScan, DeletesSingleFiles) {
  const hf::HFCacheInfo info = scan();
  const hf::CachedFileInfo model = find(info, "acme/other").revisions[0].files[2];
  const hf::DeleteCacheStrategy plan = info.delete_files({model});
  EXPECT_EQ(plan.expected_freed_size, 0U);

  plan.execute();

  EXPECT_FALSE(fs::exists(fs::symlink_status(model.file_path)));
  EXPECT_FALSE(fs::exists(fs::symlink_status(model.blob_path)));
  EXPECT_EQ(read_file(cache.list()), "models--acme--tiny/blobs/" + std::string(WorkedCache::kModel) + "\n");
}

TEST_F(CacheScan, LeavesUnknownRevisionsAlone) {
  const hf::DeleteCacheStrategy plan = scan().delete_revisions({std::string(40, 'f')});

  EXPECT_EQ(plan.expected_freed_size, 0U);
  EXPECT_THAT(plan.repos, IsEmpty());
}

TEST_F(CacheScan, ListsUnfinishedDownloads) {
  write_file(cache.tiny() / "blobs/abc.1234abcd.incomplete", "12345");

  const hf::HFCacheInfo info = scan();

  ASSERT_EQ(info.incomplete_files.size(), 1U);
  EXPECT_EQ(info.incomplete_size_on_disk(), 5U);
  EXPECT_EQ(info.size_on_disk, 7477U);
}

TEST_F(CacheScan, WarnsOfWhatIsNoRepositoryAndGoesOn) {
  write_file(cache.root / "notes.txt", "x");
  write_file(cache.root / "folder/x", "x");
  write_file(cache.root / "buckets--a--b/x", "x");
  write_file(cache.root / "models--a--b/x", "x");
  write_file(cache.root / ".DS_Store", "x");

  const hf::HFCacheInfo info = scan();

  EXPECT_EQ(info.repos.size(), 2U);
  EXPECT_EQ(info.warnings.size(), 4U);
}

TEST(CacheScanErrors, NameTheFolder) {
  const hf::testing::TempDir home;
  write_file(home.path() / "file", "x");

  try {
    (void)hf::scan_cache_dir(home.path() / "none");
    FAIL() << "nothing was thrown";
  } catch (const hf::CacheNotFound& error) {
    EXPECT_EQ(error.cache_dir(), home.path() / "none");
    EXPECT_EQ(std::string(error.what()).rfind("Cache directory not found: ", 0), 0U);
  }
  EXPECT_THROW((void)hf::scan_cache_dir(home.path() / "file"), hf::HFValidationError);
}

// Check values of spec/cache.md 16.

TEST(CacheFormat, PrintsSizesInThousands) {
  EXPECT_EQ(hf::format_size(3660), "3.7K");
  EXPECT_EQ(hf::format_size(12), "12.0");
  EXPECT_EQ(hf::format_size(1234567890), "1.2G");
}

TEST(CacheFormat, PrintsTimesInTheLargestUnit) {
  const auto ago = [](std::chrono::milliseconds passed) {
    const std::chrono::system_clock::time_point now{std::chrono::hours(500000)};
    return hf::format_timesince(now - passed, now);
  };
  EXPECT_EQ(ago(3s), "a few seconds ago");
  EXPECT_EQ(ago(59600ms), "1 minute ago");
  EXPECT_EQ(ago(3571s), "1 hour ago");
  EXPECT_EQ(ago(86399s), "1 day ago");
  EXPECT_EQ(ago(2592000s), "4 weeks ago");
}
