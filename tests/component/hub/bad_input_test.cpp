// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a caller, or a server, can get wrong: the named error, and nothing left behind on the Hub.
#include "hub_fixture.hpp"

#include "support/bytes.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

#include <filesystem>
#include <string>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::pattern;

struct BadInput : testing::HubTest {
  BadInput() { api.create_repo("user/tiny"); }

  void expect_untouched() const { EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes")); }

  server::ScriptedAnswer html_for(const std::string& path) const {
    return {.body = "<!doctype html><html>welcome</html>",
            .headers = {{"Content-Type", "text/html"}},
            .path_contains = path,
            .status = 200};
  }
};

TEST_F(BadInput, RepoIdsAreCheckedBeforeAnythingIsSent) {
  for (const char* id : {"", "a/b/c", "-x", "a--b", "x.git", "a b", "caf\xc3\xa9/x", "../x", "a/.."}) {
    hub.clear_requests();
    EXPECT_THROW((void)api.model_info(id), HFValidationError) << id;
    EXPECT_THROW((void)api.create_repo(id), HFValidationError) << id;
    EXPECT_THROW((void)api.list_repo_files(id), HFValidationError) << id;
    EXPECT_THROW(api.upload_file(UploadSource::from_bytes("x"), "x", id), HFValidationError) << id;
    EXPECT_THROW(api.delete_repo(id), HFValidationError) << id;
    EXPECT_TRUE(hub.requests().empty()) << id;
  }
}

TEST_F(BadInput, RevisionsAreCheckedBeforeAnythingIsSent) {
  hub.clear_requests();
  EXPECT_THROW(api.upload_file(UploadSource::from_bytes("x"), "x", "user/tiny", {.revision = "a/../../b"}),
               HFValidationError);
  EXPECT_TRUE(hub.requests().empty());
}

TEST_F(BadInput, PathsThatLeaveTheRepositoryAreRefused) {
  hub.clear_requests();
  for (const char* path : {"", ".", "..", "a/../b", "../x", ".git/hooks/x", "a/.cache/b"}) {
    EXPECT_THROW(api.upload_file(UploadSource::from_bytes("x"), path, "user/tiny"), HFValidationError) << path;
  }
  EXPECT_TRUE(hub.requests().empty());
}

TEST_F(BadInput, BackslashTraversalIsLeftToTheServer) {
  EXPECT_THROW(api.upload_file(UploadSource::from_bytes("x"), "..\\ddd", "user/tiny"), HfHubHTTPError);
  expect_untouched();
}

TEST_F(BadInput, AFolderWhereAFileIsExpected) {
  EXPECT_THROW(api.upload_file(folder.path(), "x", "user/tiny"), HFValidationError);
  EXPECT_THROW(api.upload_folder("user/tiny", write("file.txt", "x")), HFValidationError);
  EXPECT_THROW(api.upload_folder("user/tiny", folder.path() / "missing"), HFValidationError);
  expect_untouched();
}

TEST_F(BadInput, AFolderOnTheHubWhereAFileGoes) {
  hub.add_file("user/tiny", "dir/a.txt", "x");

  EXPECT_THROW(api.delete_file("dir", "user/tiny"), RemoteEntryNotFoundError);

  EXPECT_EQ(hub.read_file("user/tiny", "dir/a.txt"), "x");
}

TEST_F(BadInput, SpecialFilesAndDanglingLinksAreNotUploaded) {
  write("out/a.txt", "x");
  ASSERT_EQ(::mkfifo((folder.path() / "out/pipe").c_str(), 0600), 0);
  std::filesystem::create_symlink("nowhere", folder.path() / "out/dangling");

  api.upload_folder("user/tiny", folder.path() / "out");

  EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes", "a.txt"));
}

TEST_F(BadInput, NamesThatAreNoUtf8AreRefused) {
  write("out/bad\xff.txt", "x");

  EXPECT_THROW(api.upload_folder("user/tiny", folder.path() / "out"), HFValidationError);
  expect_untouched();
}

TEST_F(BadInput, TokensWithALineBreakAreNotSent) {
  hub.clear_requests();
  EXPECT_THROW((void)api.model_info("user/tiny", {.token = "hf_x\r\nX-Injected: 1"}), HfHubError);
  for (const server::RequestRecord& record : hub.requests()) EXPECT_EQ(record.header("x-injected"), "");
}

TEST_F(BadInput, HtmlInPlaceOfJsonNamesTheUrl) {
  hub.script(html_for("/preupload/"));

  try {
    api.upload_file(UploadSource::from_bytes("x"), "x", "user/tiny");
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_THAT(error.what(), HasSubstr(hub.url() + "/api/models/user/tiny/preupload/main"));
    EXPECT_THAT(error.what(), HasSubstr("text/html"));
  }
  expect_untouched();
}

TEST_F(BadInput, HtmlInPlaceOfTheBatchCommitsNothing) {
  hub.script(html_for("objects/batch"));

  EXPECT_THROW(api.upload_file(UploadSource::from_bytes(pattern(100)), "w.safetensors", "user/tiny"), HfHubHTTPError);
  expect_untouched();
}

TEST_F(BadInput, DeletionsNeverFollowAListingOutOfTheRepository) {
  hub.script({.body = R"([{"type":"file","oid":"b","size":1,"path":"../../etc/passwd"}])",
              .headers = {{"Content-Type", "application/json"}},
              .path_contains = "/tree/",
              .status = 200});

  EXPECT_THROW(api.delete_files("user/tiny", "*"), HFValidationError);
  EXPECT_TRUE(requests("POST", "/commit/").empty());
}

TEST_F(BadInput, ErrorsOfEachKindHaveTheirClass) {
  hub.create_repo("user/gated", {.gated = "manual"});
  hub.create_repo("user/disabled", {.disabled = true});
  HfApiOptions anonymous = client_options();
  anonymous.token = false;

  EXPECT_THROW((void)HfApi(anonymous).file_exists("user/gated", ".gitattributes"), GatedRepoError);
  EXPECT_THROW((void)api.list_repo_files("user/disabled"), DisabledRepoError);
  EXPECT_THROW((void)api.model_info("user/none"), RepositoryNotFoundError);
  EXPECT_THROW((void)api.model_info("user/tiny", {.revision = "none"}), RevisionNotFoundError);
  EXPECT_THROW((void)api_with("hf_unknown").whoami(), HfHubHTTPError);
  EXPECT_THROW(HfApi(anonymous).create_repo("user/x"), HfHubHTTPError);
}

TEST_F(BadInput, EndpointsAreCheckedAtTheStart) {
  HfApiOptions options = client_options();
  options.endpoint = "huggingface.co";
  EXPECT_THROW(HfApi{options}, HFValidationError);
}

TEST_F(BadInput, NothingIsSentOffline) {
  HfApiOptions options = client_options();
  options.config->offline = true;
  hub.clear_requests();

  EXPECT_THROW((void)HfApi(options).model_info("user/tiny"), OfflineModeIsEnabled);
  EXPECT_THROW(HfApi(options).upload_file(UploadSource::from_bytes("x"), "x", "user/tiny"), OfflineModeIsEnabled);
  EXPECT_TRUE(hub.requests().empty());
}

TEST_F(BadInput, DeadlinesBoundTheWholeUpload) {
  hub.script({.path_contains = "/preupload/", .status = 503, .times = 1000});
  RetryOptions patient;
  patient.initial_backoff = std::chrono::seconds(20);
  patient.max_backoff = std::chrono::seconds(20);

  EXPECT_THROW(api.upload_file(UploadSource::from_bytes("x"), "x", "user/tiny",
                               {.call = {.retry = patient, .timeout = std::chrono::milliseconds(50)}}),
               HfHubError);
  expect_untouched();
}

}  // namespace
}  // namespace huggingface_hub
