// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/move.hpp"

#include "core/file_lock.hpp"
#include "core/files.hpp"

#include "huggingface_hub/cache/scan.hpp"
#include "huggingface_hub/errors.hpp"

#include "support/temp_dir.hpp"
#include "support/worked_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::read_file;
using hf::testing::WorkedCache;
using hf::testing::write_file;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

struct CacheMove : testing::Test {
  hf::testing::TempDir home{};
  WorkedCache cache{home.path() / "hub"};
  fs::path to{home.path() / "disk/cache"};
  fs::path partial{home.path() / "disk/.cache.moving"};

  hf::MovedCache move(const std::function<void()>& on_progress = {}) {
    hf::MoveCacheOptions options;
    options.cache_dir = cache.root;
    options.cancel = source.token();
    if (on_progress) options.on_progress = [&](std::uint64_t, std::uint64_t) { on_progress(); };
    return hf::move_cache(to, options);
  }

  /// Every entry, with what it holds.
  static std::map<std::string, std::string> contents(const fs::path& root) {
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      const std::string name = entry.path().lexically_relative(root).generic_string();
      if (entry.is_symlink())
        found[name] = "-> " + fs::read_symlink(entry.path()).string();
      else if (entry.is_regular_file())
        found[name] = read_file(entry.path());
      else
        found[name] = "folder";
    }
    return found;
  }

  hf::CancellationSource source{};
};

/// As from one disk to another: what a try before has begun is gone on with by copying.
struct CacheCopy : CacheMove {
  CacheCopy() { fs::create_directories(partial); }
};

}  // namespace

TEST_F(CacheMove, RenamesOnOneFileSystem) {
  const auto before = contents(cache.root);

  const hf::MovedCache moved = move();

  EXPECT_EQ(moved.copied_bytes, 0U);
  EXPECT_EQ(contents(to), before);
  EXPECT_FALSE(fs::exists(cache.root));
}

TEST_F(CacheMove, TakesAnEmptyFolder) {
  fs::create_directories(to);

  move();

  EXPECT_EQ(hf::scan_cache_dir(to).repos.size(), 2U);
}

TEST_F(CacheMove, LinksThatNameTheOldPlaceNameTheNewOne) {
  const fs::path link = cache.tiny() / "snapshots" / WorkedCache::kMain / "absolute.json";
  fs::create_symlink(cache.tiny() / "blobs" / WorkedCache::kConfigMain, link);

  move();

  EXPECT_EQ(read_file(to / link.lexically_relative(cache.root)), "{\"hidden\": 16}\n");
}

TEST_F(CacheMove, RefusesPlacesThatCannotBe) {
  to = cache.root / "inside";
  EXPECT_THROW(move(), hf::HFValidationError);
  to = cache.root;
  EXPECT_THROW(move(), hf::HFValidationError);
  to = home.path() / "full";
  write_file(to / "something", "x");
  EXPECT_THROW(move(), hf::HFValidationError);
  EXPECT_EQ(hf::scan_cache_dir(cache.root).repos.size(), 2U);
}

TEST_F(CacheMove, WaitsForNobodyButNamesWhoDownloads) {
  const fs::path lock = cache.root / ".locks/models--acme--tiny" / (std::string(WorkedCache::kOnnx) + ".lock");
  const auto held = hf::FileLock::acquire(lock, {});
  ASSERT_TRUE(held.ok());

  try {
    move();
    FAIL() << "moved";
  } catch (const hf::HfIoError& error) {
    EXPECT_THAT(error.what(), HasSubstr(lock.string()));
  }
  EXPECT_TRUE(fs::exists(cache.root));
}

TEST_F(CacheMove, NamesACacheThatIsNotThere) {
  fs::remove_all(cache.root);

  EXPECT_THROW(move(), hf::CacheNotFound);
}

TEST_F(CacheCopy, CopiesEverythingWithTimesAndModes) {
  const auto before = contents(cache.root);
  const fs::path blob = fs::path("models--acme--tiny/blobs") / WorkedCache::kOnnx;
  const fs::file_time_type time = fs::last_write_time(cache.root / blob) - std::chrono::hours(48);
  fs::last_write_time(cache.root / blob, time);

  const hf::MovedCache moved = move();

  EXPECT_GT(moved.copied_bytes, 4096U);
  EXPECT_EQ(contents(to), before);
  EXPECT_EQ(fs::last_write_time(to / blob), time);
  EXPECT_EQ(fs::status(to / "blobs/e3" / WorkedCache::kXet).permissions(), fs::perms(0444));
  EXPECT_FALSE(fs::exists(cache.root));
  EXPECT_FALSE(fs::exists(partial));
}

TEST_F(CacheCopy, CancelledItLeavesTheCacheWhereItWas) {
  const auto before = contents(cache.root);

  EXPECT_THROW(move([this] { source.cancel(); }), hf::OperationCancelledError);

  EXPECT_EQ(contents(cache.root), before);
  EXPECT_FALSE(fs::exists(to));
}

TEST_F(CacheCopy, GoesOnWhereItWasInterrupted) {
  int pieces = 0;
  EXPECT_THROW(move([&] {
                 if (++pieces == 3) source.cancel();
               }),
               hf::OperationCancelledError);
  source = hf::CancellationSource();
  const auto before = contents(cache.root);
  std::uint64_t all = 0;
  for (const auto& entry : fs::recursive_directory_iterator(cache.root)) {
    if (entry.is_regular_file() && !entry.is_symlink()) all += entry.file_size();
  }

  const hf::MovedCache moved = move();

  EXPECT_LT(moved.copied_bytes, all);
  EXPECT_EQ(contents(to), before);
}

TEST_F(CacheCopy, DropsWhatWasDeletedSinceTheFirstTry) {
  write_file(partial / "models--acme--gone/refs/main", "x");

  move();

  EXPECT_FALSE(fs::exists(to / "models--acme--gone"));
}

TEST_F(CacheCopy, TakesWhatCameWhileItCopied) {
  bool added = false;
  move([&] {
    if (!std::exchange(added, true)) write_file(cache.tiny() / "refs/late", WorkedCache::kMain);
  });

  EXPECT_EQ(read_file(to / "models--acme--tiny/refs/late"), WorkedCache::kMain);
}

// Killed between the rename and the end of the deletion: the new place is whole, and says whose it is.
TEST_F(CacheMove, FinishesADeletionThatWasInterrupted) {
  fs::create_directories(partial);
  move();
  write_file(to / ".locks/moved-from", cache.root.string());
  write_file(cache.root / "models--acme--tiny/refs/main", "left");

  move();

  EXPECT_FALSE(fs::exists(cache.root));
  EXPECT_FALSE(fs::exists(to / ".locks/moved-from"));
  EXPECT_THAT(hf::scan_cache_dir(to).warnings, IsEmpty());
}

TEST_F(CacheCopy, SaysHowMuchSpaceIsMissing) {
  const fs::path huge = cache.tiny() / "blobs/huge";
  write_file(huge, "");
  std::error_code failed;
  fs::resize_file(huge, hf::files::free_space(home.path()).value() + (std::uintmax_t{1} << 30), failed);  // A hole.
  if (failed) GTEST_SKIP() << "no file can be larger than what is free here: " << failed.message();

  try {
    move();
    FAIL() << "moved";
  } catch (const hf::HfIoError& error) {
    EXPECT_THAT(error.what(), HasSubstr("are free"));
  }
}
