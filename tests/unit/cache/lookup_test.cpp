// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/lookup.hpp"

#include "support/temp_dir.hpp"
#include "support/worked_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::WorkedCache;
using hf::testing::write_file;
using Kind = hf::CacheLookup::Kind;

namespace {

struct CacheLookup : testing::Test {
  hf::testing::TempDir home{};
  WorkedCache cache{home.path() / "hub"};

  hf::CacheLookup look(const std::string& file, std::optional<std::string> revision = {},
                       const std::string& repo = "acme/tiny") const {
    return hf::try_to_load_from_cache(repo, file, {.cache_dir = cache.root, .revision = std::move(revision)});
  }
};

}  // namespace

TEST_F(CacheLookup, FindsFilesByRefAndByCommit) {
  EXPECT_EQ(look("config.json").path(), cache.tiny() / "snapshots" / WorkedCache::kMain / "config.json");
  EXPECT_EQ(look("config.json", "v1.0").path(), cache.tiny() / "snapshots" / WorkedCache::kV1 / "config.json");
  EXPECT_TRUE(look("onnx/model.onnx", WorkedCache::kV1));
}

TEST_F(CacheLookup, FollowsBothLinksOfASharedFile) {
  EXPECT_TRUE(look("model.safetensors"));
  fs::remove(cache.payload());
  EXPECT_EQ(look("model.safetensors").kind(), Kind::unknown);
}

TEST_F(CacheLookup, KnowsWhatIsKnownToBeAbsent) {
  write_file(cache.tiny() / ".no_exist" / WorkedCache::kMain / "missing/file.json", "");

  EXPECT_TRUE(look("missing/file.json").is_known_absent());
  EXPECT_EQ(look("missing/file.json", "v1.0").kind(), Kind::unknown);
}

TEST_F(CacheLookup, KnowsNothingOfTheRest) {
  EXPECT_EQ(look("other.json").kind(), Kind::unknown);
  EXPECT_EQ(look("config.json", "v9").kind(), Kind::unknown);
  EXPECT_EQ(look("config.json", {}, "acme/none").kind(), Kind::unknown);
  EXPECT_EQ(look("onnx").kind(), Kind::unknown);
}

TEST_F(CacheLookup, RefusesNamesThatLeaveTheFolder) {
  EXPECT_THROW(look("../refs/main"), hf::HFValidationError);
  EXPECT_THROW(look("config.json", "../../x"), hf::HFValidationError);
  EXPECT_THROW(look("config.json", {}, "a/b/c"), hf::HFValidationError);
}

TEST_F(CacheLookup, ListsRevisionsAndRefs) {
  write_file(cache.tiny() / "refs/refs/pr/1", WorkedCache::kV1);
  write_file(cache.tiny() / "refs/garbage", "../..");
  const hf::cache::RepoFolder repo(cache.root, "acme/tiny");

  EXPECT_THAT(hf::cache::cached_revisions(repo), testing::ElementsAre(WorkedCache::kMain, WorkedCache::kV1));
  EXPECT_THAT(hf::cache::cached_refs(repo),
              testing::ElementsAre(testing::Pair("main", WorkedCache::kMain), testing::Pair("refs/pr/1", WorkedCache::kV1),
                                   testing::Pair("v1.0", WorkedCache::kV1)));
  EXPECT_THAT(hf::cache::cached_revisions({cache.root, "acme/none"}), testing::IsEmpty());
}
