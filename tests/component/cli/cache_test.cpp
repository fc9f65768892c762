// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

namespace huggingface_hub::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class Cache : public CommandTest {
 protected:
  void fill() {
    hub_.add_file("alice/m1", "a.txt", "hello");
    server::HubRepoOptions dataset;
    dataset.repo_type = RepoType::dataset;
    hub_.create_repo("alice/d1", dataset);
    ASSERT_EQ(run({"download", "alice/m1"}).code, 0);
    ASSERT_EQ(run({"download", "datasets/alice/d1"}).code, 0);
    hub_.clear_requests();
  }
};

TEST_F(Cache, ListNamesRepositoriesAndRevisions) {
  fill();
  const std::string commit = hub_.resolve("alice/m1").value();
  EXPECT_EQ(run({"cache", "ls", "-q"}).out, "dataset/alice/d1\nmodel/alice/m1\n");
  EXPECT_EQ(run({"cache", "list", "--revisions", "-q", "-f", "type=model"}).out, commit + "\n");
  EXPECT_THAT(run({"cache", "ls"}).out, HasSubstr("Found 2 repo(s) for a total of 2 revision(s) and "));
  EXPECT_THAT(run({"cache", "ls", "--json", "--limit", "1"}).out, HasSubstr("\"refs\": [\"main\"]}]\n"));
  EXPECT_TRUE(hub_.requests().empty());
}

TEST_F(Cache, ListFiltersAndSorts) {
  fill();
  EXPECT_EQ(run({"cache", "ls", "-f", "size>1MB", "--json"}).out, "[]\n");
  EXPECT_EQ(run({"cache", "ls", "-f", "size>1MB"}).out, "No results found.\n");
  EXPECT_EQ(run({"cache", "ls", "-f", "refs=main", "-f", "accessed<1h", "--sort", "name:desc", "-q"}).out,
            "model/alice/m1\ndataset/alice/d1\n");
  for (const char* filter : {"x", "size==1", "size>1XB", "color=red", "type!=model"}) {
    const CommandResult result = run({"cache", "ls", "-f", filter});
    EXPECT_EQ(result.code, 2) << filter;
    EXPECT_THAT(result.err, HasSubstr("Error: Invalid value: "));
  }
  EXPECT_EQ(run({"cache", "ls", "--limit=-1"}).code, 2);
}

TEST_F(Cache, AMissingFolderIsNamed) {
  const CommandResult result = run({"cache", "ls"});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err, "Error: Cache directory not found: " + (home_ / "hub").string() + "\n");
}

TEST_F(Cache, ListHintsAtDownloadsThatNeverEnded) {
  fill();
  write_file(home_ / "hub/models--alice--m1/blobs/etag.12345678.incomplete", "half");
  EXPECT_THAT(run({"cache", "ls"}).err, EndsWith("Hint: Found 1 incomplete download(s) totalling 4.0. Remove them with 'hfcpp cache prune'.\n"));
  EXPECT_EQ(run({"cache", "ls", "-q"}).err, "");
}

}  // namespace
}  // namespace huggingface_hub::testing
