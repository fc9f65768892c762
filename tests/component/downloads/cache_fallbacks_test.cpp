// SPDX-License-Identifier: Apache-2.0
// Caches of others, searched after the own one.
#include "support/download_fixture.hpp"
#include "support/privileges.hpp"

#include "huggingface_hub/cache/lookup.hpp"
#include "huggingface_hub/cache/scan.hpp"
#include "huggingface_hub/cache/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;
using hf::testing::read_file;
using hf::testing::tree_of;
using testing::ElementsAre;
using testing::IsEmpty;

namespace {

class CacheFallbacks : public hf::testing::DownloadTest {
 protected:
  CacheFallbacks() {
    hub.add_files("acme/tiny", {{"config.json", "{}"}, {"sub/text.txt", "text"}});
    commit = hub.add_file("acme/tiny", "model.bin", weights, {.lfs = true});
    hf::testing::make_api(home.path() / "cluster", hub.url()).snapshot_download("acme/tiny");
    before = tree_of(shared);
    hub.clear_requests();
  }
  ~CacheFallbacks() override { EXPECT_EQ(tree_of(shared), before) << "a fallback was written to"; }

  [[nodiscard]] hf::HfApi with_fallback(const std::string& endpoint = {}) const {
    hf::HfApiOptions options;
    options.cache_fallbacks = {home.path() / "nowhere", shared};
    options.endpoint = endpoint;
    return api.with(options);
  }

  [[nodiscard]] hf::cache::RepoFolder theirs() const { return {shared, "acme/tiny"}; }

  const std::string weights{pattern(kMiB)};
  const fs::path shared{fs::canonical(home.path()) / "cluster/hub"};
  std::string commit{};
  std::map<std::string, std::string> before{};
  hf::HfApi mine{with_fallback()};
};

}  // namespace

TEST_F(CacheFallbacks, AnswerAFileWithTheirOwnPathAndNothingIsWritten) {
  const fs::path path = mine.hf_hub_download("acme/tiny", "model.bin");

  EXPECT_EQ(path, theirs().pointer(commit, "model.bin"));
  EXPECT_EQ(count_asked("GET "), 0U);
  EXPECT_FALSE(fs::exists(cache_dir()));
}

TEST_F(CacheFallbacks, AnswerAPinnedFileWithoutARequest) {
  mine.hf_hub_download("acme/tiny", "sub/text.txt", {.revision = commit});
  mine.hf_hub_download("acme/tiny", "sub/text.txt", {.local_files_only = true});

  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(CacheFallbacks, AnswerAWholeSnapshotWithTheirFolder) {
  EXPECT_EQ(mine.snapshot_download("acme/tiny"), theirs().snapshot(commit));
  EXPECT_THAT(asked(), ElementsAre("GET /api/models/acme/tiny/revision/main"));
  EXPECT_EQ(mine.snapshot_download("acme/tiny", {.local_files_only = true}), theirs().snapshot(commit));
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_FALSE(fs::exists(cache_dir()));
}

TEST_F(CacheFallbacks, ComeAfterTheOwnCache) {
  const fs::path own = api.hf_hub_download("acme/tiny", "config.json");

  EXPECT_EQ(mine.hf_hub_download("acme/tiny", "config.json"), own);
  EXPECT_EQ(mine.hf_hub_download("acme/tiny", "config.json", {.local_files_only = true}), own);
}

TEST_F(CacheFallbacks, AreLinkedToWhereTheyHaveAPartOfASnapshot) {
  const std::string next = hub.add_file("acme/tiny", "more.json", "[]");
  hub.clear_requests();

  const fs::path folder = mine.snapshot_download("acme/tiny");

  EXPECT_EQ(folder, repo().snapshot(next));
  EXPECT_TRUE(read_file(folder / "model.bin") == weights);
  EXPECT_EQ(read_file(folder / "more.json"), "[]");
  EXPECT_EQ(count_asked("/resolve/"), 1U);  // more.json
  // In two steps: what any client deletes when it deletes the blob is the link.
  const fs::path blob = (folder / fs::read_symlink(folder / "model.bin")).lexically_normal();
  EXPECT_EQ(blob.parent_path(), repo().blobs());
  EXPECT_EQ(fs::read_symlink(blob), theirs().blob(blob.filename().string()));
}

TEST_F(CacheFallbacks, AreHarmlessToTheCareOfTheCache) {
  hub.add_file("acme/tiny", "more.json", "[]");
  const fs::path folder = mine.snapshot_download("acme/tiny");

  const hf::HFCacheInfo info = hf::scan_cache_dir(cache_dir());
  EXPECT_THAT(info.warnings, IsEmpty());
  EXPECT_LT(info.size_on_disk, 10'000U);
  EXPECT_TRUE(hf::verify_cache({.cache_dir = cache_dir()}).problems.empty());
  info.prune().execute();
  EXPECT_TRUE(fs::exists(folder / "model.bin"));
  const auto plan = info.delete_revisions({folder.filename().string()});
  EXPECT_LT(plan.expected_freed_size, 10'000U);
  plan.execute();
  EXPECT_FALSE(fs::exists(repo().path()));
}

TEST_F(CacheFallbacks, CompleteASnapshotWithoutTheHub) {
  hub.add_file("acme/tiny", "more.json", "[]");
  const std::string next = hub.add_file("acme/tiny", "last.json", "[1]");
  api.hf_hub_download("acme/tiny", "more.json");
  api.snapshot_download("acme/tiny", {.allow_patterns = {{"last.json"}}});  // Keeps the listing.
  hub.clear_requests();

  const fs::path folder = mine.snapshot_download("acme/tiny", {.local_files_only = true});

  EXPECT_EQ(folder, repo().snapshot(next));
  EXPECT_TRUE(read_file(folder / "model.bin") == weights);
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(CacheFallbacks, AreFollowedByTheOwnRefWhichNeverLagsBehind) {
  const std::string old = hub.add_file("acme/tiny", "config.json", "{\"old\": 1}");
  api.hf_hub_download("acme/tiny", "config.json");
  hf::testing::write_file(repo().ref("main"), old);
  const std::string next = hub.add_file("acme/tiny", "config.json", "{\"new\": 1}");
  hf::testing::make_api(home.path() / "cluster", hub.url()).hf_hub_download("acme/tiny", "config.json");
  before = tree_of(shared);

  const fs::path path = mine.hf_hub_download("acme/tiny", "config.json");

  EXPECT_EQ(path, repo().pointer(next, "config.json"));
  EXPECT_EQ(read_file(path), "{\"new\": 1}");
  EXPECT_EQ(read_file(repo().ref("main")), next);
  EXPECT_EQ(mine.hf_hub_download("acme/tiny", "config.json", {.local_files_only = true}), path);
}

TEST_F(CacheFallbacks, AreNotAnswerEnoughForAForcedDownload) {
  const fs::path path = mine.hf_hub_download("acme/tiny", "config.json", {.force_download = true});

  EXPECT_EQ(path, repo().pointer(commit, "config.json"));
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(fs::canonical(path))));
}

TEST_F(CacheFallbacks, ThatLackBytesAreNotBelieved) {
  const fs::path blob = fs::canonical(theirs().pointer(commit, "model.bin"));
  fs::resize_file(blob, 1000);
  before = tree_of(shared);

  const fs::path path = mine.hf_hub_download("acme/tiny", "model.bin");

  EXPECT_EQ(path, repo().pointer(commit, "model.bin"));
  EXPECT_TRUE(read_file(path) == weights);
}

TEST_F(CacheFallbacks, ThatGoAwayLeaveFilesToBeFetchedAgain) {
  hub.add_file("acme/tiny", "more.json", "[]");
  mine.snapshot_download("acme/tiny");
  fs::rename(shared, home.path() / "unmounted");

  EXPECT_TRUE(read_file(mine.snapshot_download("acme/tiny") / "model.bin") == weights);
  fs::rename(home.path() / "unmounted", shared);
}

TEST_F(CacheFallbacks, AreCopiedFromForAFolderOfOnesOwn) {
  const fs::path path = mine.hf_hub_download("acme/tiny", "model.bin", {.local_dir = home.path() / "mine"});

  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path)));
  EXPECT_TRUE(read_file(path) == weights);
  EXPECT_EQ(count_asked("GET "), 0U);
}

TEST_F(CacheFallbacks, AreCopiedFromWhereLinksAreSwitchedOff) {
  hub.add_file("acme/tiny", "more.json", "[]");
  hf::Config config = hf::testing::plain_config(home.path());
  config.cache_fallbacks = {shared};
  config.disable_symlinks = true;
  hf::HfApiOptions options;
  options.config = config;
  options.endpoint = hub.url();
  const fs::path folder = api.with(options).snapshot_download("acme/tiny");

  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(folder / "model.bin")));
  EXPECT_TRUE(read_file(folder / "model.bin") == weights);
}

TEST_F(CacheFallbacks, AreTellingInADryRun) {
  const auto info = mine.hf_hub_download_dry_run("acme/tiny", "model.bin");

  EXPECT_TRUE(info.is_cached);
  EXPECT_FALSE(info.will_download);
  EXPECT_EQ(info.local_path, theirs().pointer(commit, "model.bin"));
}

TEST_F(CacheFallbacks, AreSearchedByALookUpToo) {
  const auto found = mine.try_to_load_from_cache("acme/tiny", "config.json");
  EXPECT_EQ(found.path(), theirs().pointer(commit, "config.json"));
  EXPECT_FALSE(api.try_to_load_from_cache("acme/tiny", "config.json"));
}

TEST_F(CacheFallbacks, AreReadFromByOpen) {
  EXPECT_EQ(mine.open("acme/tiny", "sub/text.txt", {.revision = commit}).size(), 4U);
  EXPECT_EQ(mine.open("acme/tiny", "sub/text.txt", {.local_files_only = true}).size(), 4U);
  EXPECT_THAT(asked(), IsEmpty());

  const hf::RemoteFile file = mine.open("acme/tiny", "model.bin");
  std::string text(weights.size(), ' ');
  file.read_at(0, text.data(), text.size());
  EXPECT_EQ(text, weights);
  EXPECT_EQ(count_asked("GET "), 0U);
  EXPECT_FALSE(fs::exists(cache_dir()));
}

TEST_F(CacheFallbacks, AreReadFromByOpenOnlyWhereTheyHaveAllBytes) {
  fs::resize_file(theirs().pointer(commit, "model.bin"), 10);
  before = tree_of(shared);

  const hf::RemoteFile file = mine.open("acme/tiny", "model.bin");

  EXPECT_EQ(file.size(), weights.size());
  EXPECT_GT(count_asked("HEAD "), 0U);
}

TEST_F(CacheFallbacks, AreGivenByTheCallAsWell) {
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json", {.cache_fallbacks = {{shared}}});

  EXPECT_EQ(path, theirs().pointer(commit, "config.json"));
  EXPECT_EQ(mine.hf_hub_download("acme/tiny", "config.json", {.cache_fallbacks = std::vector<fs::path>{}}),
            repo().pointer(commit, "config.json"));
}

TEST_F(CacheFallbacks, ServeWhoMayNotWriteAnywhere) {
  fs::permissions(home.path(), fs::perms(0755));
  fs::permissions(home.path() / "cluster", fs::perms(0755));

  const hf::testing::WithoutPrivileges nobody;
  if (!nobody.ok()) GTEST_SKIP() << "cannot give up the privileges of root here";
  EXPECT_TRUE(read_file(mine.hf_hub_download("acme/tiny", "model.bin")) == weights);
}
