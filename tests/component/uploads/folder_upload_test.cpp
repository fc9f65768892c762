// SPDX-License-Identifier: Apache-2.0
#include "component/hub/hub_fixture.hpp"

#include "core/file_stamp.hpp"
#include "support/bytes.hpp"
#include "transfer/hash_memo.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;

struct FolderUpload : testing::HubTest {
  FolderUpload() { api.create_repo("user/big"); }

  void write_files(int count) {
    for (int i = 0; i < count; ++i) write("out/" + std::to_string(i) + ".txt", std::to_string(i));
  }
  std::vector<std::string> titles(const std::string& revision = "main") {
    std::vector<std::string> titles;
    for (const GitCommitInfo& commit : api.list_repo_commits("user/big", {.revision = revision})) {
      titles.insert(titles.begin(), commit.title);
    }
    titles.erase(titles.begin());  // That of the new repository.
    return titles;
  }
};

TEST_F(FolderUpload, IsOneCommitUpToAThousandFiles) {
  write_files(1000);

  const CommitInfo commit = api.upload_folder("user/big", folder.path() / "out");

  EXPECT_EQ(requests("POST", "/preupload/").size(), 4U);
  EXPECT_EQ(requests("POST", "/commit/").size(), 1U);
  EXPECT_EQ(commit.oid, hub.resolve("user/big"));
  EXPECT_EQ(hub.list_files("user/big")->size(), 1001U);
}

TEST_F(FolderUpload, IsSeveralCommitsBeyond) {
  write_files(1100);
  hub.add_file("user/big", "old.bin", "old");
  std::uint64_t files = 0;
  std::uint64_t total = 0;
  bool is_complete = false;

  const CommitInfo commit =
      api.upload_folder("user/big", folder.path() / "out",
                        {.commit_message = "Many",
                         .delete_patterns = "*.bin",
                         .progress = [&](const ProgressEvent& event) {
                           EXPECT_GE(event.files, files);
                           files = event.files;
                           total = event.total_files;
                           is_complete = event.kind == ProgressEvent::Kind::complete;
                         }});

  // 250 at first; how many then depends on how long the commits take.
  const std::vector<std::string> made = titles();
  ASSERT_GE(made.size(), 4U);
  EXPECT_EQ(made[1], "Many");
  for (std::size_t i = 2; i < made.size(); ++i) EXPECT_EQ(made[i], "Many (part " + std::to_string(i) + ")");
  EXPECT_EQ(commit.oid, hub.resolve("user/big"));
  EXPECT_EQ(hub.list_files("user/big")->size(), 1101U);
  EXPECT_EQ(files, 1100U);
  EXPECT_EQ(total, 1100U);
  EXPECT_TRUE(is_complete);
}

TEST_F(FolderUpload, OpensOnePullRequestForSeveralCommits) {
  write_files(1100);

  const CommitInfo commit = api.upload_folder("user/big", folder.path() / "out", {.create_pr = true});

  EXPECT_EQ(commit.pr_revision, "refs/pr/1");
  EXPECT_EQ(commit.pr_num, 1U);
  EXPECT_EQ(requests("POST", "/discussions").size(), 1U);
  EXPECT_EQ(hub.list_files("user/big", "refs/pr/1")->size(), 1101U);
  EXPECT_EQ(hub.list_files("user/big")->size(), 1U);
}

TEST_F(FolderUpload, SendsNothingTwice) {
  write_files(50);
  write("out/w.safetensors", testing::pattern(3000));
  const CommitInfo first = api.upload_folder("user/big", folder.path() / "out");
  hub.clear_requests();

  const CommitInfo second = api.upload_folder("user/big", folder.path() / "out");

  EXPECT_EQ(second.oid, first.oid);
  EXPECT_TRUE(requests("POST", "/commit/").empty());
  EXPECT_TRUE(requests("PUT", "").empty());
}

TEST_F(FolderUpload, DeletesInAFolderThatHasNothingToAdd) {
  hub.add_file("user/big", "old.bin", "old");
  std::filesystem::create_directories(folder.path() / "out");

  api.upload_folder("user/big", folder.path() / "out", {.delete_patterns = "*.bin"});

  EXPECT_THAT(*hub.list_files("user/big"), ElementsAre(".gitattributes"));
}

TEST_F(FolderUpload, TakesTheNameOfOldForLargeFolders) {
  write_files(3);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  api.upload_large_folder("user/big", folder.path() / "out");
#pragma GCC diagnostic pop
  EXPECT_EQ(hub.list_files("user/big")->size(), 4U);
}

TEST_F(FolderUpload, BelievesWhatWasHashedBeforeUntilTheStorageDoesNot) {
  HfApiOptions options = client_options();
  options.config->hf_home = folder.path() / "home";
  const HfApi remembering(options);
  // A file that has not been written to for a moment, and is worth remembering.
  const std::filesystem::path file = std::filesystem::read_symlink("/proc/self/exe");
  const std::filesystem::path memo_folder = folder.path() / "home/cpp/upload-hashes";
  transfer::HashMemo::open(memo_folder, file.parent_path())
      ->record(transfer::HashMemo::Kind::sha256, file, *file_stamp(file), std::string(64, 'a'));

  EXPECT_THROW(remembering.upload_file(file, "w.safetensors", "user/big"), HfHubError);
  ASSERT_FALSE(requests("PUT", "/" + std::string(64, 'a')).empty());
  remembering.upload_file(file, "w.safetensors", "user/big");

  const auto memo = transfer::HashMemo::open(memo_folder, file.parent_path());
  const auto remembered = memo->find(transfer::HashMemo::Kind::sha256, file, *file_stamp(file));
  ASSERT_TRUE(remembered.has_value());
  EXPECT_NE(*remembered, std::string(64, 'a'));
}

}  // namespace
}  // namespace huggingface_hub
