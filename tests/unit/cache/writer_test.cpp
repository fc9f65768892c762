// SPDX-License-Identifier: Apache-2.0
#include "cache/writer.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace hf = huggingface_hub;
namespace cache = huggingface_hub::cache;
namespace fs = std::filesystem;
using hf::testing::read_file;
using hf::testing::write_file;
using Source = cache::Writer::Source;

namespace {

const std::string kCommit(40, 'c');

struct CacheWriter : testing::Test {
  hf::testing::TempDir home{};
  cache::RepoFolder repo{home.path(), "acme/tiny"};
  cache::Writer writer{repo, /*disable_symlinks=*/false};
  cache::Writer plain{repo, /*disable_symlinks=*/true};

  void publish(const cache::Writer& to, const std::string& etag, const std::string& content) {
    ASSERT_TRUE(to.prepare(kCommit, "sub/file").ok());
    const fs::path temporary = to.temporary_blob(etag);
    write_file(temporary, content);
    ASSERT_TRUE(to.publish_blob(temporary, etag).ok());
    EXPECT_FALSE(fs::exists(temporary));
  }
};

}  // namespace

TEST_F(CacheWriter, LinksAPointerToABlob) {
  publish(writer, "e1", "content");

  ASSERT_TRUE(writer.create_pointer(kCommit, "sub/file", "e1", Source::fresh_blob).ok());

  EXPECT_EQ(fs::read_symlink(repo.pointer(kCommit, "sub/file")).string(), "../../../blobs/e1");
  EXPECT_EQ(read_file(repo.pointer(kCommit, "sub/file")), "content");
  EXPECT_TRUE(writer.create_pointer(kCommit, "sub/file", "e1", Source::shared_blob).ok());  // Again: fine.
}

TEST_F(CacheWriter, ReplacesAPointerToSomethingElse) {
  publish(writer, "e1", "one");
  publish(writer, "e2", "two");
  ASSERT_TRUE(writer.create_pointer(kCommit, "sub/file", "e1", Source::fresh_blob).ok());

  ASSERT_TRUE(writer.create_pointer(kCommit, "sub/file", "e2", Source::fresh_blob).ok());

  EXPECT_EQ(read_file(repo.pointer(kCommit, "sub/file")), "two");
}

TEST_F(CacheWriter, MovesAFreshBlobAndCopiesASharedOneWithoutSymlinks) {
  publish(plain, "e1", "fresh");
  ASSERT_TRUE(plain.create_pointer(kCommit, "sub/file", "e1", Source::fresh_blob).ok());
  EXPECT_EQ(read_file(repo.pointer(kCommit, "sub/file")), "fresh");
  EXPECT_FALSE(fs::exists(repo.blob("e1")));

  publish(plain, "e2", "shared");
  ASSERT_TRUE(plain.create_pointer(kCommit, "other", "e2", Source::shared_blob).ok());
  EXPECT_EQ(read_file(repo.pointer(kCommit, "other")), "shared");
  EXPECT_TRUE(fs::exists(repo.blob("e2")));
}

TEST_F(CacheWriter, ReplacesALinkInTheBlobsAndDoesNotWriteThroughIt) {
  write_file(home.path() / "elsewhere", "precious");
  fs::create_directories(repo.blobs());
  fs::create_symlink(home.path() / "elsewhere", repo.blob("e1"));

  publish(writer, "e1", "new");

  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(repo.blob("e1"))));
  EXPECT_EQ(read_file(home.path() / "elsewhere"), "precious");
}

TEST_F(CacheWriter, WritesARefWithoutNewlineAndOnlyIfItChanges) {
  ASSERT_TRUE(writer.update_ref("refs/pr/1", kCommit).ok());
  EXPECT_EQ(read_file(repo.ref("refs/pr/1")), kCommit);
  struct stat before {};
  ASSERT_EQ(::stat(repo.ref("refs/pr/1").c_str(), &before), 0);

  ASSERT_TRUE(writer.update_ref("refs/pr/1", kCommit).ok());

  struct stat after {};
  ASSERT_EQ(::stat(repo.ref("refs/pr/1").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_TRUE(writer.update_ref(kCommit, kCommit).ok());
  EXPECT_FALSE(fs::exists(repo.ref(kCommit)));
  EXPECT_FALSE(writer.update_ref("../x", kCommit).ok());
}

TEST_F(CacheWriter, RespectsTheUmask) {
  const mode_t before = ::umask(027);
  ASSERT_TRUE(writer.update_ref("main", kCommit).ok());
  writer.record_absence(kCommit, "a/b");
  ::umask(before);

  struct stat status {};
  ASSERT_EQ(::stat(repo.ref("main").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0640U);
  ASSERT_EQ(::stat(repo.no_exist(kCommit, "a/b").c_str(), &status), 0);
  EXPECT_EQ(status.st_size, 0);
}

TEST_F(CacheWriter, GivesTemporaryNamesThatPythonCleans) {
  const std::string name = writer.temporary_blob("abc").filename().string();

  EXPECT_EQ(name.size(), std::string("abc.12345678.incomplete").size());
  EXPECT_EQ(name.rfind("abc.", 0), 0U);
  EXPECT_NE(writer.temporary_blob("abc"), writer.temporary_blob("abc"));
}
