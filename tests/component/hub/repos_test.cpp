// SPDX-License-Identifier: Apache-2.0
#include "hub_fixture.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

using ::testing::Contains;
using ::testing::Not;

struct Repos : testing::HubTest {};

TEST_F(Repos, AreCreatedAndDeleted) {
  const RepoUrl url = api.create_repo("tiny");
  EXPECT_EQ(url.repo_id, "user/tiny");
  EXPECT_EQ(url.url, hub.url() + "/user/tiny");
  EXPECT_TRUE(api.repo_exists("user/tiny"));

  api.delete_repo("user/tiny");

  EXPECT_FALSE(api.repo_exists("user/tiny"));
  EXPECT_THROW(api.delete_repo("user/tiny"), RepositoryNotFoundError);
  EXPECT_NO_THROW(api.delete_repo("user/tiny", {.missing_ok = true}));
}

TEST_F(Repos, AreCreatedOnceUnlessTold) {
  api.create_repo("user/tiny");

  EXPECT_THROW(api.create_repo("user/tiny"), HfHubHTTPError);
  EXPECT_EQ(api.create_repo("user/tiny", {.exist_ok = true}).repo_id, "user/tiny");
  EXPECT_EQ(api.create_repo("tiny", {.exist_ok = true}).repo_id, "user/tiny");
}

TEST_F(Repos, CanBePrivate) {
  api.create_repo("user/tiny", {.private_repo = true});

  EXPECT_EQ(api.model_info("user/tiny").private_repo, true);
  HfApiOptions anonymous = client_options();
  anonymous.token = false;
  EXPECT_THROW((void)HfApi(anonymous).model_info("user/tiny"), RepositoryNotFoundError);
  EXPECT_FALSE(HfApi(anonymous).repo_exists("user/tiny"));
}

TEST_F(Repos, MoveAndAnswerUnderTheOldName) {
  api.create_repo("user/old");
  api.upload_file(UploadSource::from_bytes("x"), "x.txt", "user/old");

  api.move_repo("user/old", "user/new");

  EXPECT_TRUE(api.repo_exists("user/new"));
  EXPECT_THAT(api.list_repo_files("user/old"), Contains("x.txt"));
}

TEST_F(Repos, ChangeTheirSettings) {
  api.create_repo("user/tiny");

  api.update_repo_settings("user/tiny", {.gated = Gated::automatic, .private_repo = true});

  const ModelInfo info = api.model_info("user/tiny");
  EXPECT_EQ(info.private_repo, true);
  EXPECT_EQ(info.gated, Gated::automatic);
}

TEST_F(Repos, AreNotWrittenByAReader) {
  api.create_repo("user/tiny");
  const HfApi reader = api_with(hub.read_token());

  EXPECT_THROW(reader.create_repo("user/other"), HfHubHTTPError);
  EXPECT_EQ(reader.create_repo("user/tiny", {.exist_ok = true}).repo_id, "user/tiny");
  EXPECT_THROW(reader.delete_repo("user/tiny"), HfHubHTTPError);
  EXPECT_NO_THROW(reader.auth_check("user/tiny"));
  EXPECT_THROW(reader.auth_check("user/tiny", {.write = true}), HfHubHTTPError);
  EXPECT_EQ(reader.whoami().access_token->role, "read");
}

TEST_F(Repos, TellWhatTheyHold) {
  api.create_repo("user/data", {.repo_type = RepoType::dataset});
  api.upload_file(UploadSource::from_bytes("a,b\n"), "t.csv", "user/data", {.repo_type = RepoType::dataset});

  const DatasetInfo info = api.dataset_info("user/data", {.files_metadata = true});

  EXPECT_EQ(info.sha, hub.resolve("user/data", "main", RepoType::dataset));
  ASSERT_TRUE(info.siblings);
  bool found = false;
  for (const RepoSibling& sibling : *info.siblings) {
    if (sibling.rfilename != "t.csv") continue;
    found = true;
    EXPECT_EQ(sibling.size, 4U);
  }
  EXPECT_TRUE(found);
  EXPECT_TRUE(api.file_exists("user/data", "t.csv", {.repo_type = RepoType::dataset}));
  EXPECT_FALSE(api.file_exists("user/data", "u.csv", {.repo_type = RepoType::dataset}));
  EXPECT_TRUE(api.revision_exists("user/data", "main", {.repo_type = RepoType::dataset}));
  EXPECT_FALSE(api.revision_exists("user/data", "v9", {.repo_type = RepoType::dataset}));
}

TEST_F(Repos, AreFoundBySearching) {
  for (const char* id : {"user/alpha", "user/beta", "other/alpha-2"}) api.create_repo(id);
  api.create_repo("user/alpha-data", {.repo_type = RepoType::dataset});

  std::vector<std::string> found;
  for (const ModelInfo& model : api.list_models({.search = "alpha"})) found.push_back(model.id);
  EXPECT_THAT(found, ::testing::UnorderedElementsAre("user/alpha", "other/alpha-2"));
  EXPECT_EQ(api.list_models({.author = "user", .limit = 1}).to_vector().size(), 1U);
  EXPECT_EQ(api.list_datasets({.author = "user"}).to_vector().size(), 1U);
  EXPECT_TRUE(api.list_spaces().to_vector().empty());
}

}  // namespace
}  // namespace huggingface_hub
