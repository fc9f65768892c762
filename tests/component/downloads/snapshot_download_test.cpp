// SPDX-License-Identifier: Apache-2.0
#include "support/download_fixture.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;
using hf::testing::read_file;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class SnapshotDownload : public hf::testing::DownloadTest {
 protected:
  std::string add_some() {
    hub.add_files("acme/tiny", {{"config.json", "{}"}, {"sub/ü.txt", "text"}, {"copy.json", "{}"}, {"empty", ""}});
    return hub.add_file("acme/tiny", "model.safetensors", pattern(3 * kMiB), {.lfs = true});
  }
};

}  // namespace

TEST_F(SnapshotDownload, FetchesEachContentOnceAfterOneListing) {
  const std::string commit = add_some();

  const fs::path folder = api.snapshot_download("acme/tiny");

  EXPECT_EQ(folder, repo().snapshot(commit));
  EXPECT_EQ(read_file(folder / "config.json"), "{}");
  EXPECT_EQ(read_file(folder / "copy.json"), "{}");
  EXPECT_EQ(read_file(folder / "sub/ü.txt"), "text");
  EXPECT_EQ(read_file(folder / "empty"), "");
  EXPECT_EQ(read_file(folder / "model.safetensors"), pattern(3 * kMiB));
  EXPECT_EQ(read_file(repo().ref("main")), commit);
  const std::vector<std::string> lines = asked();
  EXPECT_EQ(lines[0], "GET /api/models/acme/tiny/revision/main");
  EXPECT_EQ(lines[1], "GET /api/models/acme/tiny/tree/" + commit);
  // .gitattributes, config.json (and its copy), sub/ü.txt, empty, and the weight with its redirect.
  EXPECT_EQ(lines.size(), 2U + 4U + 2U);
  for (std::size_t i = 2; i < lines.size(); ++i) EXPECT_THAT(lines[i], HasSubstr("GET "));
  EXPECT_THAT(hf::testing::files_ending_in(cache_dir(), ".incomplete"), IsEmpty());
}

TEST_F(SnapshotDownload, KeepsTheListingForLater) {
  const std::string commit = add_some();

  api.snapshot_download("acme/tiny");

  const auto listing = nlohmann::json::parse(read_file(repo().tree(commit)));
  EXPECT_EQ(listing["format_version"], 1);
  EXPECT_EQ(listing["files"].size(), 6U);
  EXPECT_EQ(listing["files"]["model.safetensors"]["lfs_size"], 3 * kMiB);
  EXPECT_EQ(listing["files"]["config.json"]["size"], 2);
}

TEST_F(SnapshotDownload, AsksOnlyForTheCommitTheSecondTime) {
  const std::string commit = add_some();
  api.snapshot_download("acme/tiny");
  hub.clear_requests();

  api.snapshot_download("acme/tiny");
  EXPECT_THAT(asked(), ElementsAre("GET /api/models/acme/tiny/revision/main"));
  api.snapshot_download("acme/tiny", {.revision = commit});
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(SnapshotDownload, TakesWhatThePatternsKeep) {
  add_some();

  const fs::path folder = api.snapshot_download("acme/tiny", {.allow_patterns = {{"*.json", "sub/"}}, .ignore_patterns = {"copy*"}});

  EXPECT_EQ(hf::testing::tree_of(folder).size(), 2U);
  EXPECT_TRUE(fs::exists(folder / "config.json"));
  EXPECT_TRUE(fs::exists(folder / "sub/ü.txt"));
}

TEST_F(SnapshotDownload, ReadsAListingOfManyPages) {
  hub = hf::server::EmbeddedHub::start({.page_size = 7});
  api = hf::testing::make_api(home.path(), hub.url());
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 50; ++i) files.emplace_back("d" + std::to_string(i % 3) + "/" + std::to_string(i), std::to_string(i));
  hub.add_files("acme/tiny", files);

  const fs::path folder = api.snapshot_download("acme/tiny", {.allow_patterns = {{"d*"}}});

  EXPECT_EQ(hf::testing::tree_of(folder).size(), 50U);
  for (const auto& [path, content] : files) EXPECT_EQ(read_file(folder / path), content);
}

TEST_F(SnapshotDownload, StoresOtherTypesAndRefs) {
  hub.add_file("acme/logs", "a.csv", "1,2", {.repo_type = hf::RepoType::dataset});
  const std::string commit = hub.add_file("acme/logs", "a.csv", "3,4", {.repo_type = hf::RepoType::dataset, .revision = "dev"});

  const fs::path folder =
      api.snapshot_download("acme/logs", {.repo_type = hf::RepoType::dataset, .revision = "dev"});

  EXPECT_EQ(folder, cache_dir() / "datasets--acme--logs/snapshots" / commit);
  EXPECT_EQ(read_file(folder / "a.csv"), "3,4");
  EXPECT_EQ(read_file(cache_dir() / "datasets--acme--logs/refs/dev"), commit);
}

TEST_F(SnapshotDownload, PutsRealFilesIntoALocalFolder) {
  const std::string commit = add_some();
  const fs::path mine = home.path() / "mine";

  EXPECT_EQ(api.snapshot_download("acme/tiny", {.local_dir = mine}), mine);

  EXPECT_EQ(read_file(mine / "sub/ü.txt"), "text");
  EXPECT_EQ(read_file(mine / "model.safetensors"), pattern(3 * kMiB));
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(mine / "copy.json")));
  EXPECT_TRUE(fs::exists(mine / ".cache/huggingface/trees" / (commit + ".json")));
  EXPECT_EQ(read_file(repo().ref("main")), commit);
  hub.clear_requests();
  api.snapshot_download("acme/tiny", {.local_dir = mine});
  EXPECT_THAT(asked(), ElementsAre("GET /api/models/acme/tiny/revision/main"));
}

TEST_F(SnapshotDownload, AnswersFromACompleteCacheWhenTheHubIsGone) {
  add_some();
  const fs::path folder = api.snapshot_download("acme/tiny");
  hub.stop();

  EXPECT_EQ(api.snapshot_download("acme/tiny"), folder);
  EXPECT_THROW(api.snapshot_download("acme/other"), hf::LocalEntryNotFoundError);
}

TEST_F(SnapshotDownload, SaysThatACachedSnapshotIsIncomplete) {
  add_some();
  const fs::path folder = api.snapshot_download("acme/tiny", {.allow_patterns = {{"*.json"}}});

  EXPECT_EQ(api.snapshot_download("acme/tiny", {.allow_patterns = {{"*.json"}}, .local_files_only = true}), folder);
  try {
    api.snapshot_download("acme/tiny", {.local_files_only = true});
    FAIL() << "nothing was thrown";
  } catch (const hf::IncompleteSnapshotError& error) {
    EXPECT_EQ(error.snapshot_path(), folder);
    EXPECT_THAT(error.what(), HasSubstr("lacks 4 files"));
  }
}

TEST_F(SnapshotDownload, TellsWhatItWouldDo) {
  const std::string commit = add_some();
  api.hf_hub_download("acme/tiny", "config.json");

  const auto infos = api.snapshot_download_dry_run("acme/tiny", {.ignore_patterns = {".git*"}});

  ASSERT_EQ(infos.size(), 5U);
  EXPECT_EQ(infos[0].filename, "config.json");
  EXPECT_TRUE(infos[0].is_cached);
  EXPECT_TRUE(infos[1].is_cached);  // copy.json has the same content.
  EXPECT_TRUE(infos[3].will_download);
  EXPECT_EQ(infos[3].file_size, 3 * kMiB);
  EXPECT_FALSE(fs::exists(repo().tree(commit)));
  hub.stop();
  EXPECT_THROW(api.snapshot_download_dry_run("acme/tiny"), hf::DryRunError);
}

TEST_F(SnapshotDownload, RaisesWhatTheHubSaysForGood) {
  add_some();

  EXPECT_THROW(api.snapshot_download("acme/tiny", {.revision = "v9"}), hf::RevisionNotFoundError);
  EXPECT_THROW(api.snapshot_download("acme/none"), hf::RepositoryNotFoundError);
}

TEST_F(SnapshotDownload, ReportsTotalsAndEachFile) {
  add_some();
  std::vector<hf::ProgressEvent> events;

  api.snapshot_download("acme/tiny", {.progress = [&](const hf::ProgressEvent& event) { events.push_back(event); }});

  EXPECT_EQ(events.front().kind, hf::ProgressEvent::Kind::start);
  EXPECT_EQ(events.front().total_files, 6U);
  EXPECT_EQ(events.back().kind, hf::ProgressEvent::Kind::complete);
  EXPECT_EQ(events.back().files, 6U);
  EXPECT_EQ(events.back().bytes, events.front().total_bytes);
}

TEST_F(SnapshotDownload, LetsAnExceptionOfTheCallbackThrough) {
  add_some();

  EXPECT_THROW(api.snapshot_download("acme/tiny",
                                     {.progress =
                                          [](const hf::ProgressEvent& event) {
                                            if (event.kind == hf::ProgressEvent::Kind::file_done) throw std::out_of_range("mine");
                                          }}),
               std::out_of_range);
  EXPECT_THAT(hf::testing::files_ending_in(cache_dir(), ".incomplete"), IsEmpty());
}

TEST_F(SnapshotDownload, StopsAtTheFirstFailure) {
  add_some();
  hub.script({.path_contains = "resolve/", .status = 403, .times = 1000});

  EXPECT_THROW(api.snapshot_download("acme/tiny"), hf::HfHubHTTPError);
  EXPECT_FALSE(fs::exists(repo().ref("main")));
}

TEST_F(SnapshotDownload, FetchesManySmallFiles) {
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 400; ++i) files.emplace_back("f" + std::to_string(i), pattern(100, static_cast<std::uint64_t>(i)));
  hub.add_files("acme/tiny", files);
  hub.script({.path_contains = "resolve/", .skip = 100, .status = 503, .times = 3});

  const fs::path folder = api.snapshot_download("acme/tiny");

  for (const auto& [path, content] : files) EXPECT_EQ(read_file(folder / path), content);
}
