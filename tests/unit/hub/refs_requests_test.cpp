// SPDX-License-Identifier: Apache-2.0
#include "fake_hub.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;

struct GitRequests : testing::FakeHubTest {};

TEST_F(GitRequests, ListsRefs) {
  transport->answer(200, R"({"branches":[{"name":"main","ref":"refs/heads/main","targetCommit":"c1"}],"converts":[],
    "tags":[{"name":"v1","ref":"refs/tags/v1","targetCommit":"c2"}],
    "pullRequests":[{"name":"refs/pr/1","ref":"refs/pr/1","targetCommit":"c3"}]})");

  const GitRefs refs = api.list_repo_refs("a/b", {.include_pull_requests = true, .repo_type = RepoType::dataset});

  EXPECT_EQ(line(0), "GET /api/datasets/a/b/refs?include_prs=1");
  EXPECT_EQ(refs.branches.at(0).target_commit, "c1");
  EXPECT_EQ(refs.tags.at(0).name, "v1");
  EXPECT_EQ(refs.pull_requests->at(0).ref, "refs/pr/1");
}

TEST_F(GitRequests, CreatesAndDeletesBranches) {
  transport->answer(200).answer(200).answer(200);

  api.create_branch("a/b", "feat/x");
  api.create_branch("a/b", "dev", {.revision = "v1.0"});
  api.delete_branch("a/b", "feat/x", {.repo_type = RepoType::space});

  EXPECT_EQ(line(0), "POST /api/models/a/b/branch/feat%2Fx");
  EXPECT_EQ(body(0), "{}");
  EXPECT_EQ(body(1), R"({"startingPoint":"v1.0"})");
  EXPECT_EQ(line(2), "DELETE /api/spaces/a/b/branch/feat%2Fx");
  EXPECT_EQ(body(2), "");
}

TEST_F(GitRequests, AcceptsAnExistingBranchWhereTold) {
  transport->answer(409, "").answer(409, "");

  EXPECT_NO_THROW(api.create_branch("a/b", "dev", {.exist_ok = true}));
  EXPECT_THROW(api.create_branch("a/b", "dev"), HfHubHTTPError);
}

TEST_F(GitRequests, LooksForTheBranchWhereCreatingIsForbidden) {
  const std::string refs = R"({"branches":[{"name":"feat/x","ref":"refs/heads/feat/x","targetCommit":"c"}]})";
  transport->answer(403, "").answer(200, refs).answer(403, "").answer(200, refs);

  EXPECT_NO_THROW(api.create_branch("a/b", "feat/x", {.exist_ok = true}));
  EXPECT_THROW(api.create_branch("a/b", "other", {.exist_ok = true}), HfHubHTTPError);
}

TEST_F(GitRequests, CreatesAndDeletesTags) {
  transport->answer(200).answer(200).answer(200);

  api.create_tag("a/b", "v1");
  api.create_tag("a/b", "v1", {.repo_type = RepoType::dataset, .revision = "refs/pr/1", .tag_message = "First"});
  api.delete_tag("a/b", "v/1");

  EXPECT_EQ(line(0), "POST /api/models/a/b/tag/main");
  EXPECT_EQ(body(0), R"({"tag":"v1"})");
  EXPECT_EQ(line(1), "POST /api/datasets/a/b/tag/refs%2Fpr%2F1");
  EXPECT_EQ(body(1), R"({"message":"First","tag":"v1"})");
  EXPECT_EQ(line(2), "DELETE /api/models/a/b/tag/v%2F1");
}

TEST_F(GitRequests, AcceptsAnExistingTagWhereTold) {
  transport->answer(409, "").answer(409, "");

  EXPECT_NO_THROW(api.create_tag("a/b", "v1", {.exist_ok = true}));
  EXPECT_THROW(api.create_tag("a/b", "v1"), HfHubHTTPError);
}

TEST_F(GitRequests, RefusesEmptyNames) {
  EXPECT_THROW(api.create_branch("a/b", ""), HFValidationError);
  EXPECT_THROW(api.delete_branch("a/b", ""), HFValidationError);
  EXPECT_THROW(api.create_tag("a/b", ""), HFValidationError);
  EXPECT_THROW(api.delete_tag("a/b", "../x"), HFValidationError);
  EXPECT_TRUE(transport->requests().empty());
}

TEST_F(GitRequests, ListsTheTree) {
  transport->answer(200, R"([{"type":"directory","oid":"t","size":0,"path":"onnx"},
    {"type":"file","oid":"b1","size":735,"path":"config.json"},
    {"type":"file","oid":"b2","size":9,"path":"w.safetensors","lfs":{"oid":"s","size":9,"pointerSize":134},
     "xetHash":"0123456789012345678901234567890123456789012345678901234567890123",
     "lastCommit":{"id":"c","title":"T","date":"2025-01-01T00:00:00Z"},
     "securityFileStatus":{"status":"safe","avScan":{"virusFound":false}}},
    {"type":"file","oid":"b3","size":9,"path":"masked","xetHash":"****"}])");

  std::vector<RepoTreeEntry> entries =
      api.list_repo_tree("a/b", {.expand = true, .path_in_repo = "sub/dir", .recursive = true, .revision = "x/y"})
          .to_vector();

  EXPECT_EQ(line(0), "GET /api/models/a/b/tree/x%2Fy/sub%2Fdir?recursive=true&expand=true");
  ASSERT_EQ(entries.size(), 4U);
  EXPECT_EQ(as_file(entries[0]), nullptr);
  EXPECT_EQ(path_of(entries[0]), "onnx");
  EXPECT_EQ(as_file(entries[1])->size, 735U);
  const RepoFile& weights = *as_file(entries[2]);
  EXPECT_EQ(weights.lfs->sha256, "s");
  EXPECT_TRUE(weights.xet_hash);
  EXPECT_EQ(weights.last_commit->title, "T");
  EXPECT_TRUE(weights.security->safe);
  EXPECT_FALSE(as_file(entries[3])->xet_hash);
}

TEST_F(GitRequests, ListsFilesOnly) {
  transport->answer(
      200, R"([{"type":"directory","oid":"t","size":0,"path":"d"},{"type":"file","oid":"b","size":1,"path":"d/f"}])");

  EXPECT_THAT(api.list_repo_files("a/b"), ElementsAre("d/f"));
  EXPECT_EQ(line(0), "GET /api/models/a/b/tree/main?recursive=true&expand=false");
}

TEST_F(GitRequests, AsksForPathsInBatches) {
  std::vector<std::string> paths(501, "x");
  paths[0] = "a b/c&d";
  transport->answer(200, R"([{"type":"file","oid":"b","size":1,"path":"x"}])").answer(200, "[]");

  const auto entries = api.get_paths_info("a/b", paths, {.revision = "v1"});

  EXPECT_EQ(entries.size(), 1U);
  EXPECT_EQ(line(0), "POST /api/models/a/b/paths-info/v1");
  EXPECT_EQ(header(0, "Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(body(0).substr(0, 32), "paths=a%20b%2Fc%26d&paths=x&path");
  EXPECT_EQ(body(1), "paths=x&expand=false");
}

TEST_F(GitRequests, ListsCommits) {
  transport->answer(200, R"([{"id":"c2","title":"Second","message":"","date":"2025-01-02T00:00:00.000Z",
    "authors":[{"user":"alice"},{"avatar":"x"}],"formatted":{"title":"<b>Second</b>","message":""}}])",
                    {{"Link", R"(<http://hub.test/more>; rel="next")"}});
  transport->answer(200, R"([{"id":"c1","title":"First","authors":[]}])");

  const std::vector<GitCommitInfo> commits = api.list_repo_commits("a/b", {.formatted = true, .revision = "dev"});

  EXPECT_EQ(line(0), "GET /api/models/a/b/commits/dev?expand%5B%5D=formatted");
  ASSERT_EQ(commits.size(), 2U);
  EXPECT_THAT(commits[0].authors, ElementsAre("alice"));
  EXPECT_EQ(commits[0].formatted_title, "<b>Second</b>");
  EXPECT_EQ(commits[1].commit_id, "c1");
}

TEST_F(GitRequests, SquashesABranch) {
  transport->answer(200).answer(200);

  api.super_squash_history("a/b");
  api.super_squash_history("a/b", {.branch = "x/y", .commit_message = "One", .repo_type = RepoType::dataset});

  EXPECT_EQ(line(0), "POST /api/models/a/b/super-squash/main");
  EXPECT_EQ(body(0), R"({"message":"Super-squash branch 'main' using huggingface_hub"})");
  EXPECT_EQ(line(1), "POST /api/datasets/a/b/super-squash/x%2Fy");
  EXPECT_EQ(body(1), R"({"message":"One"})");
}

}  // namespace
}  // namespace huggingface_hub
