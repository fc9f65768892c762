// SPDX-License-Identifier: Apache-2.0
#include "hub_fixture.hpp"

#include "support/bytes.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <ostream>
#include <string>
#include <thread>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::pattern;

constexpr std::uint64_t kPartSize = 10'000;

struct Lfs : testing::HubTest {
  Lfs() : HubTest(options()) { api.create_repo("user/tiny"); }

  static server::EmbeddedHubOptions options() {
    server::EmbeddedHubOptions options;
    options.lfs_part_size = kPartSize;
    options.storage_url = "http://localhost:{port}";  // Another origin than the Hub's.
    return options;
  }
};

TEST_F(Lfs, SendsLargeFilesInParts) {
  const std::string content = pattern(35'000);

  api.upload_file(write("w.safetensors", content), "w.safetensors", "user/tiny");

  EXPECT_EQ(hub.read_file("user/tiny", "w.safetensors"), content);
  const auto puts = requests("PUT", "");
  ASSERT_EQ(puts.size(), 4U);
  std::vector<std::uint64_t> sizes;
  for (const auto& put : puts) sizes.push_back(put.request_bytes);
  EXPECT_THAT(sizes, ::testing::UnorderedElementsAre(kPartSize, kPartSize, kPartSize, 5'000U));
}

TEST_F(Lfs, SendsAWholeNumberOfPartsWithoutAnEmptyOne) {
  api.upload_file(UploadSource::from_bytes(pattern(2 * kPartSize)), "w.safetensors", "user/tiny");

  EXPECT_EQ(requests("PUT", "").size(), 2U);
  EXPECT_EQ(hub.read_file("user/tiny", "w.safetensors"), pattern(2 * kPartSize));
}

TEST_F(Lfs, GivesTheStorageNoTokenAndNoExtraHeaders) {
  HfApiOptions options = client_options();
  options.headers = {{"X-Secret", "s"}};
  HfApi(options).upload_file(UploadSource::from_bytes(pattern(100)), "w.safetensors", "user/tiny");

  const auto puts = requests("PUT", "");
  ASSERT_EQ(puts.size(), 1U);
  EXPECT_EQ(puts[0].user, "");
  EXPECT_EQ(puts[0].header("x-secret"), "");
  EXPECT_EQ(requests("POST", "/commit/").at(0).header("x-secret"), "s");
}

TEST_F(Lfs, SendsEqualContentOnce) {
  write("out/a.safetensors", pattern(500));
  write("out/b.safetensors", pattern(500));

  api.upload_folder("user/tiny", folder.path() / "out");

  EXPECT_EQ(requests("PUT", "").size(), 1U);
  EXPECT_EQ(hub.read_file("user/tiny", "b.safetensors"), pattern(500));
}

TEST_F(Lfs, SendsManyFilesInBatches) {
  std::vector<CommitOperation> operations;
  for (int i = 0; i < 300; ++i) {
    operations.emplace_back(CommitOperationAdd("w/" + std::to_string(i) + ".safetensors",
                                               UploadSource::from_bytes(pattern(20, static_cast<std::uint64_t>(i)))));
  }

  api.create_commit("user/tiny", operations, {.commit_message = "Many"});

  EXPECT_EQ(requests("POST", "/preupload/").size(), 2U);
  EXPECT_EQ(requests("POST", "info/lfs/objects/batch").size(), 2U);
  EXPECT_EQ(requests("PUT", "").size(), 300U);
  EXPECT_EQ(hub.list_files("user/tiny")->size(), 301U);
}

TEST_F(Lfs, RepeatsAPartThatFailed) {
  hub.script({.method = "PUT", .skip = 1, .status = 503, .times = 2});

  api.upload_file(UploadSource::from_bytes(pattern(35'000)), "w.safetensors", "user/tiny");

  EXPECT_EQ(requests("PUT", "").size(), 6U);
  EXPECT_EQ(hub.read_file("user/tiny", "w.safetensors"), pattern(35'000));
}

TEST_F(Lfs, NamesTheFileThatFailedAndCommitsNothing) {
  hub.script({.method = "PUT", .status = 403, .times = 100});

  try {
    api.upload_file(UploadSource::from_bytes(pattern(100)), "w.safetensors", "user/tiny");
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_EQ(error.status(), 403);
    EXPECT_THAT(error.what(), HasSubstr("'w.safetensors'"));
    EXPECT_THAT(error.what(), ::testing::Not(HasSubstr("?")));  // Never the query of a signed URL.
  }
  EXPECT_TRUE(requests("POST", "/commit/").empty());
}

TEST_F(Lfs, UploadsAheadOfTheCommit) {
  const CommitOperationAdd weights("w.safetensors", UploadSource::from_bytes(pattern(1000)));
  const CommitOperationAdd text("t.txt", UploadSource::from_bytes("t"));
  api.preupload_lfs_files("user/tiny", {weights, text});
  EXPECT_TRUE(weights.is_uploaded());
  EXPECT_FALSE(text.is_uploaded());
  EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes"));
  hub.clear_requests();

  api.create_commit("user/tiny", {weights, text}, {.commit_message = "Both"});

  EXPECT_TRUE(requests("PUT", "").empty());
  EXPECT_TRUE(requests("POST", "preupload").empty());
  EXPECT_TRUE(weights.is_committed());
  EXPECT_EQ(hub.read_file("user/tiny", "w.safetensors"), pattern(1000));
}

TEST_F(Lfs, NoticesAFileThatVanishesMeanwhile) {
  const auto path = write("w.safetensors", pattern(35'000));
  hub.on_request([&](const server::RequestRecord& record) {
    if (record.target.find("objects/batch") != std::string::npos) std::filesystem::remove(path);
  });

  try {
    api.upload_file(path, "w.safetensors", "user/tiny");
    FAIL() << "no error";
  } catch (const HfIoError& error) {
    EXPECT_EQ(error.path(), path);
  }
  EXPECT_TRUE(requests("POST", "/commit/").empty());
}

struct Change {
  const char* name;
  std::string content;
};
void PrintTo(const Change& a_case, std::ostream* out) { *out << a_case.name; }
struct ChangedFile : Lfs, ::testing::WithParamInterface<Change> {};

TEST_P(ChangedFile, IsNoticedAndNothingIsCommitted) {
  const auto path = write("w.safetensors", pattern(35'000));
  hub.on_request([&](const server::RequestRecord& record) {
    if (record.target.find("objects/batch") != std::string::npos)
      std::ofstream(path, std::ios::binary) << GetParam().content;
  });

  EXPECT_THROW(api.upload_file(path, "w.safetensors", "user/tiny"), IntegrityError);

  EXPECT_TRUE(requests("POST", "/commit/").empty());
}

INSTANTIATE_TEST_SUITE_P(Lfs, ChangedFile,
                         ::testing::Values(Change{"Shorter", pattern(34'000)}, Change{"Longer", pattern(36'000)},
                                           Change{"Other", pattern(35'000, 7)}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(Lfs, NoticesARegularFileThatChangesBeforeTheCommit) {
  const auto path = write("a.txt", "before");
  hub.on_request([&](const server::RequestRecord& record) {
    if (record.target.find("/commit/") != std::string::npos) return;
    if (record.target.find("/preupload/") != std::string::npos) std::ofstream(path, std::ios::binary) << "after!";
  });
  const CommitOperationAdd operation("a.txt", path);

  EXPECT_THROW(api.create_commit("user/tiny", {operation}, {.commit_message = "x"}), IntegrityError);

  EXPECT_THAT(*hub.list_files("user/tiny"), ElementsAre(".gitattributes"));
}

TEST_F(Lfs, ListsEveryObjectThatTheHubRefuses) {
  hub.script({.body = R"({"objects":[{"oid":"aa","size":1,"error":{"code":422,"message":"too odd"}},
                                     {"oid":"bb","size":1,"error":{"code":422,"message":"too even"}}]})",
              .headers = {{"Content-Type", "application/json"}},
              .path_contains = "objects/batch",
              .status = 200});

  try {
    api.upload_file(UploadSource::from_bytes(pattern(100)), "w.safetensors", "user/tiny");
    FAIL() << "no error";
  } catch (const HfHubError& error) {
    EXPECT_THAT(error.what(), HasSubstr("aa: too odd"));
    EXPECT_THAT(error.what(), HasSubstr("bb: too even"));
  }
}

}  // namespace
}  // namespace huggingface_hub
