// SPDX-License-Identifier: Apache-2.0
#include "core/file_lock.hpp"

#include "support/privileges.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <thread>
#include <vector>

namespace huggingface_hub {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::TempDir;

FileLock::Options at_once() {
  FileLock::Options options;
  options.timeout = milliseconds(0);
  return options;
}

TEST(FileLock, CreatesFolderAndAnEmptyFileThatStays) {
  const TempDir folder;
  const fs::path path = folder.path() / ".locks/models--me--tiny/etag.lock";
  {
    const auto lock = FileLock::acquire(path, {}).value();
    EXPECT_TRUE(lock.is_effective());
  }
  EXPECT_EQ(fs::file_size(path), 0U);
  EXPECT_EQ(static_cast<unsigned>(fs::status(path).permissions()), 0664U);
}

TEST(FileLock, KeepsOutClientsThatLockARange) {
  const TempDir folder;
  const fs::path path = folder.path() / "lock";
  const auto range = [](short type) {
    struct flock whole {};
    whole.l_type = type;
    whole.l_whence = SEEK_SET;
    return whole;
  };
  const int other = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  struct flock wanted = range(F_WRLCK);
  {
    const auto lock = FileLock::acquire(path, at_once()).value();
    ASSERT_TRUE(lock.is_effective());
    EXPECT_NE(::fcntl(other, F_OFD_SETLK, &wanted), 0);
  }
  ASSERT_EQ(::fcntl(other, F_OFD_SETLK, &wanted), 0);

  EXPECT_TRUE(FileLock::acquire(path, at_once()).error().timeout);
  // Given up both: who knows only flock is not kept out by one who waits for the range.
  EXPECT_EQ(::flock(other, LOCK_EX | LOCK_NB), 0);
  ::close(other);
  EXPECT_TRUE(FileLock::acquire(path, at_once()).ok());
}

TEST(FileLock, IsGivenBackWhereAForkHasTheDescriptorToo) {
  const TempDir folder;
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  pid_t child = -1;
  {
    const auto lock = FileLock::acquire(folder.path() / "lock", at_once()).value();
    child = ::fork();
    if (child == 0) {
      ::close(ends[1]);
      char byte = 0;
      ::_exit(::read(ends[0], &byte, 1) == 0 ? 0 : 1);  // Lives until the test closes the pipe.
    }
  }

  EXPECT_TRUE(FileLock::acquire(folder.path() / "lock", at_once()).ok());
  ::close(ends[0]);
  ::close(ends[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
}

TEST(FileLock, TakesOneThatItMayOnlyRead) {
  const TempDir folder;
  const fs::path path = folder.path() / "lock";
  ::close(::open(path.c_str(), O_RDWR | O_CREAT, 0600));
  fs::permissions(path, fs::perms(0444));
  fs::permissions(folder.path(), fs::perms(0755));

  const testing::WithoutPrivileges nobody;
  if (!nobody.ok()) GTEST_SKIP() << "cannot give up the privileges of root here";
  const auto lock = FileLock::acquire(path, at_once()).value();
  EXPECT_TRUE(lock.is_effective());
  EXPECT_TRUE(FileLock::acquire(path, at_once()).error().timeout);
}

TEST(FileLock, ExcludesAnotherThreadOfTheProcess) {
  const TempDir folder;
  std::atomic<int> inside{0};
  std::atomic<bool> overlapped{false};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      const auto lock = FileLock::acquire(folder.path() / "lock", {}).value();
      if (++inside != 1) overlapped = true;
      std::this_thread::yield();
      --inside;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(overlapped);
}

TEST(FileLock, TimesOutWhileAnotherHoldsIt) {
  const TempDir folder;
  const auto held = FileLock::acquire(folder.path() / "lock", {}).value();
  const auto second = FileLock::acquire(folder.path() / "lock", at_once());

  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::io);
  EXPECT_TRUE(second.error().timeout);
}

TEST(FileLock, IsFreeAgainAfterRelease) {
  const TempDir folder;
  { const auto first = FileLock::acquire(folder.path() / "lock", {}).value(); }
  EXPECT_TRUE(FileLock::acquire(folder.path() / "lock", at_once()).ok());
}

TEST(FileLock, StopsWaitingOnCancel) {
  const TempDir folder;
  const auto held = FileLock::acquire(folder.path() / "lock", {}).value();
  CancellationSource source;
  source.cancel();
  FileLock::Options options;
  options.cancel = source.token();

  const auto second = FileLock::acquire(folder.path() / "lock", options);

  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::cancelled);
}

TEST(FileLock, RespectsFlockOfAnotherProcess) {
  const TempDir folder;
  const fs::path path = folder.path() / "lock";
  int to_child[2];
  int to_parent[2];
  ASSERT_EQ(::pipe(to_child), 0);
  ASSERT_EQ(::pipe(to_parent), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT, 0644);
    char byte = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? '1' : '0';
    if (::write(to_parent[1], &byte, 1) != 1) ::_exit(1);
    if (::read(to_child[0], &byte, 1) < 0) ::_exit(1);
    ::_exit(0);
  }
  char locked = '0';
  ASSERT_EQ(::read(to_parent[0], &locked, 1), 1);
  ASSERT_EQ(locked, '1');
  EXPECT_FALSE(FileLock::acquire(path, at_once()).ok());

  ASSERT_EQ(::write(to_child[1], "x", 1), 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(FileLock::acquire(path, at_once()).ok());
  for (const int descriptor : {to_child[0], to_child[1], to_parent[0], to_parent[1]}) ::close(descriptor);
}

TEST(FileLock, WritesNothingIntoAFileThatIsThere) {
  const TempDir folder;
  testing::write_file(folder.path() / "lock", "1234\nhost\n");
  { const auto lock = FileLock::acquire(folder.path() / "lock", {}).value(); }
  EXPECT_EQ(testing::read_file(folder.path() / "lock"), "1234\nhost\n");
}

TEST(FileLock, DoesNotFollowALink) {
  const TempDir folder;
  fs::create_symlink("elsewhere", folder.path() / "lock");
  const auto lock = FileLock::acquire(folder.path() / "lock", at_once());
  ASSERT_FALSE(lock.ok());
  EXPECT_FALSE(fs::exists(folder.path() / "elsewhere"));
}

TEST(FileLock, HoldsNothingWhereTheFolderIsReadOnly) {
  const TempDir folder;
  fs::permissions(folder.path(), fs::perms(0555));
  const testing::WithoutPrivileges nobody;
  if (!nobody.ok()) GTEST_SKIP() << "cannot give up the privileges of root here";
  const auto lock = FileLock::acquire(folder.path() / "sub/lock", {});
  ASSERT_TRUE(lock.ok());
  EXPECT_FALSE(lock->is_effective());
}

TEST(FileLock, NamesAFileThatStandsWhereAFolderIsWanted) {
  const TempDir folder;
  testing::write_file(folder.path() / "file", "");
  const auto lock = FileLock::acquire(folder.path() / "file/lock", at_once());
  ASSERT_FALSE(lock.ok());
  EXPECT_EQ(lock.error().path, folder.path() / "file");
}

}  // namespace
}  // namespace huggingface_hub
