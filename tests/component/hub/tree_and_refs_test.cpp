// SPDX-License-Identifier: Apache-2.0
#include "hub_fixture.hpp"

#include "support/bytes.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using testing::pattern;
using ::testing::UnorderedElementsAre;

struct Git : testing::HubTest {
  Git() : HubTest(small_pages()) { api.create_repo("user/tiny"); }

  static server::EmbeddedHubOptions small_pages() {
    server::EmbeddedHubOptions options;
    options.page_size = 3;
    return options;
  }

  static std::vector<std::string> names(const std::vector<GitRefInfo>& refs) {
    std::vector<std::string> all;
    for (const GitRefInfo& ref : refs) all.push_back(ref.name);
    return all;
  }
};

TEST_F(Git, ListsATreeOverManyPages) {
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 10; ++i) files.emplace_back("dir/f" + std::to_string(i), "x");
  hub.add_files("user/tiny", files);

  EXPECT_EQ(api.list_repo_files("user/tiny").size(), 11U);
  EXPECT_GE(requests("GET", "/tree/").size(), 4U);
}

TEST_F(Git, ListsFilesAndFolders) {
  hub.add_file("user/tiny", "top.txt", "x");
  hub.add_file("user/tiny", "dir ä/w.safetensors", pattern(100));

  std::vector<std::string> top;
  for (const RepoTreeEntry& entry : api.list_repo_tree("user/tiny")) {
    top.push_back(path_of(entry) + (as_file(entry) == nullptr ? "/" : ""));
  }
  EXPECT_THAT(top, UnorderedElementsAre(".gitattributes", "dir ä/", "top.txt"));

  const auto below = api.list_repo_tree("user/tiny", {.expand = true, .path_in_repo = "dir ä"}).to_vector();
  ASSERT_EQ(below.size(), 1U);
  const RepoFile& weights = *as_file(below[0]);
  EXPECT_EQ(weights.path, "dir ä/w.safetensors");
  EXPECT_EQ(weights.size, 100U);
  ASSERT_TRUE(weights.lfs);
  EXPECT_EQ(weights.lfs->size, 100U);
  EXPECT_TRUE(weights.last_commit);
}

TEST_F(Git, SaysWhatIsMissing) {
  EXPECT_THROW((void)api.list_repo_files("user/none"), RepositoryNotFoundError);
  EXPECT_THROW((void)api.list_repo_files("user/tiny", {.revision = "none"}), RevisionNotFoundError);
  EXPECT_THROW((void)api.list_repo_tree("user/tiny", {.path_in_repo = "none"}).to_vector(), RemoteEntryNotFoundError);
}

TEST_F(Git, LooksPathsUp) {
  hub.add_files("user/tiny", {{"a b/c&d.txt", "x"}, {"e.txt", "y"}});

  const auto found = api.get_paths_info("user/tiny", {"a b/c&d.txt", "a b", "none"});

  std::vector<std::string> paths;
  for (const RepoTreeEntry& entry : found) paths.push_back(path_of(entry));
  EXPECT_THAT(paths, UnorderedElementsAre("a b/c&d.txt", "a b"));
}

TEST_F(Git, MakesAndDropsBranches) {
  api.create_branch("user/tiny", "feat/x");
  EXPECT_THROW(api.create_branch("user/tiny", "feat/x"), HfHubHTTPError);
  EXPECT_NO_THROW(api.create_branch("user/tiny", "feat/x", {.exist_ok = true}));
  EXPECT_THROW(api.create_branch("user/tiny", "y", {.revision = "none"}), RevisionNotFoundError);

  api.upload_file(UploadSource::from_bytes("x"), "x.txt", "user/tiny", {.revision = "feat/x"});
  EXPECT_THAT(api.list_repo_files("user/tiny", {.revision = "feat/x"}), Contains("x.txt"));
  EXPECT_THAT(api.list_repo_files("user/tiny"), ElementsAre(".gitattributes"));

  EXPECT_THAT(names(api.list_repo_refs("user/tiny").branches), UnorderedElementsAre("main", "feat/x"));
  api.delete_branch("user/tiny", "feat/x");
  EXPECT_THAT(names(api.list_repo_refs("user/tiny").branches), ElementsAre("main"));
  EXPECT_THROW(api.delete_branch("user/tiny", "main"), HfHubHTTPError);
  EXPECT_THROW(api.delete_branch("user/tiny", "none"), HfHubHTTPError);
}

TEST_F(Git, MakesAndDropsTags) {
  const std::string head = *hub.resolve("user/tiny");
  api.create_tag("user/tiny", "v1.0", {.revision = head, .tag_message = "First"});
  EXPECT_THROW(api.create_tag("user/tiny", "v1.0"), HfHubHTTPError);
  EXPECT_NO_THROW(api.create_tag("user/tiny", "v1.0", {.exist_ok = true}));

  const GitRefs refs = api.list_repo_refs("user/tiny");
  ASSERT_EQ(refs.tags.size(), 1U);
  EXPECT_EQ(refs.tags[0].target_commit, head);
  EXPECT_FALSE(refs.pull_requests);

  api.delete_tag("user/tiny", "v1.0");
  EXPECT_TRUE(api.list_repo_refs("user/tiny").tags.empty());
  EXPECT_THROW(api.delete_tag("user/tiny", "v1.0"), RevisionNotFoundError);
}

TEST_F(Git, ListsCommitsAndSquashesThem) {
  for (int i = 0; i < 5; ++i) {
    api.upload_file(UploadSource::from_bytes(std::to_string(i)), "n.txt", "user/tiny",
                    {.commit_message = "Number " + std::to_string(i)});
  }
  const std::vector<GitCommitInfo> commits = api.list_repo_commits("user/tiny");
  ASSERT_EQ(commits.size(), 6U);
  EXPECT_EQ(commits[0].title, "Number 4");
  EXPECT_EQ(commits[0].commit_id, hub.resolve("user/tiny"));
  EXPECT_THAT(commits[0].authors, ElementsAre("user"));
  EXPECT_TRUE(commits[0].created_at);

  api.super_squash_history("user/tiny", {.commit_message = "All"});

  const std::vector<GitCommitInfo> squashed = api.list_repo_commits("user/tiny");
  ASSERT_EQ(squashed.size(), 1U);
  EXPECT_EQ(squashed[0].title, "All");
  EXPECT_EQ(hub.read_file("user/tiny", "n.txt"), "4");
}

TEST_F(Git, ListsPullRequests) {
  const CommitInfo pr = api.upload_file(UploadSource::from_bytes("x"), "x.txt", "user/tiny", {.create_pr = true});

  const GitRefs refs = api.list_repo_refs("user/tiny", {.include_pull_requests = true});

  ASSERT_TRUE(refs.pull_requests);
  ASSERT_EQ(refs.pull_requests->size(), 1U);
  EXPECT_EQ(refs.pull_requests->at(0).ref, *pr.pr_revision);
}

}  // namespace
}  // namespace huggingface_hub
