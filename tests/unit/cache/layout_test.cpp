// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/layout.hpp"

#include <gtest/gtest.h>

namespace hf = huggingface_hub;
namespace cache = huggingface_hub::cache;

// The check values of spec/cache.md 16.

TEST(CacheLayout, NamesRepositoryFolders) {
  EXPECT_EQ(cache::repo_folder_name("acme/logs", hf::RepoType::dataset), "datasets--acme--logs");
  EXPECT_EQ(cache::repo_folder_name("gpt2"), "models--gpt2");
  EXPECT_EQ(cache::repo_folder_name("acme/k", hf::RepoType::kernel), "kernels--acme--k");
}

TEST(CacheLayout, ReadsRepositoryFolderNamesBack) {
  const auto space = cache::parse_repo_folder_name("spaces--acme--demo");
  ASSERT_TRUE(space);
  EXPECT_EQ(space->first, hf::RepoType::space);
  EXPECT_EQ(space->second, "acme/demo");
  EXPECT_EQ(cache::parse_repo_folder_name("models--gpt2")->second, "gpt2");
}

TEST(CacheLayout, KnowsWhatIsNoRepositoryFolder) {
  for (const char* name : {"blobs", ".locks", "model--a--b", "models", "models--", "buckets--a--b", "--x", ""}) {
    EXPECT_FALSE(cache::parse_repo_folder_name(name)) << name;
  }
}

TEST(CacheLayout, StripsEtags) {
  EXPECT_EQ(cache::normalize_etag("W/\"abc\""), "abc");
  EXPECT_EQ(cache::normalize_etag("\"abc\""), "abc");
  EXPECT_EQ(cache::normalize_etag("abc"), "abc");
  EXPECT_EQ(cache::normalize_etag(""), "");
  EXPECT_EQ(cache::normalize_etag("\"\""), "");
}

TEST(CacheLayout, PointsFromEachDepthToTheBlobs) {
  EXPECT_EQ(cache::pointer_target("config.json", "e"), "../../blobs/e");
  EXPECT_EQ(cache::pointer_target("onnx/model.onnx", "e"), "../../../blobs/e");
  EXPECT_EQ(cache::pointer_target("onnx/q4/model.onnx", "e"), "../../../../blobs/e");
}

TEST(CacheLayout, LeavesNoDoubtAboutPlaces) {
  const cache::RepoFolder repo("/c", "acme/tiny");

  EXPECT_EQ(repo.blob("e1").string(), "/c/models--acme--tiny/blobs/e1");
  EXPECT_EQ(repo.ref("refs/pr/1").string(), "/c/models--acme--tiny/refs/refs/pr/1");
  EXPECT_EQ(repo.pointer("c0", "a/b").string(), "/c/models--acme--tiny/snapshots/c0/a/b");
  EXPECT_EQ(repo.no_exist("c0", "a/b").string(), "/c/models--acme--tiny/.no_exist/c0/a/b");
  EXPECT_EQ(repo.tree("c0").string(), "/c/models--acme--tiny/trees/c0.json");
  EXPECT_EQ(repo.lock("e1").string(), "/c/.locks/models--acme--tiny/e1.lock");
}

TEST(CacheLayout, CacheDirTagHas191Bytes) { EXPECT_EQ(cache::kCacheDirTag.size(), 191U); }

struct EscapingName : testing::TestWithParam<std::string> {};
TEST_P(EscapingName, IsRefusedAsFileName) {
  const auto problem = cache::filename_problem(GetParam());
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->rfind("Invalid filename", 0), 0U) << *problem;
  EXPECT_THROW(cache::validate_filename(GetParam()), hf::HFValidationError);
}
INSTANTIATE_TEST_SUITE_P(CacheLayout, EscapingName,
                         testing::Values("", "..", "../x", "a/../x", "a\\..\\x", "/etc/passwd", "C:x", "a/C:x", "\\x",
                                         "a/\\x", "\\\\host\\x", "folder/", std::string("a\0b", 3)));

TEST(CacheLayout, AcceptsOrdinaryFileNames) {
  for (const char* name : {"config.json", "onnx/model.onnx", "a b/ç.bin", "..x", "x..", "a/...", ".gitattributes"}) {
    EXPECT_FALSE(cache::filename_problem(name)) << name;
  }
}

TEST(CacheLayout, RefusesRevisionsThatLeaveTheFolder) {
  for (const char* revision : {"", "..", "../x", "a/../b", "/x", "x/", "a\nb", "\\x"}) {
    EXPECT_TRUE(cache::revision_problem(revision)) << revision;
  }
  for (const char* revision : {"main", "v1.0", "refs/pr/1", "feat/x", "release..2"}) {
    EXPECT_FALSE(cache::revision_problem(revision)) << revision;
  }
}

TEST(CacheLayout, TakesOnlyPlainNamesFromServers) {
  EXPECT_TRUE(cache::is_plain_name("30b72bed7a436da1c61d5c0b0c82e4d9d4a91330"));
  EXPECT_TRUE(cache::is_plain_name("5f-62 1.0:gz"));
  for (const char* name : {"", ".", "..", "a/b", "../x", "a\\b", "a\nb"}) {
    EXPECT_FALSE(cache::is_plain_name(name)) << name;
  }
  EXPECT_FALSE(cache::is_plain_name(std::string(201, 'a')));
}

TEST(CacheLayout, CommitHashesAreFortyLowerCaseDigits) {
  EXPECT_TRUE(cache::is_commit_hash("95e018ff78ea7e44b775ff57cf24bc774f566e32"));
  EXPECT_FALSE(cache::is_commit_hash("95E018FF78EA7E44B775FF57CF24BC774F566E32"));
  EXPECT_FALSE(cache::is_commit_hash("95e018ff78ea7e44b775ff57cf24bc774f566e32\n"));
  EXPECT_FALSE(cache::is_commit_hash("95e018ff"));
}
