// SPDX-License-Identifier: Apache-2.0
#include "support/download_fixture.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

#include <thread>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;
using hf::testing::read_file;
using hf::testing::write_file;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class FileDownload : public hf::testing::DownloadTest {};

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  EXPECT_EQ(::lstat(path.c_str(), &status), 0) << path;
  return status.st_mode & 07777U;
}

}  // namespace

TEST_F(FileDownload, LeavesTheTreeThatPythonLeaves) {
  hub.add_file("acme/tiny", "config.json", "{\"hidden\": 16}\n");
  const std::string commit = hub.add_file("acme/tiny", "onnx/model.onnx", pattern(300), {.lfs = true});

  const fs::path config = api.hf_hub_download("acme/tiny", "config.json");
  const fs::path onnx = api.hf_hub_download("acme/tiny", "model.onnx", {.subfolder = "onnx"});

  const std::string git_id = "5e41261fd0ed224f71d0d550b611058547744edc";
  EXPECT_EQ(config, repo().pointer(commit, "config.json"));
  EXPECT_EQ(read_file(config), "{\"hidden\": 16}\n");
  EXPECT_EQ(read_file(onnx), pattern(300));
  EXPECT_EQ(fs::read_symlink(config).string(), "../../blobs/" + git_id);
  EXPECT_EQ(fs::read_symlink(onnx).parent_path().string(), "../../../blobs");
  EXPECT_EQ(read_file(repo().ref("main")), commit);
  EXPECT_EQ(read_file(cache_dir() / "CACHEDIR.TAG").size(), 191U);
  EXPECT_EQ(mode_of(repo().blob(git_id)), 0644U);
  EXPECT_EQ(mode_of(repo().lock(git_id)), 0664U);
  EXPECT_THAT(hf::testing::files_ending_in(cache_dir(), ".incomplete"), IsEmpty());
  EXPECT_EQ(hf::testing::tree_of(cache_dir()).size(), 8U);  // Tag, ref, and lock, blob, pointer of each.
}

TEST_F(FileDownload, AsksOnceForMetadataAndOnceForTheBytes) {
  hub.add_file("acme/tiny", "config.json", "{}");

  api.hf_hub_download("acme/tiny", "config.json");

  EXPECT_THAT(asked(), ElementsAre("HEAD /acme/tiny/resolve/main/config.json", "GET /acme/tiny/resolve/main/config.json"));
}

TEST_F(FileDownload, AsksNobodyForACachedFileOfAPinnedCommit) {
  const std::string commit = hub.add_file("acme/tiny", "config.json", "{}");
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json", {.revision = commit});
  hub.clear_requests();

  EXPECT_EQ(api.hf_hub_download("acme/tiny", "config.json", {.revision = commit}), path);
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(FileDownload, SharesTheBlobBetweenRevisions) {
  const std::string first = hub.add_file("acme/tiny", "config.json", "{}");
  api.hf_hub_download("acme/tiny", "config.json");
  const std::string second = hub.add_file("acme/tiny", "other.txt", "x");
  hub.clear_requests();

  const fs::path path = api.hf_hub_download("acme/tiny", "config.json");

  EXPECT_EQ(path, repo().pointer(second, "config.json"));
  EXPECT_THAT(asked(), ElementsAre("HEAD /acme/tiny/resolve/main/config.json"));
  EXPECT_EQ(read_file(repo().ref("main")), second);
  EXPECT_TRUE(fs::exists(repo().pointer(first, "config.json")));
}

TEST_F(FileDownload, FollowsAnLfsFileToItsStorageWithoutTheToken) {
  hub = hf::server::EmbeddedHub::start({.storage_url = "http://localhost:{port}"});
  api = hf::testing::make_api(home.path(), hub.url(), hub.token());
  hub.add_file("acme/tiny", "model.safetensors", pattern(2 * kMiB), {.lfs = true});

  const fs::path path = api.hf_hub_download("acme/tiny", "model.safetensors");

  EXPECT_EQ(read_file(path), pattern(2 * kMiB));
  const auto requests = hub.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_EQ(requests[0].user, "user");
  EXPECT_EQ(requests[1].user, "");
  EXPECT_EQ(requests[1].header("authorization"), "");
}

TEST_F(FileDownload, AsksAnewWhereASignedUrlHasExpired) {
  hub.add_file("acme/tiny", "model.bin", pattern(kMiB), {.lfs = true});
  hub.script({.method = "GET", .status = 403});

  const fs::path path = api.hf_hub_download("acme/tiny", "model.bin");

  EXPECT_EQ(read_file(path), pattern(kMiB));
}

TEST_F(FileDownload, ReplacesWhatIsThereWhenForced) {
  const std::string commit = hub.add_file("acme/tiny", "config.json", "{\"a\": 1}");
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json", {.revision = commit});
  const fs::path blob = fs::canonical(path);
  write_file(blob, "damaged!");

  api.hf_hub_download("acme/tiny", "config.json", {.force_download = true, .revision = commit});

  EXPECT_EQ(read_file(path), "{\"a\": 1}");
}

TEST_F(FileDownload, RemembersThatAFileIsAbsent) {
  const std::string commit = hub.add_file("acme/tiny", "config.json", "{}");

  EXPECT_THROW(api.hf_hub_download("acme/tiny", "missing/file.json"), hf::RemoteEntryNotFoundError);

  EXPECT_EQ(read_file(repo().no_exist(commit, "missing/file.json")), "");
  EXPECT_EQ(read_file(repo().ref("main")), commit);
  EXPECT_TRUE(api.try_to_load_from_cache("acme/tiny", "missing/file.json").is_known_absent());
}

TEST_F(FileDownload, SaysWhichThingIsMissing) {
  hub.add_file("acme/tiny", "config.json", "{}");
  hub.create_repo("acme/hidden", {.private_repo = true});

  EXPECT_THROW(api.hf_hub_download("acme/none", "config.json"), hf::RepositoryNotFoundError);
  EXPECT_THROW(api.hf_hub_download("acme/hidden", "config.json"), hf::RepositoryNotFoundError);
  EXPECT_THROW(api.hf_hub_download("acme/tiny", "config.json", {.revision = "v9"}), hf::RevisionNotFoundError);
}

TEST_F(FileDownload, AnswersFromTheCacheWhenTheHubIsGone) {
  hub.add_file("acme/tiny", "config.json", "{}");
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json");
  hub.stop();

  EXPECT_EQ(api.hf_hub_download("acme/tiny", "config.json"), path);
  EXPECT_THROW(api.hf_hub_download("acme/tiny", "other.json"), hf::LocalEntryNotFoundError);
}

TEST_F(FileDownload, GivesTheHubASecondChanceBeforeItGivesUp) {
  hub.add_file("acme/tiny", "config.json", "{}");
  hub.script({.method = "HEAD", .status = 503, .times = 3});

  EXPECT_EQ(read_file(api.hf_hub_download("acme/tiny", "config.json")), "{}");
}

TEST_F(FileDownload, GoesOnWhereTheStorageIsBusyForAWhile) {
  hub.add_file("acme/tiny", "config.json", "{}");
  hub.script({.method = "GET", .status = 503, .times = 2});

  EXPECT_EQ(read_file(api.hf_hub_download("acme/tiny", "config.json")), "{}");
}

TEST_F(FileDownload, AsksNobodyOffline) {
  hub.add_file("acme/tiny", "config.json", "{}");
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json");
  hub.clear_requests();
  hf::HfApiOptions options;
  options.config = hf::testing::plain_config(home.path());
  options.config->offline = true;
  options.endpoint = hub.url();
  const hf::HfApi offline(options);

  EXPECT_EQ(offline.hf_hub_download("acme/tiny", "config.json"), path);
  EXPECT_THROW(offline.hf_hub_download("acme/tiny", "other.json"), hf::LocalEntryNotFoundError);
  EXPECT_THROW(offline.hf_hub_download("acme/tiny", "config.json", {.force_download = true}), hf::HFValidationError);
  EXPECT_EQ(api.hf_hub_download("acme/tiny", "config.json", {.local_files_only = true}), path);
  EXPECT_THROW(api.hf_hub_download("acme/tiny", "x", {.local_files_only = true}), hf::LocalEntryNotFoundError);
  EXPECT_THAT(asked(), IsEmpty());
}

TEST_F(FileDownload, ServesAFileOfADeletedRepositoryFromTheCache) {
  hub.add_file("acme/tiny", "config.json", "{}");
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json");
  hub.script({.headers = {{"X-Error-Code", "RepoNotFound"}}, .status = 404, .times = 5});

  EXPECT_EQ(api.hf_hub_download("acme/tiny", "config.json"), path);
  EXPECT_THROW(api.hf_hub_download("acme/tiny", "other.json"), hf::RepositoryNotFoundError);
}

TEST_F(FileDownload, RefusesArgumentsThatCannotBeMeant) {
  for (const char* name : {"", "../x", "/etc/passwd", "a/../../b", "C:x"}) {
    EXPECT_THROW(api.hf_hub_download("acme/tiny", name), hf::HFValidationError) << name;
  }
  EXPECT_THROW(api.hf_hub_download("acme/tiny/x", "f"), hf::HFValidationError);
  EXPECT_THROW(api.hf_hub_download("acme/tiny", "f", {.revision = "../../x"}), hf::HFValidationError);
  EXPECT_THAT(asked(), IsEmpty());
  EXPECT_FALSE(fs::exists(cache_dir()));
}

TEST_F(FileDownload, TellsWhatItWouldDo) {
  const std::string commit = hub.add_file("acme/tiny", "config.json", "12345");

  const hf::DryRunFileInfo before = api.hf_hub_download_dry_run("acme/tiny", "config.json");
  EXPECT_FALSE(fs::exists(cache_dir()));
  const fs::path path = api.hf_hub_download("acme/tiny", "config.json");
  const hf::DryRunFileInfo after = api.hf_hub_download_dry_run("acme/tiny", "config.json");

  EXPECT_EQ(before.commit_hash, commit);
  EXPECT_EQ(before.file_size, 5U);
  EXPECT_EQ(before.filename, "config.json");
  EXPECT_EQ(before.local_path, path);
  EXPECT_FALSE(before.is_cached);
  EXPECT_TRUE(before.will_download);
  EXPECT_TRUE(after.is_cached);
  EXPECT_FALSE(after.will_download);
}

TEST_F(FileDownload, CopiesWhereSymlinksAreSwitchedOff) {
  hf::HfApiOptions options;
  options.config = hf::testing::plain_config(home.path());
  options.config->disable_symlinks = true;
  options.endpoint = hub.url();
  const hf::HfApi plain(options);
  const std::string commit = hub.add_file("acme/tiny", "config.json", "{}");

  const fs::path path = plain.hf_hub_download("acme/tiny", "config.json");

  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path)));
  EXPECT_EQ(read_file(path), "{}");
  EXPECT_TRUE(fs::is_empty(repo().blobs()));
  hub.add_file("acme/tiny", "config.json", "{\"v\": 2}");
  EXPECT_EQ(read_file(plain.hf_hub_download("acme/tiny", "config.json")), "{\"v\": 2}");
  EXPECT_EQ(read_file(path), "{}");
}

TEST_F(FileDownload, KeepsRealFilesAndNotesInALocalFolder) {
  const std::string commit = hub.add_file("acme/tiny", "onnx/model.onnx", pattern(3000), {.lfs = true});
  const fs::path folder = home.path() / "mine";

  const fs::path path = api.hf_hub_download("acme/tiny", "onnx/model.onnx", {.local_dir = folder});

  EXPECT_EQ(path, folder / "onnx/model.onnx");
  EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path)));
  EXPECT_EQ(read_file(path), pattern(3000));
  const fs::path notes = folder / ".cache/huggingface";
  EXPECT_EQ(read_file(notes / ".gitignore"), "*");
  EXPECT_EQ(read_file(notes / "CACHEDIR.TAG").size(), 191U);
  EXPECT_EQ(read_file(notes / "download/onnx/model.onnx.metadata").substr(0, 41), commit + "\n");
  EXPECT_EQ(mode_of(notes / "download/onnx/model.onnx.lock"), 0664U);
  EXPECT_FALSE(fs::exists(cache_dir()));
  EXPECT_EQ(hf::testing::tree_of(folder).size(), 5U);
}

TEST_F(FileDownload, FetchesALocalFileAgainOnlyIfItChanged) {
  const std::string commit = hub.add_file("acme/tiny", "config.json", "{}");
  const fs::path folder = home.path() / "mine";
  api.hf_hub_download("acme/tiny", "config.json", {.local_dir = folder});
  hub.clear_requests();

  api.hf_hub_download("acme/tiny", "config.json", {.local_dir = folder});
  EXPECT_THAT(asked(), ElementsAre("HEAD /acme/tiny/resolve/main/config.json"));
  api.hf_hub_download("acme/tiny", "config.json", {.local_dir = folder, .revision = commit});
  EXPECT_THAT(asked(), IsEmpty());
  hub.add_file("acme/tiny", "config.json", "{\"v\": 2}");
  EXPECT_EQ(read_file(api.hf_hub_download("acme/tiny", "config.json", {.local_dir = folder})), "{\"v\": 2}");
}

TEST_F(FileDownload, SpeaksForItself) {
  hub.add_file("acme/tiny", "config.json", "{}");
  hf::HfHubDownloadOptions options;
  options.call.headers = {{"X-Mine", "yes"}};
  options.library_name = "lib";
  options.library_version = "1.2";
  options.user_agent = "job/7";

  api.hf_hub_download("acme/tiny", "config.json", options);

  for (const auto& request : hub.requests()) {
    EXPECT_THAT(request.header("user-agent"), HasSubstr("lib/1.2"));
    EXPECT_THAT(request.header("user-agent"), HasSubstr("job/7"));
    EXPECT_EQ(request.header("x-mine"), "yes");
    EXPECT_EQ(request.header("x-hf-download-counter"), "1");
    EXPECT_EQ(request.header("accept-encoding"), "identity");
  }
}

TEST_F(FileDownload, ReportsProgressInOrder) {
  hub.add_file("acme/tiny", "model.bin", pattern(3 * kMiB), {.lfs = true});
  std::vector<hf::ProgressEvent> events;

  api.hf_hub_download("acme/tiny", "model.bin",
                      {.progress = [&](const hf::ProgressEvent& event) { events.push_back(event); }});

  ASSERT_GE(events.size(), 4U);
  EXPECT_EQ(events.front().kind, hf::ProgressEvent::Kind::start);
  EXPECT_EQ(events.back().kind, hf::ProgressEvent::Kind::complete);
  EXPECT_EQ(events[events.size() - 2].kind, hf::ProgressEvent::Kind::file_done);
  EXPECT_EQ(events.back().bytes, 3 * kMiB);
  for (std::size_t i = 1; i < events.size(); ++i) EXPECT_GE(events[i].bytes, events[i - 1].bytes);
}

TEST_F(FileDownload, LetsAnExceptionOfTheCallbackThrough) {
  hub.add_file("acme/tiny", "model.bin", pattern(3 * kMiB), {.lfs = true});

  EXPECT_THROW(api.hf_hub_download("acme/tiny", "model.bin",
                                   {.progress =
                                        [](const hf::ProgressEvent& event) {
                                          if (event.kind == hf::ProgressEvent::Kind::progress) throw std::out_of_range("mine");
                                        }}),
               std::out_of_range);
  EXPECT_THAT(hf::testing::files_ending_in(cache_dir(), ".incomplete"), IsEmpty());
  EXPECT_THAT(hf::testing::files_ending_in(cache_dir(), "model.bin"), IsEmpty());
}

TEST_F(FileDownload, StoresAnEmptyFile) {
  hub.add_file("acme/tiny", "empty.txt", "");

  const fs::path path = api.hf_hub_download("acme/tiny", "empty.txt");

  EXPECT_EQ(read_file(path), "");
  EXPECT_EQ(fs::read_symlink(path).filename(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
}

TEST_F(FileDownload, ManyThreadsWantTheSameFile) {
  hub.add_file("acme/tiny", "model.bin", pattern(kMiB), {.lfs = true});
  std::vector<std::thread> threads;
  std::vector<fs::path> paths(8);

  for (fs::path& path : paths) {
    threads.emplace_back([&] { path = api.hf_hub_download("acme/tiny", "model.bin"); });
  }
  for (std::thread& thread : threads) thread.join();

  for (const fs::path& path : paths) EXPECT_EQ(read_file(path), pattern(kMiB));
  std::size_t bodies = 0;
  for (const auto& request : hub.requests()) bodies += request.response_bytes > kMiB / 2 ? 1 : 0;
  EXPECT_EQ(bodies, 1U);
}

TEST_F(FileDownload, GivesMetadataAndUrls) {
  const std::string commit = hub.add_file("acme/tiny", "a b.json", "123");

  const std::string url = api.hf_hub_url("acme/tiny", "a b.json", {.revision = "main"});
  const hf::HfFileMetadata metadata = api.get_hf_file_metadata(url);

  EXPECT_EQ(url, hub.url() + "/acme/tiny/resolve/main/a%20b.json");
  EXPECT_EQ(metadata.commit_hash, commit);
  EXPECT_EQ(metadata.size, 3U);
  EXPECT_EQ(metadata.etag, "d800886d9c86731ae5c4a62b0b77c437015e00d2");
  EXPECT_EQ(metadata.location, url);
  EXPECT_FALSE(metadata.xet_file_data);
  EXPECT_EQ(api.hf_hub_url("acme/x", "f", {.repo_type = hf::RepoType::dataset, .revision = "refs/pr/3", .subfolder = "s"}),
            hub.url() + "/datasets/acme/x/resolve/refs%2Fpr%2F3/s/f");
}
