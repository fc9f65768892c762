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
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// A hub whose answers are not what they should be.
class LyingServer : public hf::testing::DownloadTest {
 protected:
  LyingServer() { commit = hub.add_file("acme/tiny", "model.safetensors", pattern(2 * kMiB), {.lfs = true}); }

  // The bytes themselves: LFS files come from another path than `resolve`.
  void answer_bytes(hf::server::ScriptedAnswer answer) {
    answer.method = "GET";
    answer.times = 100;
    hub.script(std::move(answer));
  }

  void answer_tree(const std::string& body, std::size_t times = 100) {
    hub.script({.body = body, .headers = {{"Content-Type", "application/json"}}, .path_contains = "/tree/", .status = 200,
                .times = times});
  }

  void expect_nothing_outside() {
    for (const auto& [name, what] : hf::testing::tree_of(home.path())) EXPECT_EQ(name.rfind("hub/", 0), 0U) << name;
    EXPECT_THAT(hf::testing::files_ending_in(home.path(), "evil"), IsEmpty());
  }

  std::string commit{};
};

std::string entry(const std::string& path, std::size_t size, const std::string& oid) {
  return nlohmann::json::array({{{"type", "file"}, {"path", path}, {"size", size}, {"oid", oid}}}).dump();
}

const std::string kOid(40, 'a');

}  // namespace

TEST_F(LyingServer, RefusesHtmlInPlaceOfAWeight) {
  answer_bytes({.body = "<html>please log in</html>", .headers = {{"Content-Type", "text/html; charset=utf-8"}}, .status = 200});

  try {
    api.hf_hub_download("acme/tiny", "model.safetensors");
    FAIL() << "nothing was thrown";
  } catch (const hf::IntegrityError& error) {
    EXPECT_THAT(error.what(), HasSubstr("HTML"));
  }
  EXPECT_TRUE(fs::is_empty(repo().blobs()));
}

TEST_F(LyingServer, RefusesBodiesOfAnotherSize) {
  for (const std::string& body : {pattern(kMiB), pattern(3 * kMiB)}) {
    answer_bytes({.body = body, .headers = {{"Content-Type", "application/octet-stream"}}, .status = 200});
    EXPECT_THROW(api.hf_hub_download("acme/tiny", "model.safetensors"), hf::IntegrityError);
    hub.clear_scripts();
  }
  EXPECT_TRUE(fs::is_empty(repo().blobs()));
}

TEST_F(LyingServer, RefusesOtherBytesOfTheSameSize) {
  answer_bytes({.body = pattern(2 * kMiB, 9), .headers = {{"Content-Type", "application/octet-stream"}}, .status = 200});

  EXPECT_THROW(api.hf_hub_download("acme/tiny", "model.safetensors"), hf::IntegrityError);

  EXPECT_TRUE(fs::is_empty(repo().blobs()));
  EXPECT_FALSE(fs::exists(repo().pointer(commit, "model.safetensors")));
}

TEST_F(LyingServer, RefusesOtherBytesOfAGitFile) {
  hub.add_file("acme/tiny", "config.json", "{\"a\": 1}");
  answer_bytes({.body = "{\"a\": 2}", .headers = {{"Content-Type", "application/json"}}, .status = 200});

  try {
    api.hf_hub_download("acme/tiny", "config.json");
    FAIL() << "nothing was thrown";
  } catch (const hf::IntegrityError& error) {
    EXPECT_THAT(error.what(), HasSubstr("git id"));
  }
}

TEST_F(LyingServer, NeverLoopsOn416) {
  answer_bytes({.status = 416});

  EXPECT_THROW(api.hf_hub_download("acme/tiny", "model.safetensors"), hf::HfHubHTTPError);
  EXPECT_LT(hub.requests().size(), 5U);
}

struct EscapingHeader : LyingServer, testing::WithParamInterface<std::pair<const char*, const char*>> {};
TEST_P(EscapingHeader, NeverBecomesPartOfAPath) {
  const std::string etag = std::string(GetParam().first) == "ETag" ? GetParam().second : "\"abc\"";
  const std::string revision = std::string(GetParam().first) == "ETag" ? commit : GetParam().second;
  hub.script({.body = "x", .headers = {{"ETag", etag}, {"X-Repo-Commit", revision}}, .status = 200, .times = 100});

  EXPECT_THROW(api.hf_hub_download("acme/tiny", "config.json"), hf::LocalEntryNotFoundError);

  expect_nothing_outside();
  EXPECT_FALSE(fs::exists(repo().path() / "refs"));
}
INSTANTIATE_TEST_SUITE_P(LyingServer, EscapingHeader,
                         testing::Values(std::make_pair("ETag", "\"../../../../evil\""), std::make_pair("ETag", "\"/evil\""),
                                         std::make_pair("ETag", "\"..\""), std::make_pair("X-Repo-Commit", "../../evil"),
                                         std::make_pair("X-Repo-Commit", "/tmp/evil")));

struct EscapingListing : LyingServer, testing::WithParamInterface<const char*> {};
TEST_P(EscapingListing, IsRefusedAsAWhole) {
  answer_tree(entry(GetParam(), 1, kOid));

  EXPECT_THROW(api.snapshot_download("acme/tiny"), hf::FileMetadataError);

  expect_nothing_outside();
  EXPECT_FALSE(fs::exists(repo().tree(commit)));
}
INSTANTIATE_TEST_SUITE_P(LyingServer, EscapingListing,
                         testing::Values("../evil", "/tmp/evil", "a/../../evil", "a//evil", "..\\evil", "C:evil", "."));

TEST_F(LyingServer, RefusesIdsInAListingThatCannotBeNames) {
  answer_tree(entry("config.json", 1, "../../evil"));

  EXPECT_THROW(api.snapshot_download("acme/tiny"), hf::FileMetadataError);
  expect_nothing_outside();
}

TEST_F(LyingServer, RefusesACommitThatCannotBeAName) {
  hub.script({.body = R"({"id": "acme/tiny", "sha": "../../evil"})", .path_contains = "/revision/", .status = 200});

  EXPECT_THROW(api.snapshot_download("acme/tiny"), hf::FileMetadataError);
  expect_nothing_outside();
}

TEST_F(LyingServer, KeepsNoListingThatPromisesOtherBytes) {
  answer_tree(entry("model.safetensors", 2 * kMiB, kOid));

  EXPECT_THROW(api.snapshot_download("acme/tiny"), hf::IntegrityError);

  EXPECT_FALSE(fs::exists(repo().tree(commit)));
  EXPECT_FALSE(fs::exists(repo().ref("main")));
  hub.clear_scripts();
  EXPECT_TRUE(read_file(api.snapshot_download("acme/tiny") / "model.safetensors") == pattern(2 * kMiB));
}

TEST_F(LyingServer, KeepsNoListingOfFilesThatDoNotExist) {
  answer_tree(entry("ghost.json", 10, kOid));

  EXPECT_THROW(api.snapshot_download("acme/tiny"), hf::RemoteEntryNotFoundError);
  EXPECT_FALSE(fs::exists(repo().tree(commit)));
}

TEST_F(LyingServer, AsksAgainWhereAKeptListingIsWrong) {
  api.snapshot_download("acme/tiny", {.allow_patterns = {{"nothing"}}});
  auto kept = nlohmann::json::parse(read_file(repo().tree(commit)));
  kept["files"]["model.safetensors"]["lfs_sha256"] = std::string(64, 'b');
  hf::testing::write_file(repo().tree(commit), kept.dump());

  const fs::path folder = api.snapshot_download("acme/tiny");

  EXPECT_TRUE(read_file(folder / "model.safetensors") == pattern(2 * kMiB));
}

struct UnusableListing : LyingServer, testing::WithParamInterface<const char*> {};
TEST_P(UnusableListing, IsAnErrorAndNotKept) {
  answer_tree(GetParam());

  EXPECT_THROW(api.snapshot_download("acme/tiny"), hf::LocalEntryNotFoundError);

  EXPECT_FALSE(fs::exists(repo().tree(commit)));
}
INSTANTIATE_TEST_SUITE_P(LyingServer, UnusableListing,
                         testing::Values("", "<html></html>", "{}", "[1]", R"([{"type": "file", "path": "a")",
                                         R"([{"type": "file", "path": "a", "size": 1}])",
                                         R"([{"type": "file", "path": "a", "size": -1, "oid": "x"}])",
                                         R"([{"type": "file", "path": "a", "size": "1", "oid": "x"}])"));

TEST_F(LyingServer, SaysWhatIsMissingWhereTheEndpointIsNoHub) {
  hub.script({.body = "hello", .headers = {{"Content-Type", "text/plain"}}, .status = 200, .times = 100});

  try {
    api.hf_hub_download("acme/tiny", "config.json");
    FAIL() << "nothing was thrown";
  } catch (const hf::LocalEntryNotFoundError& error) {
    EXPECT_THAT(error.what(), HasSubstr("X-Repo-Commit"));
  }
}

TEST_F(LyingServer, ToleratesAnEtagThatIsNoDigest) {
  hub.script({.body = "hello", .headers = {{"ETag", "W/\"v1\""}, {"X-Repo-Commit", commit}}, .status = 200, .times = 2});

  const fs::path path = api.hf_hub_download("acme/tiny", "note.txt");

  EXPECT_EQ(read_file(path), "hello");
  EXPECT_EQ(fs::read_symlink(path).filename(), "v1");
}
