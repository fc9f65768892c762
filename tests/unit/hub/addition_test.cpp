// SPDX-License-Identifier: Apache-2.0
#include "hub/addition.hpp"

#include "support/bytes.hpp"
#include "support/temp_dir.hpp"

#include "huggingface_hub/errors.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <sstream>
#include <string>

namespace huggingface_hub {
namespace {

using testing::pattern;

struct PathCase {
  std::string given;
  std::string accepted;
};
void PrintTo(const PathCase& a_case, std::ostream* out) { *out << a_case.given; }
struct PathInRepo : ::testing::TestWithParam<PathCase> {};
TEST_P(PathInRepo, IsAccepted) { EXPECT_EQ(hub::validate_path_in_repo(GetParam().given), GetParam().accepted); }
INSTANTIATE_TEST_SUITE_P(Addition, PathInRepo,
                         ::testing::Values(PathCase{"a", "a"}, PathCase{"/a/b", "a/b"}, PathCase{"./a", "a"},
                                           PathCase{"././a", "./a"}, PathCase{"//x", "/x"}, PathCase{"..a/b", "..a/b"},
                                           PathCase{"a//b", "a//b"}, PathCase{".gitattributes", ".gitattributes"},
                                           PathCase{"old/", "old/"}, PathCase{"größe", "größe"}));

struct BadPathInRepo : ::testing::TestWithParam<std::string> {};
TEST_P(BadPathInRepo, IsRefused) {
  EXPECT_THROW(CommitOperationAdd(GetParam(), UploadSource::from_bytes("")), HFValidationError);
  EXPECT_THROW(CommitOperationDelete{GetParam()}, HFValidationError);
  EXPECT_THROW(CommitOperationCopy(GetParam(), "x"), HFValidationError);
  EXPECT_THROW(CommitOperationCopy("x", GetParam()), HFValidationError);
}
INSTANTIATE_TEST_SUITE_P(Addition, BadPathInRepo,
                         ::testing::Values("", "/", ".", "..", "a/../b", "a/..", "/../x", ".git/config", "a/.git/b",
                                           ".cache/x", "a/.cache", "bad\xff", std::string("a\0b", 3)));

TEST(Addition, ReadsSizeAndSample) {
  const CommitOperationAdd small("a", UploadSource::from_bytes("xyz"));
  EXPECT_EQ(small.size(), 3U);
  EXPECT_EQ(small.state().sample, "xyz");

  const CommitOperationAdd large("a", UploadSource::from_bytes(pattern(2000)));
  EXPECT_EQ(large.state().sample, pattern(512));
}

TEST(Addition, DigestsPathsBytesAndStreamsAlike) {
  const testing::TempDir folder;
  const std::string content = pattern(3'000'000);
  testing::write_file(folder.path() / "f", content);
  const CommitOperationAdd path("a", folder.path() / "f");
  const CommitOperationAdd bytes("a", UploadSource::from_bytes(content));
  const CommitOperationAdd stream("a", UploadSource::from_stream(std::make_shared<std::istringstream>(content)));

  for (const CommitOperationAdd& addition : {path, bytes, stream}) {
    ASSERT_TRUE(hub::compute_sha256(addition.state(), {}).ok());
    ASSERT_TRUE(hub::compute_git_blob_id(addition.state(), {}).ok());
    EXPECT_EQ(*addition.state().sha256, "12c4ad4096a573c38320419ae1e1769955ad31c4c3e38a59fecdd2fab59f7bff");
    EXPECT_EQ(*addition.state().git_blob_id, "d46d85cc093b1c50b7747686d40139d2ffd58658");
    EXPECT_EQ(hub::read_content(addition.state()).value(), content);
  }
}

TEST(Addition, NeedsAFile) {
  const testing::TempDir folder;
  EXPECT_THROW(CommitOperationAdd("a", folder.path() / "missing"), HFValidationError);
  EXPECT_THROW(CommitOperationAdd("a", folder.path()), HFValidationError);
  EXPECT_THROW(CommitOperationAdd("a", ""), HFValidationError);
}

TEST(Addition, NoticesThatTheFileIsNotWhatItWas) {
  const testing::TempDir folder;
  const auto path = folder.path() / "f";
  testing::write_file(path, pattern(20'000));
  const CommitOperationAdd addition("a", path);

  testing::write_file(path, pattern(20'001));
  EXPECT_EQ(hub::compute_sha256(addition.state(), {}).error().code, ErrorCode::integrity);
  testing::write_file(path, "s");
  EXPECT_EQ(hub::compute_sha256(addition.state(), {}).error().code, ErrorCode::integrity);
  std::filesystem::remove(path);
  EXPECT_EQ(hub::compute_sha256(addition.state(), {}).error().code, ErrorCode::io);
  EXPECT_EQ(hub::check_unchanged(addition.state()).error().code, ErrorCode::io);
}

TEST(Addition, ReadsASmallFileOnce) {
  const testing::TempDir folder;
  const auto path = folder.path() / "f";
  testing::write_file(path, "one");
  const CommitOperationAdd addition("a", path);

  testing::write_file(path, "longer");
  EXPECT_EQ(hub::read_content(addition.state()).value(), "one");
  ASSERT_TRUE(hub::compute_git_blob_id(addition.state(), {}).ok());
  EXPECT_EQ(*addition.state().git_blob_id, "43dd47ea691c90a5fa7827892c70241913351963");
  EXPECT_EQ(hub::check_unchanged(addition.state()).error().code, ErrorCode::integrity);
}

TEST(Addition, KeepsNoMoreThanAFewMebibytesOfSmallFiles) {
  const testing::TempDir folder;
  const auto path = folder.path() / "f";
  testing::write_file(path, pattern(16 << 10));
  std::vector<CommitOperationAdd> additions;
  std::size_t kept = 0;
  for (int i = 0; i < 300; ++i) kept += additions.emplace_back("a", path).state().kept ? 1 : 0;
  EXPECT_EQ(kept, 256U);
  additions.clear();
  EXPECT_TRUE(CommitOperationAdd("a", path).state().kept);
}

TEST(Addition, StopsHashingWhenCancelled) {
  CancellationSource source;
  source.cancel();
  const CommitOperationAdd addition("a", UploadSource::from_bytes("x"));

  EXPECT_THROW((void)hub::compute_sha256(addition.state(), source.token()), OperationCancelledError);
}

TEST(Deletion, TakesAPathWithASlashForAFolder) {
  EXPECT_TRUE(CommitOperationDelete("a/").is_folder());
  EXPECT_FALSE(CommitOperationDelete("a").is_folder());
  EXPECT_TRUE(CommitOperationDelete("a", true).is_folder());
  EXPECT_FALSE(CommitOperationDelete("a/", false).is_folder());
}

TEST(Copy, NeedsIdAndTypeTogether) {
  EXPECT_THROW(CommitOperationCopy("a", "b", {.src_repo_id = "x/y"}), HFValidationError);
  EXPECT_THROW(CommitOperationCopy("a", "b", {.src_repo_type = RepoType::model}), HFValidationError);
  EXPECT_NO_THROW(CommitOperationCopy("a", "b", {.src_repo_id = "x/y", .src_repo_type = RepoType::model}));
}

}  // namespace
}  // namespace huggingface_hub
