// SPDX-License-Identifier: Apache-2.0
#include "cache/shared_store.hpp"

#include "support/temp_dir.hpp"
#include "support/worked_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::read_file;
using hf::testing::WorkedCache;
using hf::testing::write_file;

namespace {

struct SharedStore : testing::Test {
  hf::testing::TempDir home{};
  WorkedCache cache{home.path() / "hub"};
  hf::cache::SharedStore store{cache.root};
  hf::cache::RepoFolder third{cache.root, "acme/third"};

  bool link() {
    fs::create_directories(third.blobs());
    return store.link(third, WorkedCache::kModel, WorkedCache::kXet, 4096);
  }
};

}  // namespace

TEST_F(SharedStore, LinksWithAReferenceLine) {
  ASSERT_TRUE(link());

  EXPECT_EQ(fs::read_symlink(third.blob(WorkedCache::kModel)).string(), "../../blobs/e3/" + std::string(WorkedCache::kXet));
  EXPECT_EQ(read_file(third.blob(WorkedCache::kModel)).size(), 4096U);
  EXPECT_THAT(read_file(cache.list()),
              testing::EndsWith("\nmodels--acme--third/blobs/" + std::string(WorkedCache::kModel) + "\n"));
  EXPECT_EQ(store.references(WorkedCache::kXet)->size(), 3U);
}

TEST_F(SharedStore, LinksNothingOfAnotherSize) {
  fs::create_directories(third.blobs());

  EXPECT_FALSE(store.link(third, WorkedCache::kModel, WorkedCache::kXet, 4097));
  EXPECT_TRUE(fs::is_empty(third.blobs()));
}

TEST_F(SharedStore, KeepsHandsOffWhatIsNotMarkedAsAStore) {
  for (const char* marker : {"2\n", "", "1"}) {
    write_file(cache.root / "blobs/.huggingface-shared-blobs", marker);
    EXPECT_FALSE(store.is_valid()) << marker;
    EXPECT_FALSE(link());
    EXPECT_FALSE(store.collect(WorkedCache::kXet));
  }
  EXPECT_TRUE(fs::exists(cache.payload()));
}

TEST_F(SharedStore, LinksNothingInAFolderThatWasMovedAway) {
  fs::create_directories(home.path() / "elsewhere/deep/third/blobs");
  fs::create_directory_symlink(home.path() / "elsewhere/deep/third", third.path());

  EXPECT_FALSE(store.link(third, WorkedCache::kModel, WorkedCache::kXet, 4096));
  EXPECT_TRUE(fs::is_empty(third.blobs()));
}

TEST_F(SharedStore, NeverCollectsWhereTheReferencesAreUnknown) {
  fs::remove(cache.list());

  EXPECT_FALSE(store.references(WorkedCache::kXet));
  EXPECT_FALSE(store.collect(WorkedCache::kXet));
  EXPECT_TRUE(fs::exists(cache.payload()));
}

TEST_F(SharedStore, IgnoresLinesThatDoNotCount) {
  write_file(cache.list(), "../../etc/passwd\nmodels--a--b/blobs/gone\n\nmodels--acme--tiny/blobs/" +
                               std::string(WorkedCache::kModel) + "\r\nmodels--acme--tiny/refs/main\n/abs/blobs/x\n");

  EXPECT_EQ(store.references(WorkedCache::kXet)->size(), 1U);
}

TEST_F(SharedStore, CollectingKeepsWhatIsUsedAndShortensTheList) {
  fs::remove(cache.tiny() / "blobs" / WorkedCache::kModel);

  EXPECT_FALSE(store.collect(WorkedCache::kXet));

  EXPECT_EQ(read_file(cache.list()), "models--acme--other/blobs/" + std::string(WorkedCache::kModel) + "\n");
  EXPECT_TRUE(fs::exists(cache.payload()));
}

TEST_F(SharedStore, FindsWhatIsBehindALinkAndNothingElse) {
  EXPECT_EQ(store.payload_behind(cache.tiny() / "blobs" / WorkedCache::kModel), WorkedCache::kXet);
  EXPECT_FALSE(store.payload_behind(cache.tiny() / "blobs" / WorkedCache::kOnnx));
  EXPECT_FALSE(store.payload_behind(cache.tiny() / "snapshots" / WorkedCache::kMain / "model.safetensors"));
  ASSERT_EQ(store.payloads().size(), 1U);
  EXPECT_EQ(store.payloads()[0].size, 4096U);
}
