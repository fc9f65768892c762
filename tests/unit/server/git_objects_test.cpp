// SPDX-License-Identifier: Apache-2.0
#include "server/git_objects.hpp"

#include "huggingface_hub/errors.hpp"

#include <gtest/gtest.h>

#include <string>

namespace huggingface_hub::testing {
namespace {

using namespace server;  // NOLINT(google-build-using-namespace): every name here is one of it.

// The ids in these tests were made with git itself.
constexpr const char* kHelloBlob = "ce013625030ba8dba906f756967f9e9ca394464a";  // "hello\n"

TEST(GitObjects, HaveGitsIds) {
  EXPECT_EQ(git_object_id("blob", "hello\n"), kHelloBlob);
  EXPECT_EQ(git_object_id("tree", encode_tree({})), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
}

TEST(GitObjects, PutTreesInGitsOrder) {
  // `git mktree` of a-b, a/ (the tree of hello.txt), a.txt.
  const std::string inner = encode_tree({{kHelloBlob, false, "hello.txt"}});
  EXPECT_EQ(git_object_id("tree", inner), "aaa96ced2d9a1c8e72c56b253a0e2fe78393feb7");
  const std::string content = encode_tree({{git_object_id("tree", inner), true, "a"},
                                           {kHelloBlob, false, "a-b"},
                                           {kHelloBlob, false, "a.txt"}});

  const auto entries = decode_tree(content);

  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].name, "a-b");
  EXPECT_EQ(entries[1].name, "a.txt");
  EXPECT_EQ(entries[2].name, "a");
  EXPECT_TRUE(entries[2].is_tree);
}

TEST(GitObjects, GiveACommitBack) {
  Commit commit;
  commit.author = "user";
  commit.date = 1'700'000'000;
  commit.message = "Title\n\nText.\nMore.";
  commit.parents = {std::string(40, 'a')};
  commit.tree = std::string(40, 'b');

  const Commit back = decode_commit(encode_commit(commit));

  EXPECT_EQ(back.author, "user");
  EXPECT_EQ(back.date, 1'700'000'000);
  EXPECT_EQ(back.title(), "Title");
  EXPECT_EQ(back.description(), "Text.\nMore.");
  EXPECT_EQ(back.parents, commit.parents);
  EXPECT_EQ(back.tree, commit.tree);
}

TEST(GitObjects, TellPointersFromFiles) {
  const LfsPointer pointer{std::string(64, 'c'), 12345};
  const std::string text = encode_pointer(pointer);

  EXPECT_EQ(text, "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, 'c') + "\nsize 12345\n");
  ASSERT_TRUE(decode_pointer(text));
  EXPECT_EQ(decode_pointer(text)->size, 12345U);
  EXPECT_FALSE(decode_pointer("version https://git-lfs.github.com/spec/v1\n"));
  EXPECT_FALSE(decode_pointer("an ordinary file"));
  EXPECT_FALSE(decode_pointer(text + std::string(2000, ' ')));
}

TEST(GitObjects, NoticeDamage) {
  EXPECT_THROW(decode_tree("100644 name"), HfHubError);
  EXPECT_THROW(decode_commit("tree x"), HfHubError);
}

}  // namespace
}  // namespace huggingface_hub::testing
