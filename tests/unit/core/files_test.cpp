// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <iterator>

namespace huggingface_hub {
namespace {

namespace fs = std::filesystem;
using testing::read_file;
using testing::TempDir;
using testing::write_file;

std::size_t entries_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

fs::file_time_type long_ago() { return fs::file_time_type::clock::now() - std::chrono::hours(1); }

TEST(WriteAtomic, CreatesFoldersAndLeavesNothingElse) {
  const TempDir folder;
  const fs::path path = folder.path() / "a/b/file";

  ASSERT_TRUE(files::write_atomic(path, "content").ok());

  EXPECT_EQ(read_file(path), "content");
  EXPECT_EQ(entries_in(path.parent_path()), 1U);
}

TEST(WriteAtomic, ReplacesALinkAndNotWhatItPointsTo) {
  const TempDir folder;
  write_file(folder.path() / "target", "old");
  fs::create_symlink("target", folder.path() / "link");

  ASSERT_TRUE(files::write_atomic(folder.path() / "link", "new").ok());

  EXPECT_EQ(read_file(folder.path() / "target"), "old");
  EXPECT_EQ(read_file(folder.path() / "link"), "new");
  EXPECT_FALSE(fs::is_symlink(folder.path() / "link"));
}

TEST(WriteAtomic, HonoursTheMode) {
  const TempDir folder;
  ASSERT_TRUE(files::write_atomic(folder.path() / "secret", "x", 0600).ok());

  EXPECT_EQ(fs::status(folder.path() / "secret").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST(WriteAtomic, LeavesWhatWasThereWhenItFails) {
  const TempDir folder;
  fs::create_directories(folder.path() / "name/inside");

  const auto outcome = files::write_atomic(folder.path() / "name", "x");

  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::io);
  EXPECT_TRUE(fs::is_directory(folder.path() / "name/inside"));
  EXPECT_EQ(entries_in(folder.path()), 1U);
}

TEST(WriteAtomic, TakesTheLongestName) {
  const TempDir folder;
  const std::string name(255, 'n');
  ASSERT_TRUE(files::write_atomic(folder.path() / name, "x").ok());
  EXPECT_EQ(read_file(folder.path() / name), "x");
}

TEST(WriteIfChanged, TouchesNothingWhereTheContentIsTheSame) {
  const TempDir folder;
  const fs::path path = folder.path() / "ref";
  write_file(path, "same");
  const auto before = long_ago();
  fs::last_write_time(path, before);

  ASSERT_TRUE(files::write_if_changed(path, "same", folder.path() / "staging").ok());
  EXPECT_EQ(fs::last_write_time(path), before);

  ASSERT_TRUE(files::write_if_changed(path, "other", folder.path() / "staging").ok());
  EXPECT_EQ(read_file(path), "other");
}

TEST(ReadText, FailsBeyondTheLimit) {
  const TempDir folder;
  write_file(folder.path() / "file", "12345");

  EXPECT_EQ(files::read_text(folder.path() / "file", 5).value(), "12345");
  EXPECT_FALSE(files::read_text(folder.path() / "file", 4).ok());
}

TEST(ReadText, ReadsFilesThatDoNotKnowTheirSize) {
  EXPECT_FALSE(files::read_text("/proc/self/status").value().empty());
}

TEST(ReadText, SaysWhatIsWrongWithAFolder) {
  const TempDir folder;
  const auto text = files::read_text(folder.path());
  ASSERT_FALSE(text.ok());
  EXPECT_EQ(text.error().system_error, EISDIR);
}

TEST(CreateDirectories, NamesTheFileInTheWay) {
  const TempDir folder;
  write_file(folder.path() / "a", "file");

  const auto outcome = files::create_directories(folder.path() / "a/b/c");

  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().path, folder.path() / "a");
}

TEST(CreateDirectories, TakesALinkToAFolder) {
  const TempDir folder;
  fs::create_directories(folder.path() / "real");
  fs::create_symlink("real", folder.path() / "link");

  EXPECT_TRUE(files::create_directories(folder.path() / "link").ok());
}

TEST(WriteIfChanged, WritesWithoutAStagingFolder) {
  const TempDir folder;
  write_file(folder.path() / "staging", "a file in its place");

  ASSERT_TRUE(files::write_if_changed(folder.path() / "refs/main", "content", folder.path() / "staging").ok());

  EXPECT_EQ(read_file(folder.path() / "refs/main"), "content");
}

TEST(CopyAtomic, FollowsLinksAndGivesTheDefaultMode) {
  const TempDir folder;
  write_file(folder.path() / "blob", "bytes");
  fs::permissions(folder.path() / "blob", fs::perms::owner_read);
  fs::create_symlink("blob", folder.path() / "link");

  ASSERT_TRUE(files::copy_atomic(folder.path() / "link", folder.path() / "x/copy", folder.path() / "part").ok());

  EXPECT_EQ(read_file(folder.path() / "x/copy"), "bytes");
  EXPECT_NE(fs::status(folder.path() / "x/copy").permissions() & fs::perms::owner_write, fs::perms::none);
}

TEST(Rename, NamesTheFileThatIsMissing) {
  const TempDir folder;
  const auto outcome = files::rename(folder.path() / "missing", folder.path() / "to");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().path, folder.path() / "missing");
}

TEST(IoError, SaysWhatToDoAboutAFullDisk) {
  const Error error = files::io_error("write", "/cache/file", ENOSPC);
  EXPECT_NE(error.message.find("'/cache/file'"), std::string::npos);
  EXPECT_NE(error.message.find("Free some space"), std::string::npos);
  EXPECT_EQ(error.system_error, ENOSPC);
}

TEST(UniqueName, KeepsStemAndSuffix) {
  const std::string name = files::unique_name("etag", "incomplete");
  EXPECT_EQ(name.size(), std::string("etag.12345678.incomplete").size());
  EXPECT_EQ(name.substr(0, 5), "etag.");
  EXPECT_EQ(name.substr(13), ".incomplete");
  EXPECT_NE(name, files::unique_name("etag", "incomplete"));
}

TEST(SymlinkSupport, IsFoundByTryingAndLeavesNothing) {
  const TempDir folder;
  EXPECT_TRUE(files::are_symlinks_supported(folder.path()));
  EXPECT_EQ(entries_in(folder.path()), 0U);
}

TEST(FreeSpace, IsThatOfTheNearestFolderThatExists) {
  const TempDir folder;
  EXPECT_TRUE(files::free_space(folder.path() / "not/yet").has_value());
}

TEST(SafeRelativePath, TakesOrdinaryNames) {
  for (const char* path : {"a", "a/b.json", ".gitattributes", "..a/b..", "ü/名前.txt", "a b", "a:b/cc:d"}) {
    const bool drive = std::string_view(path) == "a:b/cc:d";
    EXPECT_EQ(files::is_safe_relative_path(path), !drive) << path;
  }
}

TEST(SafeRelativePath, RefusesWhatLeadsElsewhere) {
  for (const std::string& path :
       {std::string(""), std::string("/a"), std::string("a//b"), std::string("a/"), std::string("."),
        std::string("a/./b"), std::string(".."), std::string("a/../b"), std::string("a\\b"), std::string("C:/x"),
        std::string("a\0b", 3), std::string(256, 'x'), "a/" + std::string(256, 'x')}) {
    EXPECT_FALSE(files::is_safe_relative_path(path)) << path;
  }
}

TEST(SafeName, IsOneSegment) {
  EXPECT_TRUE(files::is_safe_name("b1a9"));
  EXPECT_FALSE(files::is_safe_name("a/b"));
  EXPECT_FALSE(files::is_safe_name(".."));
  EXPECT_FALSE(files::is_safe_name(""));
}

TEST(PositionalFile, WritesAtOffsets) {
  const TempDir folder;
  auto file = files::PositionalFile::create_new(folder.path() / "file").value();
  ASSERT_TRUE(file.write_at(3, "def", 3).ok());
  ASSERT_TRUE(file.write_at(0, "abc", 3).ok());
  ASSERT_TRUE(file.close().ok());

  EXPECT_EQ(read_file(folder.path() / "file"), "abcdef");
}

TEST(PositionalFile, ReadsUpToTheEnd) {
  const TempDir folder;
  write_file(folder.path() / "file", "abcdef");
  const auto file = files::PositionalFile::open_read(folder.path() / "file").value();

  char buffer[10];
  EXPECT_EQ(file.read_at(4, buffer, sizeof buffer).value(), 2U);
  EXPECT_EQ(file.read_at(6, buffer, sizeof buffer).value(), 0U);
  EXPECT_EQ(file.size().value(), 6U);
}

TEST(PositionalFile, DoesNotTakeOverAFileThatIsThere) {
  const TempDir folder;
  write_file(folder.path() / "file", "theirs");
  const auto file = files::PositionalFile::create_new(folder.path() / "file");

  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.error().system_error, EEXIST);
  EXPECT_EQ(read_file(folder.path() / "file"), "theirs");
}

TEST(PositionalFile, ReservesAndCuts) {
  const TempDir folder;
  auto file = files::PositionalFile::create_new(folder.path() / "file").value();
  ASSERT_TRUE(file.preallocate(4096).ok());
  ASSERT_TRUE(file.truncate(5).ok());
  EXPECT_EQ(file.size().value(), 5U);
}

TEST(PositionalFile, ReservesNothingInMemory) {
  struct statfs system {};
  if (::statfs("/dev/shm", &system) != 0 || system.f_type != TMPFS_MAGIC) {
    GTEST_SKIP() << "no file system in memory at /dev/shm";
  }
  const fs::path path = fs::path("/dev/shm") / files::unique_name("huggingface_hub", "test");
  auto file = files::PositionalFile::create_new(path).value();
  const bool is_fine = file.preallocate(1 << 20).ok();
  struct stat status {};
  ::stat(path.c_str(), &status);
  fs::remove(path);
  EXPECT_TRUE(is_fine);
  EXPECT_EQ(status.st_blocks, 0);
}

TEST(PositionalFile, ReportsAFullDisk) {
  if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "no /dev/full here";
  auto file = files::PositionalFile::open_read_write("/dev/full").value();
  const auto outcome = file.write_at(0, "x", 1);
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().system_error, ENOSPC);
}

}  // namespace
}  // namespace huggingface_hub
