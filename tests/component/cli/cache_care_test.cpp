// SPDX-License-Identifier: Apache-2.0
// Checking, cleaning and moving the cache.
#include "fixture.hpp"

#include <fstream>
#include <iterator>

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
namespace fs = std::filesystem;

class CacheCare : public CommandTest {
 protected:
  CacheCare() {
    commit_ = hub_.add_file("alice/m1", "a.txt", "hello\n");
    EXPECT_EQ(run({"download", "alice/m1", "a.txt", "-q"}).code, 0);
  }

  fs::path repo() const { return home_ / "hub/models--alice--m1"; }
  fs::path file() const { return repo() / "snapshots" / commit_ / "a.txt"; }
  void damage() const { std::ofstream(fs::canonical(file())) << "hellO\n"; }

  std::string commit_{};
};

TEST_F(CacheCare, RemovesARepository) {
  EXPECT_EQ(run({"cache", "rm", "model/alice/m1", "--dry-run", "--json"}).out,
            "{\"dry_run\": true, \"repos\": 1, \"revisions\": 1, \"size\": \"6.0\"}\n");
  EXPECT_TRUE(fs::exists(file()));

  const CommandResult result = run({"cache", "rm", "model/alice/m1", "-y", "--json"});

  EXPECT_EQ(result.out, "{\"repos_deleted\": 1, \"revisions_deleted\": 1, \"freed\": \"6.0\"}\n");
  EXPECT_FALSE(fs::exists(repo()));
}

TEST_F(CacheCare, RemovesOneFileAndAsksBefore) {
  const CommandResult no = run({"cache", "rm", "hf://alice/m1/a.txt"}, "n\n");
  EXPECT_EQ(no.code, 1);
  EXPECT_TRUE(fs::exists(file()));

  const CommandResult yes = run({"cache", "rm", "hf://alice/m1/a.txt"}, "y\n");

  EXPECT_EQ(yes.code, 0);
  EXPECT_THAT(yes.out,
              StartsWith("About to delete 1 file(s) totalling 6.0.\n  - model/alice/m1@" + commit_ + "/a.txt\n"));
  EXPECT_FALSE(fs::exists(fs::symlink_status(file())));
}

TEST_F(CacheCare, WhatIsNotThereIsAWarning) {
  const CommandResult result = run({"cache", "rm", "model/alice/none", "-y"});
  EXPECT_EQ(result.code, 0);
  EXPECT_EQ(result.out, "Nothing to delete.\n");
  EXPECT_EQ(result.err, "Warning: Could not find in cache:\n  - model/alice/none\n");
}

TEST_F(CacheCare, PrunesWhatNothingLeadsTo) {
  EXPECT_THAT(run({"cache", "prune"}).out, HasSubstr("Nothing to prune."));
  fs::remove(repo() / "refs/main");
  std::ofstream(repo() / "blobs/abc.12345678.incomplete") << "part";

  const CommandResult result = run({"cache", "prune", "-y", "--json"});

  EXPECT_EQ(
      result.out,
      "{\"revisions_deleted\": 1, \"incomplete_deleted\": 1, \"shared_blobs_deleted\": 0, \"freed\": \"10.0\"}\n");
  EXPECT_FALSE(fs::exists(repo()));
}

TEST_F(CacheCare, VerifiesAgainstTheHub) {
  EXPECT_THAT(run({"cache", "verify", "alice/m1"}).out, HasSubstr("All checksums match."));
  damage();

  const CommandResult result = run({"cache", "verify", "alice/m1"});

  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.out, HasSubstr("  - a.txt: expected "));
  EXPECT_THAT(result.err, HasSubstr("Verification failed for 'alice/m1' (model) in "));
}

TEST_F(CacheCare, RepairsWithoutTheHub) {
  environment_["HF_HUB_OFFLINE"] = "1";
  EXPECT_EQ(run({"cache", "repair", "--json"}).out, "{\"checked\": 1, \"problems\": 0}\n");
  damage();

  const CommandResult dry = run({"cache", "repair", "--dry-run"});
  EXPECT_EQ(dry.code, 1);
  EXPECT_THAT(dry.out, HasSubstr("1 problem(s):\n  - "));
  const CommandResult repaired = run({"cache", "repair", "-y", "--json"});

  EXPECT_EQ(repaired.code, 0);
  EXPECT_EQ(repaired.out, "{\"checked\": 1, \"problems\": 1, \"repaired\": 1}\n");
  environment_.erase("HF_HUB_OFFLINE");
  EXPECT_EQ(run({"download", "alice/m1", "a.txt", "-q"}).code, 0);
  std::ifstream again(file());
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(again), {}), "hello\n");
}

TEST_F(CacheCare, MovesTheCache) {
  const fs::path to = folder_.path() / "elsewhere/cache";

  const CommandResult result = run({"cache", "move", to.string(), "-y", "--json"});

  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"to\": \"" + to.string() + "\""));
  environment_["HF_HUB_CACHE"] = to.string();
  environment_["HF_HUB_OFFLINE"] = "1";
  EXPECT_EQ(run({"download", "alice/m1", "a.txt", "-q"}).code, 0);
  EXPECT_FALSE(fs::exists(home_ / "hub"));
}

TEST_F(CacheCare, SaysWhereThereIsNoCache) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"cache", "rm", "model/x"}, {"cache", "prune"}, {"cache", "repair"}, {"cache", "move", "there", "-y"}}) {
    std::vector<std::string> arguments = words;
    arguments.insert(arguments.end(), {"--cache-dir", (folder_.path() / "none").string()});
    const CommandResult result = run(arguments);
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.out, IsEmpty());
    EXPECT_THAT(result.err, StartsWith("Error: Cache directory not found: " + (folder_.path() / "none").string()));
  }
}

}  // namespace
}  // namespace huggingface_hub::testing
