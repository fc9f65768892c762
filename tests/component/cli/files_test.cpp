// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include "support/bytes.hpp"

#include <csignal>
#include <future>

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
namespace fs = std::filesystem;

class Files : public CommandTest {
 protected:
  std::string add_model() {
    return hub_.add_files("alice/m1", {{"a.txt", "hello"}, {"README.md", "# x"}, {"sub/ü.txt", "deep"}});
  }
  fs::path snapshot(const std::string& commit) const {
    return home_ / "hub/models--alice--m1/snapshots" / commit;
  }
};

TEST_F(Files, DownloadPrintsTheSnapshotOrTheFile) {
  const std::string commit = add_model();
  EXPECT_EQ(run({"download", "alice/m1", "-q"}).out, snapshot(commit).string() + "\n");
  EXPECT_EQ(read_file(snapshot(commit) / "sub/ü.txt"), "deep");
  EXPECT_EQ(run({"download", "alice/m1", "a.txt", "--json"}).out,
            "{\"path\": \"" + (snapshot(commit) / "a.txt").string() + "\"}\n");
  EXPECT_EQ(run({"download", "alice/m1", "a.txt", "README.md"}).out,
            "✓ Downloaded\n  path: " + snapshot(commit).string() + "\n");
}

TEST_F(Files, DownloadTakesFoldersPatternsAndUris) {
  const std::string commit = add_model();
  EXPECT_EQ(run({"download", "alice/m1", "sub/", "-q"}).code, 0);
  EXPECT_FALSE(fs::exists(snapshot(commit) / "a.txt"));
  EXPECT_EQ(run({"download", "hf://alice/m1/a.txt", "-q"}).out, (snapshot(commit) / "a.txt").string() + "\n");
  EXPECT_EQ(run({"download", "alice/m1", "--include", "*.md", "--exclude", "a*"}).code, 0);
  EXPECT_TRUE(fs::exists(snapshot(commit) / "README.md"));
  EXPECT_EQ(run({"download", "hf://alice/m1", "--revision", "main"}).code, 1);
  EXPECT_EQ(run({"download", "alice/m1", "sub/", "--include", "x"}).code, 1);
}

TEST_F(Files, DownloadIntoAFolder) {
  add_model();
  EXPECT_EQ(run({"download", "alice/m1", "a.txt", "--local-dir", "out", "-q"}).out, (work_ / "out/a.txt").string() + "\n");
  EXPECT_EQ(read_file(work_ / "out/a.txt"), "hello");
  EXPECT_EQ(run({"download", "alice/m1", "--local-dir", "x", "--cache-dir", "y"}).code, 1);
}

TEST_F(Files, DryRunFetchesNothing) {
  const std::string commit = add_model();
  EXPECT_EQ(run({"download", "alice/m1", "--dry-run", "-q"}).out, ".gitattributes\nREADME.md\na.txt\nsub/ü.txt\n");
  EXPECT_THAT(run({"download", "alice/m1", "a.txt", "--dry-run"}).out,
              StartsWith("[dry-run] Will download 1 files (out of 1) totalling 5.0.\n"));
  EXPECT_FALSE(fs::exists(snapshot(commit)));
}

TEST_F(Files, MissingThingsAreNamed) {
  add_model();
  EXPECT_EQ(run({"download", "alice/m1", "nofile"}).err,
            "Error: File not found in model 'alice/m1'.\nURL: " + hub_.url() + "/alice/m1/resolve/main/nofile\n");
  EXPECT_THAT(run({"download", "alice/nothere"}).err, StartsWith("Error: Model 'alice/nothere' not found.\n"));
  EXPECT_EQ(run({"download", "alice/m1", "--revision", "v9"}).err, "Error: Revision not found in model 'alice/m1'.\n");
}

TEST_F(Files, OfflineUsesTheCache) {
  add_model();
  ASSERT_EQ(run({"download", "alice/m1"}).code, 0);
  hub_.stop();
  environment_["HF_HUB_OFFLINE"] = "1";
  EXPECT_EQ(run({"download", "alice/m1", "a.txt", "-q"}).code, 0);
  const CommandResult missing = run({"download", "alice/m2", "a.txt"});
  EXPECT_EQ(missing.code, 1);
  EXPECT_THAT(missing.err, StartsWith("Error: Local entry not found. "));
}

TEST_F(Files, ACachedCommitAsksNobodyAndLoadsNoNetworkLibrary) {
  const std::string commit = add_model();
  ASSERT_EQ(run({"download", "alice/m1", "a.txt"}).code, 0);
  hub_.clear_requests();
  environment_["LD_DEBUG"] = "files";  // The loader tells what it loads.
  const CommandResult result = run({"download", "alice/m1", "a.txt", "--revision", commit, "-q"});
  EXPECT_EQ(result.out, (snapshot(commit) / "a.txt").string() + "\n");
  EXPECT_TRUE(hub_.requests().empty());
  std::istringstream libraries(HFCPP_LAZY);  // What is loaded when it is first called.
  for (std::string library; libraries >> library;) EXPECT_EQ(result.err.find(library), std::string::npos) << library;
}

TEST_F(Files, UploadPrintsTheCommit) {
  write_file(work_ / "m/a.txt", "hello");
  write_file(work_ / "m/sub/b.txt", "deep");
  const CommandResult first = run({"upload", "alice/m1", "m", "-q"});
  const std::string commit = hub_.resolve("alice/m1").value();
  EXPECT_EQ(first.out, hub_.url() + "/alice/m1/commit/" + commit + "\n");
  EXPECT_EQ(hub_.read_file("alice/m1", "sub/b.txt"), "deep");
  EXPECT_EQ(run({"upload", "alice/m1", "m", "-q"}).out, first.out);  // Unchanged.
}

TEST_F(Files, UploadPutsFilesWhereTheyBelong) {
  write_file(work_ / "m/a.txt", "hello");
  write_file(work_ / "m1", "named like the repository");
  EXPECT_EQ(run({"upload", "alice/m1", "m/a.txt"}).code, 0);
  EXPECT_EQ(run({"upload", "alice/m1", "m/a.txt", "up/c.txt"}).code, 0);
  EXPECT_EQ(run({"upload", "alice/m1", "m", "folder"}).code, 0);
  EXPECT_EQ(run({"upload", "alice/m1"}).code, 0);
  EXPECT_EQ(run({"upload", "alice/m1", "m/*.txt"}).code, 0);
  EXPECT_EQ(hub_.list_files("alice/m1"), (std::vector<std::string>{".gitattributes", "a.txt", "folder/a.txt", "m/a.txt",
                                                                   "m1", "up/c.txt"}));
}

TEST_F(Files, UploadMakesTheBranch) {
  write_file(work_ / "a.txt", "hello");
  EXPECT_EQ(run({"upload", "alice/m1", "a.txt", "--revision", "dev"}).code, 0);
  EXPECT_EQ(hub_.read_file("alice/m1", "a.txt", "dev"), "hello");
  EXPECT_FALSE(hub_.read_file("alice/m1", "a.txt"));
}

TEST_F(Files, UploadOfNothingIsNamedBeforeARequest) {
  EXPECT_EQ(run({"upload", "alice/m1", "nofile"}).err, "Error: No such file or directory: 'nofile'.\n");
  EXPECT_EQ(run({"upload", "hf://alice/m1", "m", "--revision", "dev"}).code, 1);
  EXPECT_EQ(hub_.request_count(), 0U);
}

TEST_F(Files, CtrlCLeavesACleanCache) {
  hub_.add_file("alice/m1", "big.bin", pattern(kMiB));
  std::promise<void> asked;
  std::promise<void> go_on;
  hub_.on_request([&, first = true](const server::RequestRecord& request) mutable {
    if (request.method != "GET" || request.target.find("big.bin") == std::string::npos || !first) return;
    first = false;
    asked.set_value();
    go_on.get_future().wait();
  });
  const auto command = start({"download", "alice/m1", "big.bin"});
  asked.get_future().wait();
  command->send_signal(SIGINT);
  const CommandResult result = command->wait();
  go_on.set_value();

  EXPECT_EQ(result.code, 130);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, HasSubstr("Aborted!"));
  for (const auto& entry : fs::recursive_directory_iterator(home_)) {
    EXPECT_EQ(entry.path().string().find("incomplete"), std::string::npos) << entry.path();
    EXPECT_NE(entry.path().filename(), "big.bin");
  }
}

TEST_F(Files, AClosedPipeEndsQuietly) {
  std::vector<std::pair<std::string, std::string>> many;
  for (int i = 0; i < 200; ++i) many.emplace_back(std::to_string(i) + std::string(100, 'x'), "x");
  hub_.add_files("alice/m1", many);
  const std::string line = std::string(HFCPP_PROGRAM) + " download alice/m1 --dry-run | head -0; exit ${PIPESTATUS[0]}";
  const CommandResult result = RunningCommand({"bash", "-c", line}, environment_, work_).wait();
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err, "");
}

}  // namespace
}  // namespace huggingface_hub::testing
