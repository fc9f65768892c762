// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/verify.hpp"

#include "cache/tree_listing.hpp"
#include "core/digest.hpp"
#include "core/file_lock.hpp"

#include "huggingface_hub/cache/scan.hpp"
#include "huggingface_hub/errors.hpp"

#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::CacheProblem;
using hf::testing::write_file;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// One repository with a file of git, a file of LFS and one from the shared store.
struct CacheVerify : testing::Test {
  static constexpr const char* kCommit = "1cb5a12216b20c5e1f36733a6924001214b1deb5";
  static constexpr const char* kXet = "e3d10b180a301f1c404c65e6ed3ec256dfa7d123804fdee6d6b13f2860af9f14";

  CacheVerify() {
    write_file(repo / "refs/main", kCommit);
    add("config.json", git_id("{}"), "{}");
    add("onnx/model.onnx", sha256("onnx"), "onnx");
    write_file(root / "blobs/.huggingface-shared-blobs", "1\n");
    const std::string shared = sha256("shared");
    write_file(payload, "shared");
    write_file(payload.string() + ".refs", "models--acme--tiny/blobs/" + shared + "\n");
    fs::create_symlink(std::string("../../blobs/e3/") + kXet, blob(shared));
    fs::create_symlink("../../blobs/" + shared, snapshot / "model.safetensors");
  }

  static std::string git_id(const std::string& content) { return digest(content).git_blob_id; }
  static std::string sha256(const std::string& content) { return digest(content).sha256; }
  static hf::FileDigest digest(const std::string& content) {
    const hf::testing::TempDir folder;
    write_file(folder.path() / "x", content);
    return hf::digest_file(folder.path() / "x", true, true).value();
  }

  void add(const std::string& name, const std::string& etag, const std::string& content) const {
    write_file(blob(etag), content);
    fs::create_directories((snapshot / name).parent_path());
    const std::string up = name.find('/') == std::string::npos ? "../../" : "../../../";
    fs::create_symlink(up + "blobs/" + etag, snapshot / name);
  }
  fs::path blob(const std::string& etag) const { return repo / "blobs" / etag; }

  hf::CacheVerification verify() const {
    hf::VerifyCacheOptions options;
    options.cache_dir = root;
    return hf::verify_cache(options);
  }

  hf::testing::TempDir home{};
  fs::path root{home.path() / "hub"};
  fs::path repo{root / "models--acme--tiny"};
  fs::path snapshot{repo / "snapshots" / kCommit};
  fs::path payload{root / "blobs/e3" / kXet};
};

}  // namespace

TEST_F(CacheVerify, FindsNothingWrongInAGoodCache) {
  const hf::CacheVerification found = verify();

  EXPECT_THAT(found.problems, IsEmpty());
  EXPECT_EQ(found.checked_count, 3U);
  EXPECT_EQ(found.checked_bytes, 12U);
  EXPECT_EQ(found.unverified_count, 0U);
}

TEST_F(CacheVerify, FindsADamagedContentAndWhoUsesIt) {
  write_file(blob(sha256("onnx")), "0nnx");

  const hf::CacheVerification found = verify();

  ASSERT_EQ(found.problems.size(), 1U);
  EXPECT_EQ(found.problems[0].kind, CacheProblem::Kind::broken_blob);
  EXPECT_EQ(found.problems[0].actual, sha256("0nnx"));
  EXPECT_THAT(found.problems[0].pointers, ElementsAre(snapshot / "onnx/model.onnx"));
}

TEST_F(CacheVerify, RepairTakesTheDamagedContentAndLeavesTheRest) {
  write_file(blob(git_id("{}")), "{");

  const auto repair = verify().repair();

  EXPECT_EQ(repair.repaired_count, 1U);
  EXPECT_THAT(repair.failures, IsEmpty());
  EXPECT_FALSE(fs::exists(fs::symlink_status(snapshot / "config.json")));
  EXPECT_FALSE(fs::exists(blob(git_id("{}"))));
  EXPECT_TRUE(fs::exists(snapshot / "onnx/model.onnx"));
  EXPECT_THAT(verify().problems, IsEmpty());
  EXPECT_THAT(hf::scan_cache_dir(root).warnings, IsEmpty());
}

TEST_F(CacheVerify, RepairTakesADamagedContentOutOfTheSharedStore) {
  write_file(payload, "sharp");

  EXPECT_EQ(verify().repair().repaired_count, 1U);

  EXPECT_FALSE(fs::exists(payload));
  EXPECT_FALSE(fs::exists(fs::symlink_status(blob(sha256("shared")))));
  EXPECT_THAT(hf::scan_cache_dir(root).warnings, IsEmpty());
}

TEST_F(CacheVerify, FindsALinkIntoTheSharedStoreThatLeadsToNothing) {
  fs::remove(payload);

  const hf::CacheVerification found = verify();
  ASSERT_EQ(found.problems.size(), 1U);
  EXPECT_THAT(found.problems[0].message, HasSubstr("missing from the shared store"));
  EXPECT_EQ(found.repair().repaired_count, 1U);

  EXPECT_FALSE(fs::exists(fs::symlink_status(snapshot / "model.safetensors")));
}

TEST_F(CacheVerify, FindsPointersAndRefsThatLeadNowhere) {
  fs::remove(blob(git_id("{}")));
  write_file(repo / "refs/pr", "garbage");
  write_file(repo / "refs/old", std::string(40, 'a'));

  const hf::CacheVerification found = verify();
  ASSERT_EQ(found.problems.size(), 3U);
  EXPECT_EQ(found.problems[0].kind, CacheProblem::Kind::broken_ref);
  EXPECT_EQ(found.problems[0].path, repo / "refs/old");
  EXPECT_EQ(found.problems[1].path, repo / "refs/pr");
  EXPECT_EQ(found.problems[2].kind, CacheProblem::Kind::broken_pointer);
  EXPECT_EQ(found.repair().repaired_count, 3U);

  EXPECT_THAT(verify().problems, IsEmpty());
  EXPECT_TRUE(fs::exists(repo / "refs/main"));
}

TEST_F(CacheVerify, KnowsOfACopyWhatTheListingOfItsCommitSays) {
  write_file(snapshot / "copy.txt", "copy");
  write_file(snapshot / "unknown.txt", "?");
  hf::cache::TreeListing listing;
  listing["copy.txt"].size = 4;
  listing["copy.txt"].blob_id = git_id("copy");
  hf::cache::write_tree_listing(repo / "trees" / (std::string(kCommit) + ".json"), listing);
  EXPECT_EQ(verify().checked_count, 4U);
  EXPECT_EQ(verify().unverified_count, 1U);

  write_file(snapshot / "copy.txt", "c0py");

  const hf::CacheVerification found = verify();
  ASSERT_EQ(found.problems.size(), 1U);
  EXPECT_EQ(found.problems[0].path, snapshot / "copy.txt");
  EXPECT_EQ(found.repair().repaired_count, 1U);
  EXPECT_FALSE(fs::exists(snapshot / "copy.txt"));
}

TEST_F(CacheVerify, RepairLooksOnceMoreBeforeItDeletes) {
  write_file(blob(sha256("onnx")), "0nnx");
  write_file(repo / "refs/old", std::string(40, 'a'));
  const hf::CacheVerification found = verify();
  ASSERT_EQ(found.problems.size(), 2U);
  write_file(blob(sha256("onnx")), "onnx");  // Fetched again by somebody.
  fs::create_directories(repo / "snapshots" / std::string(40, 'a'));

  EXPECT_EQ(found.repair().repaired_count, 0U);

  EXPECT_TRUE(fs::exists(snapshot / "onnx/model.onnx"));
  EXPECT_TRUE(fs::exists(repo / "refs/old"));
}

TEST_F(CacheVerify, RepairLeavesAloneWhatSomebodyDownloads) {
  const std::string etag = sha256("onnx");
  write_file(blob(etag), "0nnx");
  const auto held = hf::FileLock::acquire(root / ".locks/models--acme--tiny" / (etag + ".lock"), {});
  ASSERT_TRUE(held.ok());

  const auto repair = verify().repair();

  EXPECT_EQ(repair.repaired_count, 0U);
  EXPECT_THAT(repair.failures, ElementsAre(HasSubstr("Somebody works on")));
  EXPECT_TRUE(fs::exists(blob(etag)));
}

TEST_F(CacheVerify, CanBeCancelled) {
  hf::CancellationSource source;
  source.cancel();
  hf::VerifyCacheOptions options;
  options.cache_dir = root;
  options.cancel = source.token();

  EXPECT_THROW((void)hf::verify_cache(options), hf::OperationCancelledError);
}

TEST_F(CacheVerify, NamesACacheThatIsNotThere) {
  hf::VerifyCacheOptions options;
  options.cache_dir = home.path() / "none";

  EXPECT_THROW((void)hf::verify_cache(options), hf::CacheNotFound);
}
