// SPDX-License-Identifier: Apache-2.0
/// @file
/// `create_commit`, which is one commit or none, on a hub that answers badly.
#include "fault/uploads/refused_commits.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

namespace huggingface_hub {
namespace {

using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

struct OneCommit : testing::RefusedCommits {
  OneCommit() {
    api.create_repo("user/tiny");
    hub.add_files("user/tiny", {{"old.txt", "old"}, {"dir/a.txt", "a"}, {"dir/b.txt", "b"}});
  }
  /// An addition, a deletion of a file and one of a folder, a copy.
  static std::vector<CommitOperation> operations() {
    return {CommitOperationAdd("new.txt", UploadSource::from_bytes("new")), CommitOperationDelete("old.txt"),
            CommitOperationDelete("dir/"), CommitOperationCopy("dir/a.txt", "copy.txt")};
  }
  CommitInfo commit(const HfApi& with) const {
    return with.create_commit("user/tiny", operations(), {.commit_message = "All of it"});
  }
  void expect_everything_is_done() {
    EXPECT_THAT(*hub.list_files("user/tiny"), UnorderedElementsAre(".gitattributes", "new.txt", "copy.txt"));
  }
};

TEST_F(OneCommit, IsNotRepeatedWhereOnlyTheAnswerWasLost) {
  auto network = server::FaultProxy::in_front_of(hub);

  const CommitInfo made = commit(HfApi(without_answer(network)));

  EXPECT_EQ(commits(), 1U);
  EXPECT_EQ(made.oid, hub.resolve("user/tiny"));
  EXPECT_EQ(made.commit_message, "All of it");
  expect_everything_is_done();
}

struct DoubtfulCommit : OneCommit, ::testing::WithParamInterface<int> {};

TEST_P(DoubtfulCommit, IsMadeOnceItIsKnownNotToHaveHappened) {
  refuse_commit(GetParam(), 2);

  const CommitInfo made = commit(api);

  EXPECT_EQ(commits(), 3U);
  EXPECT_EQ(made.oid, hub.resolve("user/tiny"));
  expect_everything_is_done();
}

TEST_P(DoubtfulCommit, KeepsToItsParent) {
  refuse_commit(GetParam());
  const std::string parent = hub.resolve("user/tiny").value();
  bool is_first = true;
  hub.on_request([&](const server::RequestRecord& record) {
    if (record.target.find("/commit/") == std::string::npos || !std::exchange(is_first, false)) return;
    hub.add_files("user/tiny", {{"other.txt", "other"}});
  });

  try {
    api.create_commit("user/tiny", operations(), {.commit_message = "All of it", .parent_commit = parent});
    ADD_FAILURE() << "committed on top of another commit";
  } catch (const HfHubHTTPError& error) {
    EXPECT_EQ(error.status(), 412);
  }
  hub.on_request({});

  EXPECT_FALSE(hub.read_file("user/tiny", "new.txt").has_value());
}

TEST_P(DoubtfulCommit, IsNotRepeatedWhereItMayHaveOpenedAPullRequest) {
  refuse_commit(GetParam());

  try {
    api.create_commit("user/tiny", operations(), {.commit_message = "All of it", .create_pr = true});
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_THAT(error.what(), HasSubstr("pull request was opened"));
  }
  EXPECT_EQ(commits(), 1U);
}

INSTANTIATE_TEST_SUITE_P(OneCommit, DoubtfulCommit, ::testing::Values(500, 504));

struct OvertakenCommit : OneCommit, ::testing::WithParamInterface<int> {};

TEST_P(OvertakenCommit, IsPlannedAnew) {
  refuse_commit(GetParam());

  (void)commit(api);

  EXPECT_EQ(commits(), 2U);
  expect_everything_is_done();
}

TEST_P(OvertakenCommit, IsFinalForTheParentThatWasAskedFor) {
  refuse_commit(GetParam());
  const std::string parent = hub.resolve("user/tiny").value();

  EXPECT_THROW(api.create_commit("user/tiny", operations(), {.commit_message = "x", .parent_commit = parent}),
               HfHubHTTPError);

  EXPECT_EQ(commits(), 1U);
}

INSTANTIATE_TEST_SUITE_P(OneCommit, OvertakenCommit, ::testing::Values(409, 412));

TEST_F(OneCommit, IsNeverSplit) {
  refuse_commit(413, 100);

  EXPECT_THROW(commit(api), HfHubHTTPError);

  EXPECT_EQ(commits(), 1U);
}

TEST_F(OneCommit, CanBeMadeOfTheSameOperationsAfterAnError) {
  const std::vector<CommitOperation> all = operations();
  refuse_commit(403);
  EXPECT_THROW(api.create_commit("user/tiny", all, {.commit_message = "x"}), HfHubHTTPError);

  (void)api.create_commit("user/tiny", all, {.commit_message = "x"});

  expect_everything_is_done();
}

}  // namespace
}  // namespace huggingface_hub
