// SPDX-License-Identifier: Apache-2.0
#include "cache/tree_listing.hpp"

#include "support/temp_dir.hpp"
#include "support/worked_cache.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>

namespace hf = huggingface_hub;
namespace cache = huggingface_hub::cache;
using hf::testing::WorkedCache;
using hf::testing::write_file;

namespace {

// spec/cache.md 19.4, without the model.
cache::TreeListing example() {
  cache::TreeListing listing;
  listing["config.json"] = {14, WorkedCache::kConfigV1, {}, {}, {}};
  listing["model.safetensors"] = {4096, "1aa0c74fa11ac45e9e7b876d0e12a197a146e280", WorkedCache::kModel, 4096, WorkedCache::kXet};
  return listing;
}

constexpr const char* kText = R"({
 "format_version": 1,
 "files": {
  "config.json": {
   "size": 14,
   "blob_id": "30b72bed7a436da1c61d5c0b0c82e4d9d4a91330"
  },
  "model.safetensors": {
   "size": 4096,
   "blob_id": "1aa0c74fa11ac45e9e7b876d0e12a197a146e280",
   "lfs_sha256": "c8f5d0341d54d951a71b136e6e2afcb14d11ed8489a7ae126a8fee0df6ecf193",
   "lfs_size": 4096,
   "xet_hash": "e3d10b180a301f1c404c65e6ed3ec256dfa7d123804fdee6d6b13f2860af9f14"
  }
 }
})";

}  // namespace

TEST(TreeListing, IsWrittenAsPythonWritesIt) {
  const hf::testing::TempDir home;
  const auto path = home.path() / "trees/c.json";

  cache::write_tree_listing(path, example());

  EXPECT_EQ(hf::testing::read_file(path), kText);
  struct stat status {};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST(TreeListing, IsReadBack) {
  const hf::testing::TempDir home;
  write_file(home.path() / "c.json", kText);

  const auto listing = cache::read_tree_listing(home.path() / "c.json");

  ASSERT_TRUE(listing);
  EXPECT_EQ(listing->size(), 2U);
  EXPECT_EQ(listing->at("model.safetensors").etag(), WorkedCache::kModel);
  EXPECT_EQ(listing->at("config.json").etag(), WorkedCache::kConfigV1);
  EXPECT_EQ(cache::print_tree_listing({}), "{\n \"format_version\": 1,\n \"files\": {}\n}");
}

TEST(TreeListing, IsReadWhateverElseIsInIt) {
  const hf::testing::TempDir home;
  write_file(home.path() / "c.json", R"({
    "etag": null, "files": {"old": {"size": 1, "blob_id": "x"}}, "more": [{"files": [1, {"a": "b"}]}, -1.5, true],
    "files": {
      "a": {"size": 7, "lfs_sha256": null, "lfs_size": null, "xet_hash": null, "blob_id": "x", "later": {"size": 9}},
      "a": {"lfs_size": 5, "size": 3, "lfs_sha256": "y", "blob_id": "z", "tags": ["t", ["u"]], "score": -1}},
    "format_version": 1})");

  const auto listing = cache::read_tree_listing(home.path() / "c.json");

  ASSERT_TRUE(listing);
  ASSERT_EQ(listing->size(), 1U);
  EXPECT_EQ(listing->at("a").etag(), "y");
  EXPECT_EQ(listing->at("a").content_size(), 5U);
}

TEST(TreeListing, IsNotKeptWithAMaskedHash) {
  const hf::testing::TempDir home;
  cache::TreeListing listing = example();
  listing["model.safetensors"].xet_hash = std::string(64, '*');

  cache::write_tree_listing(home.path() / "c.json", listing);

  EXPECT_FALSE(std::filesystem::exists(home.path() / "c.json"));
}

struct UnusableKeptListing : testing::TestWithParam<const char*> {};
TEST_P(UnusableKeptListing, CountsAsAbsent) {
  const hf::testing::TempDir home;
  write_file(home.path() / "c.json", GetParam());

  EXPECT_FALSE(cache::read_tree_listing(home.path() / "c.json"));
}
INSTANTIATE_TEST_SUITE_P(
    TreeListing, UnusableKeptListing,
    testing::Values("", "{", "[]", "1", R"({"format_version": 1})", R"({"format_version": "1", "files": {}})",
                    R"({"format_version": {}, "files": {}})", R"({"format_version": 1, "files": []})",
                    R"({"format_version": 1, "files": {"a": 1}})", R"({"format_version": 1, "files": {"a": []}})",
                    R"({"format_version": 1, "files": {"a": {"size": -1, "blob_id": "x"}}})",
                    R"({"format_version": 1, "files": {"a": {"size": 1, "blob_id": ["x"]}}})",
                    R"({"format_version": 1, "files": {"a": {"size": 1, "blob_id": "x"}}} trailing)",
                    R"({"format_version": 2, "files": {}})", R"({"files": {}})",
                    R"({"format_version": 1, "files": {"a": {"size": 1}}})",
                    R"({"format_version": 1, "files": {"a": {"blob_id": "x"}}})",
                    R"({"format_version": 1, "files": {"../a": {"size": 1, "blob_id": "x"}}})",
                    R"({"format_version": 1, "files": {"a": {"size": 1, "blob_id": "../x"}}})",
                    R"({"format_version": 1, "files": {"a": {"size": 1, "blob_id": "x", "xet_hash": "****"}}})",
                    R"({"format_version": 1, "files": {"a": {"size": 1, "blob_id": "x", "lfs_sha256": "y"}}})"));
