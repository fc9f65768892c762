// SPDX-License-Identifier: Apache-2.0
#include "hub_fixture.hpp"

#include "support/bytes.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::pattern;

struct Upload : testing::HubTest {
  Upload() { api.create_repo("user/tiny"); }
};

TEST_F(Upload, SendsAFileFromAPath) {
  const auto path = write("config.json", "{}");

  const CommitInfo commit = api.upload_file(path, "sub/config.json", "user/tiny");

  EXPECT_EQ(hub.read_file("user/tiny", "sub/config.json"), "{}");
  EXPECT_EQ(commit.oid, hub.resolve("user/tiny"));
  EXPECT_EQ(commit.commit_message, "Upload sub/config.json with huggingface_hub");
  EXPECT_EQ(commit.commit_url, hub.url() + "/user/tiny/commit/" + commit.oid);
  EXPECT_EQ(commit.repo_url.repo_id, "user/tiny");
}

TEST_F(Upload, SendsBytesAndStreams) {
  api.upload_file(UploadSource::from_bytes("bytes"), "a.txt", "user/tiny");
  api.upload_file(UploadSource::from_stream(std::make_shared<std::istringstream>("stream")), "b.txt", "user/tiny");

  EXPECT_EQ(hub.read_file("user/tiny", "a.txt"), "bytes");
  EXPECT_EQ(hub.read_file("user/tiny", "b.txt"), "stream");
}

TEST_F(Upload, SendsLfsContentFromPathBytesAndStream) {
  const std::string content = pattern(100'000);
  const std::string other = pattern(50'000, 2);
  const std::string third = pattern(70'000, 3);

  api.upload_file(write("a.safetensors", content), "a.safetensors", "user/tiny");
  api.upload_file(UploadSource::from_bytes(other), "b.safetensors", "user/tiny");
  api.upload_file(UploadSource::from_stream(std::make_shared<std::istringstream>(third)), "c.safetensors", "user/tiny");

  EXPECT_EQ(hub.read_file("user/tiny", "a.safetensors"), content);
  EXPECT_EQ(hub.read_file("user/tiny", "b.safetensors"), other);
  EXPECT_EQ(hub.read_file("user/tiny", "c.safetensors"), third);
}

TEST_F(Upload, SendsAFolderInOneCommit) {
  write("out/config.json", "{}");
  write("out/.hidden", "h");
  write("out/sub/dir/weights.safetensors", pattern(10'000));
  write("out/größe – 大.txt", "ü");
  write("out/.git/config", "no");
  write("out/sub/.git/config", "no");
  write("out/.cache/huggingface/x", "no");
  write("out/sub/.cache/huggingface/download/x", "no");
  std::filesystem::create_directory_symlink(folder.path() / "out/sub", folder.path() / "out/linked");
  std::filesystem::create_symlink(folder.path() / "out/config.json", folder.path() / "out/link.json");

  const CommitInfo commit = api.upload_folder("user/tiny", folder.path() / "out");

  EXPECT_THAT(*hub.list_files("user/tiny"),
              ::testing::UnorderedElementsAre(".gitattributes", ".hidden", "config.json", "größe – 大.txt", "link.json",
                                              "sub/dir/weights.safetensors"));
  EXPECT_EQ(requests("POST", "/commit/").size(), 1U);
  EXPECT_EQ(commit.commit_message, "Upload folder using huggingface_hub");
}

TEST_F(Upload, AppliesPatternsBelowTheFolderAndPrefixesAfterwards) {
  write("out/a.json", "{}");
  write("out/b.txt", "b");
  write("out/logs/x.json", "{}");

  api.upload_folder("user/tiny", folder.path() / "out",
                    {.allow_patterns = "*.json", .ignore_patterns = {"logs/"}, .path_in_repo = "/models/v1/"});

  EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes", "models/v1/a.json"));
}

TEST_F(Upload, DeletesWhatMatchesButNotWhatIsReplaced) {
  hub.add_files("user/tiny",
                {{"out/old.json", "1"}, {"out/same.json", "2"}, {"out/keep.txt", "3"}, {"other.json", "4"}});
  write("local/same.json", "new");

  api.upload_folder("user/tiny", folder.path() / "local", {.delete_patterns = "*.json", .path_in_repo = "out"});

  EXPECT_THAT(*hub.list_files("user/tiny"),
              ElementsAre(".gitattributes", "other.json", "out/keep.txt", "out/same.json"));
  EXPECT_EQ(hub.read_file("user/tiny", "out/same.json"), "new");
}

TEST_F(Upload, NeverDeletesGitattributes) {
  hub.add_file("user/tiny", "x.txt", "x");

  api.delete_files("user/tiny", {"*"});

  EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes"));
}

TEST_F(Upload, MakesNoEmptyCommit) {
  const auto path = write("a.txt", "same");
  const auto weights = write("w.safetensors", pattern(3000));
  api.upload_file(path, "a.txt", "user/tiny");
  const CommitInfo second = api.upload_file(weights, "w.safetensors", "user/tiny");

  const CommitInfo again = api.upload_folder("user/tiny", folder.path());

  EXPECT_EQ(again.oid, second.oid);
  EXPECT_EQ(again.commit_url, hub.url() + "/user/tiny/commit/" + second.oid);
  EXPECT_EQ(requests("POST", "/commit/").size(), 2U);
  EXPECT_EQ(requests("PUT", "").size(), 1U);
}

TEST_F(Upload, SendsAgainWhatTheSameCommitDeletes) {
  hub.add_file("user/tiny", "dir/a.txt", "same");

  api.create_commit("user/tiny",
                    {CommitOperationDelete("dir/"), CommitOperationAdd("dir/a.txt", UploadSource::from_bytes("same"))},
                    {.commit_message = "Clean"});

  EXPECT_EQ(hub.read_file("user/tiny", "dir/a.txt"), "same");
}

TEST_F(Upload, DeletesFilesAndFolders) {
  hub.add_files("user/tiny", {{"a.txt", "1"}, {"dir/b.txt", "2"}, {"dir/c.txt", "3"}, {"d.txt", "4"}});

  const CommitInfo file = api.delete_file("a.txt", "user/tiny");
  const CommitInfo dir = api.delete_folder("dir", "user/tiny");

  EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes", "d.txt"));
  EXPECT_EQ(file.commit_message, "Delete a.txt with huggingface_hub");
  EXPECT_EQ(dir.commit_message, "Delete folder dir with huggingface_hub");
}

TEST_F(Upload, SendsEmptyFilesAsRegularOnes) {
  api.upload_file(UploadSource::from_bytes(""), "empty.safetensors", "user/tiny");

  EXPECT_EQ(hub.read_file("user/tiny", "empty.safetensors"), "");
  EXPECT_TRUE(requests("POST", "info/lfs").empty());
}

TEST_F(Upload, LeavesOutWhatGitignoreNames) {
  write("out/.gitignore", "*.log\n");
  write("out/a.log", "no");
  write("out/big.log", pattern(20'000'000 / 1000));
  write("out/b.txt", "yes");

  api.upload_folder("user/tiny", folder.path() / "out");

  EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes", ".gitignore", "b.txt"));
}

TEST_F(Upload, OpensAPullRequest) {
  const std::string head = *hub.resolve("user/tiny");

  const CommitInfo commit = api.upload_file(UploadSource::from_bytes("x"), "x.txt", "user/tiny",
                                            {.commit_message = "Add x", .create_pr = true});

  ASSERT_TRUE(commit.pr_num);
  EXPECT_EQ(commit.pr_revision, "refs/pr/" + std::to_string(*commit.pr_num));
  EXPECT_THAT(*commit.pr_url, HasSubstr("/discussions/"));
  EXPECT_EQ(hub.resolve("user/tiny"), head);
  EXPECT_EQ(hub.read_file("user/tiny", "x.txt", *commit.pr_revision), "x");
}

TEST_F(Upload, GoesOnWithAPullRequest) {
  const CommitInfo first = api.upload_file(UploadSource::from_bytes("x"), "x.txt", "user/tiny", {.create_pr = true});

  api.upload_file(UploadSource::from_bytes("y"), "y.safetensors", "user/tiny", {.revision = *first.pr_revision});

  EXPECT_EQ(hub.read_file("user/tiny", "y.safetensors", *first.pr_revision), "y");
}

TEST_F(Upload, WorksForEveryRepositoryType) {
  for (const RepoType type : {RepoType::dataset, RepoType::space, RepoType::kernel}) {
    CreateRepoOptions options;
    options.repo_type = type;
    if (type == RepoType::space) options.space_sdk = "static";
    const std::string id = std::string("user/of-") + to_string(type);
    api.create_repo(id, options);

    api.upload_file(UploadSource::from_bytes(pattern(2000)), "w.safetensors", id, {.repo_type = type});
    api.upload_file(UploadSource::from_bytes("t"), "t.txt", id, {.repo_type = type});

    EXPECT_EQ(hub.read_file(id, "w.safetensors", "main", type), pattern(2000)) << to_string(type);
    EXPECT_EQ(hub.read_file(id, "t.txt", "main", type), "t") << to_string(type);
  }
}

TEST_F(Upload, ReportsProgressOnTheCallingThread) {
  write("out/a.safetensors", pattern(300'000));
  write("out/b.txt", "text");
  std::vector<ProgressEvent> events;

  api.upload_folder("user/tiny", folder.path() / "out",
                    {.progress = [&](const ProgressEvent& event) { events.push_back(event); }});

  ASSERT_GE(events.size(), 4U);
  EXPECT_EQ(events.front().kind, ProgressEvent::Kind::start);
  EXPECT_EQ(events.front().total_bytes, 300'004U);
  EXPECT_EQ(events.front().total_files, 2U);
  EXPECT_EQ(events.back().kind, ProgressEvent::Kind::complete);
  EXPECT_EQ(events.back().bytes, 300'004U);
  EXPECT_EQ(events.back().files, 2U);
  std::uint64_t bytes = 0;
  for (const ProgressEvent& event : events) {
    EXPECT_GE(event.bytes, bytes);
    EXPECT_EQ(event.direction, ProgressEvent::Direction::upload);
    bytes = event.bytes;
  }
}

TEST_F(Upload, HandsOnWhatTheCallbackThrows) {
  struct Mine {};
  const auto path = write("a.safetensors", pattern(1000));

  EXPECT_THROW(
      api.upload_file(path, "a.safetensors", "user/tiny", {.progress = [](const ProgressEvent&) { throw Mine(); }}),
      Mine);

  EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes"));
}

TEST_F(Upload, StopsWhenCancelled) {
  CancellationSource source;
  write("out/a.safetensors", pattern(1000));
  hub.on_request([&](const server::RequestRecord& record) {
    if (record.method == "PUT") source.cancel();
  });

  EXPECT_THROW(api.upload_folder("user/tiny", folder.path() / "out", {.call = {.cancel = source.token()}}),
               OperationCancelledError);

  EXPECT_TRUE(requests("POST", "/commit/").empty());
}

}  // namespace
}  // namespace huggingface_hub
