// SPDX-License-Identifier: Apache-2.0
#include "fault/uploads/refused_commits.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct FolderCommit : testing::RefusedCommits {
  FolderCommit() {
    api.create_repo("user/tiny");
    for (const char* name : {"a.txt", "b.txt", "c.txt", "d.txt"}) write(std::string("out/") + name, name);
  }
  CommitInfo upload(const HfApi& with, const UploadFolderOptions& options = {}) const {
    return with.upload_folder("user/tiny", folder.path() / "out", options);
  }
  void expect_everything_is_there() {
    EXPECT_THAT(*hub.list_files("user/tiny"),
                ::testing::IsSupersetOf({".gitattributes", "a.txt", "b.txt", "c.txt", "d.txt"}));
  }
};

TEST_F(FolderCommit, IsHalvedWhereItIsTooLarge) {
  refuse_commit(413);

  const CommitInfo commit = upload(api);

  EXPECT_EQ(commits(), 3U);
  EXPECT_EQ(commit.commit_message, "Upload folder using huggingface_hub (part 2)");
  expect_everything_is_there();
}

TEST_F(FolderCommit, NamesTheFileThatIsTooLargeByItself) {
  refuse_commit(413, 100);

  try {
    upload(api);
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_EQ(error.status(), 413);
    EXPECT_THAT(error.what(), HasSubstr("'a.txt'"));
  }
  EXPECT_EQ(commits(), 3U);  // Four files, two, one.
}

struct Conflict : FolderCommit, ::testing::WithParamInterface<int> {};

TEST_P(Conflict, IsPlannedAnew) {
  refuse_commit(GetParam());
  bool is_first = true;
  hub.on_request([&](const server::RequestRecord& record) {
    if (record.target.find("/commit/") == std::string::npos || !std::exchange(is_first, false)) return;
    hub.add_files("user/tiny", {{"a.txt", "a.txt"}, {"other.txt", "other"}});  // Somebody was faster.
  });

  upload(api, {.delete_patterns = "gone.*"});
  hub.on_request({});

  EXPECT_EQ(commits(), 2U);
  expect_everything_is_there();
  EXPECT_EQ(hub.read_file("user/tiny", "other.txt"), "other");
}

TEST_P(Conflict, IsFinalForTheParentThatWasAskedFor) {
  refuse_commit(GetParam());

  EXPECT_THROW(upload(api, {.parent_commit = hub.resolve("user/tiny")}), HfHubHTTPError);

  EXPECT_EQ(commits(), 1U);
}

INSTANTIATE_TEST_SUITE_P(FolderCommit, Conflict, ::testing::Values(409, 412));

TEST_F(FolderCommit, IsNotRepeatedWhereOnlyTheAnswerWasLost) {
  auto network = server::FaultProxy::in_front_of(hub);

  const CommitInfo commit = upload(HfApi(without_answer(network)));

  EXPECT_EQ(commits(), 1U);
  EXPECT_EQ(commit.oid, hub.resolve("user/tiny"));
  expect_everything_is_there();
}

struct Doubtful : FolderCommit, ::testing::WithParamInterface<int> {};

TEST_P(Doubtful, IsRepeatedOnceItIsKnownNotToHaveHappened) {
  refuse_commit(GetParam(), 2);

  upload(api);

  EXPECT_EQ(commits(), 3U);
  EXPECT_EQ(requests("POST", "/paths-info/").size(), 2U);
  expect_everything_is_there();
}

TEST_P(Doubtful, IsNotRepeatedIfItHappenedAllTheSame) {
  refuse_commit(GetParam());
  bool is_first = true;
  hub.on_request([&](const server::RequestRecord& record) {
    if (record.target.find("/commit/") == std::string::npos || !std::exchange(is_first, false)) return;
    hub.add_files("user/tiny", {{"a.txt", "a.txt"}, {"b.txt", "b.txt"}, {"c.txt", "c.txt"}, {"d.txt", "d.txt"}});
  });

  const CommitInfo commit = upload(api);
  hub.on_request({});

  EXPECT_EQ(commits(), 1U);
  EXPECT_EQ(commit.oid, hub.resolve("user/tiny"));
}

TEST_P(Doubtful, IsGivenUpInTheEnd) {
  refuse_commit(GetParam(), 1000);

  EXPECT_THROW(upload(api), HfHubHTTPError);

  EXPECT_LE(commits(), 6U);
}

TEST_P(Doubtful, IsNotRepeatedWhereItMayHaveOpenedAPullRequest) {
  refuse_commit(GetParam());

  try {
    upload(api, {.create_pr = true});
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_THAT(error.what(), HasSubstr("pull request was opened"));
  }
  EXPECT_EQ(commits(), 1U);
}

INSTANTIATE_TEST_SUITE_P(FolderCommit, Doubtful, ::testing::Values(500, 502, 503, 504));

struct Refused : FolderCommit, ::testing::WithParamInterface<int> {};

TEST_P(Refused, EndsAtOnceAndNamesTheFiles) {
  refuse_commit(GetParam());

  try {
    upload(api);
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_EQ(error.status(), GetParam());
    EXPECT_THAT(error.what(), HasSubstr("'a.txt'"));
    EXPECT_THAT(error.what(), HasSubstr("'d.txt'"));
  }
  EXPECT_EQ(commits(), 1U);
}

INSTANTIATE_TEST_SUITE_P(FolderCommit, Refused, ::testing::Values(400, 401, 403, 422));

TEST_F(FolderCommit, GoesToThePullRequestThatTheFirstOneOpened) {
  refuse_commit(413);

  const CommitInfo commit = upload(api, {.create_pr = true});

  EXPECT_EQ(commit.pr_revision, "refs/pr/1");
  EXPECT_EQ(commits(), 3U);
  EXPECT_EQ(hub.list_files("user/tiny", "refs/pr/1")->size(), 5U);
  EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes"));
}

TEST_F(FolderCommit, OfManyFilesIsSplitWhereItFailsAgain) {
  for (int i = 0; i < 100; ++i) write("out/" + std::to_string(i) + ".bin.txt", std::to_string(i));
  refuse_commit(504, 2);

  upload(api);

  EXPECT_EQ(commits(), 4U);
  EXPECT_EQ(hub.list_files("user/tiny")->size(), 105U);
}

TEST_F(FolderCommit, OfManyFilesOutlivesLooksThatFail) {
  for (int i = 0; i < 100; ++i) write("out/" + std::to_string(i) + ".bin.txt", std::to_string(i));
  refuse_commit(504, 2);
  refuse("/paths-info/", 500, 1, /*skip=*/1);  // The look before it is split.

  upload(api);

  EXPECT_EQ(commits(), 3U);  // After that it was looked again, and the whole was taken.
  EXPECT_EQ(hub.list_files("user/tiny")->size(), 105U);
}

TEST_F(FolderCommit, ThatIsToOpenAPullRequestOutlivesALookThatFails) {
  refuse_commit(409);
  refuse("/paths-info/", 500);

  const CommitInfo commit = upload(api, {.create_pr = true});

  EXPECT_EQ(commit.pr_revision, "refs/pr/1");
  EXPECT_EQ(commits(), 2U);
}

}  // namespace
}  // namespace huggingface_hub
