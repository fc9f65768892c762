// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/scan.hpp"

#include "core/file_lock.hpp"

#include "support/temp_dir.hpp"
#include "support/worked_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::WorkedCache;
using hf::testing::write_file;
using testing::IsEmpty;

namespace {

struct CachePrune : testing::Test {
  hf::testing::TempDir home{};
  WorkedCache cache{home.path() / "hub"};

  hf::PruneCacheStrategy plan() const { return hf::scan_cache_dir(cache.root).prune(); }
};

}  // namespace

TEST_F(CachePrune, FindsNothingInACacheInUse) {
  write_file(cache.other() / "refs/main", WorkedCache::kOther);

  EXPECT_TRUE(plan().empty());
}

TEST_F(CachePrune, TakesRevisionsWithoutARef) {
  write_file(cache.other() / "refs/main", WorkedCache::kOther);
  fs::remove(cache.tiny() / "refs/v1.0");

  const hf::PruneCacheStrategy strategy = plan();
  strategy.execute();

  EXPECT_EQ(strategy.revision_count, 1U);
  EXPECT_FALSE(fs::exists(cache.tiny() / "snapshots" / WorkedCache::kV1));
  EXPECT_FALSE(fs::exists(cache.tiny() / "blobs" / WorkedCache::kConfigV1));
  EXPECT_TRUE(fs::exists(cache.tiny() / "snapshots" / WorkedCache::kMain / "model.safetensors"));
  EXPECT_TRUE(plan().empty());
}

// A repository that was moved on the Hub is in the cache under both names, with the same commits.
TEST_F(CachePrune, LeavesACommitThatARefOfAnotherRepositoryLeadsTo) {
  write_file(cache.other() / "refs/main", WorkedCache::kOther);
  const fs::path old_name = cache.root / "models--acme--old";
  write_file(old_name / "snapshots" / WorkedCache::kMain / "config.json", "{}");

  const hf::PruneCacheStrategy strategy = plan();
  strategy.execute();

  EXPECT_EQ(strategy.revision_count, 0U);
  EXPECT_TRUE(fs::exists(cache.tiny() / "snapshots" / WorkedCache::kMain / "config.json"));
}

TEST_F(CachePrune, TakesIncompleteDownloadsThatNobodyWorksOn) {
  write_file(cache.other() / "refs/main", WorkedCache::kOther);
  const fs::path dead = cache.tiny() / "blobs/abc.1234abcd.incomplete";
  const fs::path old = cache.tiny() / "blobs/def.incomplete";
  const fs::path alive = cache.tiny() / "blobs" / (std::string(WorkedCache::kOnnx) + ".1234abcd.incomplete");
  for (const fs::path& path : {dead, old, alive}) write_file(path, "12345");
  const fs::path lock = cache.root / ".locks/models--acme--tiny" / (std::string(WorkedCache::kOnnx) + ".lock");
  const auto held = hf::FileLock::acquire(lock, {});
  ASSERT_TRUE(held.ok());

  const hf::PruneCacheStrategy strategy = plan();
  strategy.execute();

  EXPECT_EQ(strategy.incomplete_files.size(), 2U);
  EXPECT_EQ(strategy.expected_freed_size, 10U);
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(alive));
}

TEST_F(CachePrune, LeavesADownloadAloneThatBeganAfterThePlan) {
  const fs::path part = cache.tiny() / "blobs" / (std::string(WorkedCache::kOnnx) + ".1234abcd.incomplete");
  write_file(part, "12345");
  const hf::PruneCacheStrategy strategy = plan();
  const fs::path lock = cache.root / ".locks/models--acme--tiny" / (std::string(WorkedCache::kOnnx) + ".lock");
  const auto held = hf::FileLock::acquire(lock, {});

  strategy.execute();

  EXPECT_TRUE(fs::exists(part));
}

TEST_F(CachePrune, TakesWhatTheSharedStoreHoldsForNobody) {
  fs::remove_all(cache.tiny());
  fs::remove_all(cache.other());

  const hf::PruneCacheStrategy strategy = plan();
  strategy.execute();

  ASSERT_EQ(strategy.shared_blobs.size(), 1U);
  EXPECT_EQ(strategy.shared_blobs[0].size_on_disk, 4096U);
  EXPECT_FALSE(fs::exists(cache.payload()));
}

TEST_F(CachePrune, KeepsASharedContentOfWhichTheUsersAreNotKnown) {
  fs::remove_all(cache.tiny());
  fs::remove_all(cache.other());
  fs::remove(cache.list());

  EXPECT_THAT(plan().shared_blobs, IsEmpty());
}

TEST_F(CachePrune, LeavesAPartFileWhoseOwnerLives) {
  write_file(cache.other() / "refs/main", WorkedCache::kOther);
  const fs::path part = cache.tiny() / "blobs/0123.01234567.incomplete";
  write_file(part, "half");
  const int owner = ::open(part.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(owner, LOCK_EX | LOCK_NB), 0);

  const hf::PruneCacheStrategy while_it_lives = plan();
  EXPECT_THAT(while_it_lives.incomplete_files, IsEmpty());
  ASSERT_EQ(::flock(owner, LOCK_UN), 0);
  const hf::PruneCacheStrategy after = plan();
  EXPECT_EQ(after.incomplete_files.size(), 1U);
  ASSERT_EQ(::flock(owner, LOCK_EX | LOCK_NB), 0);
  after.execute();  // He has come back meanwhile.
  EXPECT_TRUE(fs::exists(part));
  ::close(owner);
  after.execute();
  EXPECT_FALSE(fs::exists(part));
}
