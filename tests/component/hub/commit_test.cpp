// SPDX-License-Identifier: Apache-2.0
#include "hub_fixture.hpp"

#include "support/bytes.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/log.hpp"

#include <gmock/gmock.h>

#include <mutex>
#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::pattern;

struct Commit : testing::HubTest {
  Commit() { api.create_repo("user/tiny"); }

  static CommitOperationAdd add(const std::string& path, const std::string& content) {
    return CommitOperationAdd(path, UploadSource::from_bytes(content));
  }
};

TEST_F(Commit, DoesAllOfItAtOnce) {
  hub.add_files("user/tiny",
                {{"old.txt", "1"}, {"dir/a.txt", "2"}, {"src.txt", "text"}, {"w.safetensors", pattern(300)}});

  api.create_commit("user/tiny",
                    {add("new.txt", "n"), add("new.safetensors", pattern(200)), CommitOperationDelete("old.txt"),
                     CommitOperationDelete("dir/"), CommitOperationCopy("src.txt", "copy.txt"),
                     CommitOperationCopy("w.safetensors", "w2.safetensors")},
                    {.commit_description = "All kinds", .commit_message = "Everything"});

  EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes", "copy.txt", "new.safetensors", "new.txt",
                                                        "src.txt", "w.safetensors", "w2.safetensors"));
  EXPECT_EQ(hub.read_file("user/tiny", "copy.txt"), "text");
  EXPECT_EQ(hub.read_file("user/tiny", "w2.safetensors"), pattern(300));
  const GitCommitInfo last = api.list_repo_commits("user/tiny").at(0);
  EXPECT_EQ(last.title, "Everything");
  EXPECT_THAT(last.message, HasSubstr("All kinds"));
}

TEST_F(Commit, CopiesFromAnotherRevision) {
  const std::string before = hub.add_file("user/tiny", "a.txt", "before");
  hub.add_file("user/tiny", "a.txt", "after");

  api.create_commit("user/tiny", {CommitOperationCopy("a.txt", "a.txt", {.src_revision = before})},
                    {.commit_message = "Back"});

  EXPECT_EQ(hub.read_file("user/tiny", "a.txt"), "before");
}

TEST_F(Commit, IsDroppedWhereACopyChangesNothing) {
  const std::string head = hub.add_files("user/tiny", {{"a.txt", "same"}, {"b.txt", "same"}});

  EXPECT_EQ(api.create_commit("user/tiny", {CommitOperationCopy("a.txt", "b.txt")}, {.commit_message = "Copy"}).oid,
            head);
}

TEST_F(Commit, GuardsItsParent) {
  const std::string first = *hub.resolve("user/tiny");
  const CommitInfo second =
      api.create_commit("user/tiny", {add("a.txt", "1")}, {.commit_message = "One", .parent_commit = first});

  EXPECT_THROW(api.create_commit("user/tiny", {add("a.txt", "2")}, {.commit_message = "Two", .parent_commit = first}),
               HfHubHTTPError);

  EXPECT_EQ(hub.resolve("user/tiny"), second.oid);
}

TEST_F(Commit, DoesNotCreateBranches) {
  EXPECT_THROW(api.create_commit("user/tiny", {add("a.txt", "1")}, {.commit_message = "One", .revision = "none"}),
               RevisionNotFoundError);
}

TEST_F(Commit, NeedsTheFileItDeletes) {
  EXPECT_THROW(api.delete_file("none.txt", "user/tiny"), RemoteEntryNotFoundError);
}

TEST_F(Commit, NeedsTheRightToWrite) {
  EXPECT_THROW(api_with(hub.read_token()).create_commit("user/tiny", {add("a.txt", "1")}, {.commit_message = "One"}),
               HfHubHTTPError);
}

TEST_F(Commit, RefusesABadCard) {
  EXPECT_THROW(api.upload_file(UploadSource::from_bytes("---\nlicense: [unclosed\n---\n"), "README.md", "user/tiny"),
               CardError);
  EXPECT_THAT(requests("POST", "/commit/"), IsEmpty());
}

TEST_F(Commit, ValidatesACardOnce) {
  write("out/README.md", "---\nlicense: mit\n---\n# Tiny\n");

  api.upload_folder("user/tiny", folder.path() / "out");

  EXPECT_EQ(requests("POST", "/api/validate-yaml").size(), 1U);
  EXPECT_EQ(requests("POST", "/commit/").size(), 1U);
}

/// What was logged while it lived.
class LogRecorder {
 public:
  LogRecorder() {
    set_log_sink([this](LogLevel, std::string_view message) {
      const std::lock_guard<std::mutex> lock(mutex_);
      messages_.emplace_back(message);
    });
  }
  ~LogRecorder() { set_log_sink({}); }
  std::vector<std::string> messages() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return messages_;
  }

 private:
  mutable std::mutex mutex_{};
  std::vector<std::string> messages_{};
};

TEST_F(Commit, WarnsOfWhatIsProbablyNotMeant) {
  const LogRecorder log;

  api.create_commit("user/tiny",
                    {add("a.txt", "1"), add("a.txt", "2"), add("d/b.parquet", "3"), CommitOperationDelete("d/")},
                    {.commit_message = "Odd"});

  EXPECT_THAT(log.messages(), Contains(HasSubstr("more than once")));
  EXPECT_THAT(log.messages(), Contains(HasSubstr("data file (d/b.parquet)")));
  EXPECT_THAT(log.messages(), Contains(HasSubstr("folder with files added")));
}

TEST_F(Commit, TakesThousandsOfSmallFiles) {
  std::vector<CommitOperation> operations;
  for (int i = 0; i < 1000; ++i)
    operations.emplace_back(add("d" + std::to_string(i % 7) + "/" + std::to_string(i), std::to_string(i)));

  api.create_commit("user/tiny", operations, {.commit_message = "Many"});

  EXPECT_EQ(hub.list_files("user/tiny")->size(), 1001U);
  EXPECT_EQ(requests("POST", "/preupload/").size(), 4U);
}

TEST_F(Commit, GoesToTheOldNameOfAMovedRepository) {
  api.move_repo("user/tiny", "user/renamed");

  api.upload_file(UploadSource::from_bytes(pattern(100)), "w.safetensors", "user/tiny");

  EXPECT_EQ(hub.read_file("user/renamed", "w.safetensors"), pattern(100));
}

}  // namespace
}  // namespace huggingface_hub
