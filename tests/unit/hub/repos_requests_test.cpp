// SPDX-License-Identifier: Apache-2.0
#include "fake_hub.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <ostream>

namespace huggingface_hub {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

struct ReposRequests : testing::FakeHubTest {
  json sent(std::size_t index) const { return json::parse(body(index)); }
};

TEST_F(ReposRequests, CreateSendsNameAndOwner) {
  transport->answer(200, R"({"url":"https://huggingface.co/acme/tiny"})");

  const RepoUrl url = api.create_repo("acme/tiny");

  EXPECT_EQ(line(0), "POST /api/repos/create");
  EXPECT_EQ(sent(0), json({{"name", "tiny"}, {"organization", "acme"}}));
  EXPECT_EQ(header(0, "Content-Type"), "application/json");
  EXPECT_EQ(header(0, "Authorization"), "Bearer hf_secret");
  EXPECT_EQ(url.url, "http://hub.test/acme/tiny");
  EXPECT_EQ(url.owner, "acme");
  EXPECT_EQ(url.repo_name, "tiny");
  EXPECT_EQ(url.repo_id, "acme/tiny");
  EXPECT_EQ(url.repo_type, RepoType::model);
}

TEST_F(ReposRequests, CreateSendsNullForTheOwnNamespace) {
  transport->answer(200, R"({"url":"http://hub.test/datasets/alice/logs"})");

  const RepoUrl url = api.create_repo("logs", {.private_repo = true, .repo_type = RepoType::dataset});

  EXPECT_EQ(sent(0),
            json({{"name", "logs"}, {"organization", nullptr}, {"type", "dataset"}, {"visibility", "private"}}));
  EXPECT_EQ(url.repo_id, "alice/logs");
  EXPECT_EQ(url.repo_type, RepoType::dataset);
}

TEST_F(ReposRequests, CreateSendsWhatASpaceNeeds) {
  transport->answer(200, R"({"url":"http://hub.test/spaces/a/s"})");

  api.create_repo("a/s",
                  {.region = "eu",
                   .repo_type = RepoType::space,
                   .resource_group_id = "g",
                   .space_hardware = "t4-small",
                   .space_sdk = "gradio",
                   .space_secrets = {{.key = "K", .value = "V"}},
                   .space_sleep_time = 300,
                   .space_variables = {{.description = "d", .key = "K2", .value = "V2"}},
                   .space_volumes = {{.mount_path = "/data", .read_only = true, .source = "a/b", .type = "model"}},
                   .visibility = Visibility::protected_repo});

  EXPECT_EQ(sent(0),
            json::parse(R"({"name":"s","organization":"a","type":"space","visibility":"protected","sdk":"gradio",
    "hardware":"t4-small","sleepTimeSeconds":300,"secrets":[{"key":"K","value":"V"}],
    "variables":[{"key":"K2","value":"V2","description":"d"}],
    "volumes":[{"type":"model","source":"a/b","mountPath":"/data","readOnly":true}],
    "resourceGroupId":"g","region":"eu"})"));
}

TEST_F(ReposRequests, CreateFindsATemplateByName) {
  transport->answer(
      200, R"({"templates":[{"name":"JupyterLab","repoId":"Ex/jupyter","sdk":"docker","preferredPrivate":true}]})");
  transport->answer(200, R"({"url":"http://hub.test/spaces/a/s"})");

  api.create_repo("a/s", {.repo_type = RepoType::space, .space_template = "jupyterlab"});

  EXPECT_EQ(line(0), "GET /api/spaces/templates");
  EXPECT_EQ(sent(1), json::parse(R"({"name":"s","organization":"a","type":"space","visibility":"private","sdk":"docker",
    "template":"Ex/jupyter"})"));
}

TEST_F(ReposRequests, CreateAsksAgainWhileAnotherCreationRuns) {
  const std::string busy = R"({"error":"Cannot create repo: another conflicting operation is in progress"})";
  transport->answer(409, busy).answer(409, busy).answer(200, R"({"url":"http://hub.test/a/b"})");

  api.create_repo("a/b");

  EXPECT_EQ(transport->requests().size(), 3U);
}

TEST_F(ReposRequests, CreateFailsWhereTheRepositoryExists) {
  transport->answer(409, R"({"error":"You already created this model repo","url":"http://hub.test/a/b"})");

  try {
    api.create_repo("a/b");
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_EQ(error.status(), 409);
  }
}

TEST_F(ReposRequests, CreateAcceptsAnExistingRepositoryWhereTold) {
  transport->answer(409, R"({"error":"You already created this model repo"})");

  EXPECT_EQ(api.create_repo("a/b", {.exist_ok = true}).url, "http://hub.test/a/b");
}

TEST_F(ReposRequests, CreateFindsTheNamespaceOfAnExistingRepository) {
  transport->answer(409, R"({"error":"exists"})").answer(200, R"({"name":"alice","type":"user"})");

  EXPECT_EQ(api.create_repo("b", {.exist_ok = true}).repo_id, "alice/b");
}

struct Forbidden : ReposRequests, ::testing::WithParamInterface<int> {};

TEST_P(Forbidden, IsNoErrorWhereTheRepositoryCanBeSeen) {
  transport->answer(GetParam(), "").answer(200, R"({"id":"a/b"})");

  EXPECT_EQ(api.create_repo("a/b", {.exist_ok = true, .repo_type = RepoType::dataset}).url,
            "http://hub.test/datasets/a/b");
  EXPECT_EQ(line(1), "GET /api/datasets/a/b");
}

TEST_P(Forbidden, IsTheErrorWhereItCannot) {
  transport->answer(GetParam(), "").answer(404, "", error_code("RepoNotFound"));

  try {
    api.create_repo("a/b", {.exist_ok = true});
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_EQ(error.status(), GetParam());
  }
}

INSTANTIATE_TEST_SUITE_P(ReposRequests, Forbidden, ::testing::Values(401, 402, 403));

struct BadCreation {
  const char* name;
  std::string repo_id;
  CreateRepoOptions options;
};
void PrintTo(const BadCreation& a_case, std::ostream* out) { *out << a_case.name; }
struct Refused : ReposRequests, ::testing::WithParamInterface<BadCreation> {};

TEST_P(Refused, IsNotSent) {
  EXPECT_THROW(api.create_repo(GetParam().repo_id, GetParam().options), HFValidationError);
  EXPECT_TRUE(transport->requests().empty());
}

INSTANTIATE_TEST_SUITE_P(
    ReposRequests, Refused,
    ::testing::Values(BadCreation{"BadId", "a/b/c", {}}, BadCreation{"EmptyId", "", {}},
                      BadCreation{"SpaceWithoutSdk", "a/b", {.repo_type = RepoType::space}},
                      BadCreation{"SpaceWithUnknownSdk", "a/b", {.repo_type = RepoType::space, .space_sdk = "x"}},
                      BadCreation{"ProtectedModel", "a/b", {.visibility = Visibility::protected_repo}},
                      BadCreation{"TemplateOfAModel", "a/b", {.space_template = "x"}},
                      BadCreation{"Twice", "a/b", {.private_repo = true, .visibility = Visibility::public_repo}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(ReposRequests, DeleteSendsNameAndType) {
  transport->answer(200);

  api.delete_repo("acme/tiny", {.repo_type = RepoType::dataset});

  EXPECT_EQ(line(0), "DELETE /api/repos/delete");
  EXPECT_EQ(sent(0), json({{"name", "tiny"}, {"organization", "acme"}, {"type", "dataset"}}));
}

TEST_F(ReposRequests, DeleteOfAMissingRepositoryIsAnErrorUnlessTold) {
  transport->answer(404, "", error_code("RepoNotFound")).answer(404, "", error_code("RepoNotFound")).answer(403, "");

  EXPECT_THROW(api.delete_repo("a/b"), RepositoryNotFoundError);
  EXPECT_NO_THROW(api.delete_repo("a/b", {.missing_ok = true}));
  EXPECT_THROW(api.delete_repo("a/b", {.missing_ok = true}), HfHubHTTPError);
}

TEST_F(ReposRequests, MoveSendsBothIds) {
  transport->answer(200);

  api.move_repo("a/b", "c/d", {.repo_type = RepoType::space});

  EXPECT_EQ(line(0), "POST /api/repos/move");
  EXPECT_EQ(sent(0), json({{"fromRepo", "a/b"}, {"toRepo", "c/d"}, {"type", "space"}}));
}

TEST_F(ReposRequests, MoveNeedsNamespaces) {
  EXPECT_THROW(api.move_repo("a", "c/d"), HFValidationError);
  EXPECT_THROW(api.move_repo("a/b", "d"), HFValidationError);
  EXPECT_TRUE(transport->requests().empty());
}

TEST_F(ReposRequests, MoveSaysWhereToReadMore) {
  transport->answer(409, R"({"error":"taken"})");

  try {
    api.move_repo("a/b", "c/d");
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_THAT(error.what(), HasSubstr("repositories-settings#renaming"));
  }
}

TEST_F(ReposRequests, SettingsSendsWhatIsGiven) {
  transport->answer(200).answer(200).answer(200);

  api.update_repo_settings("a/b", {.gated = Gated::manual});
  api.update_repo_settings("a/b", {.gated = Gated::no, .private_repo = false});
  api.update_repo_settings("a/b", {.gated = Gated::automatic, .repo_type = RepoType::dataset});

  EXPECT_EQ(line(0), "PUT /api/models/a/b/settings");
  EXPECT_EQ(sent(0), json({{"gated", "manual"}}));
  EXPECT_EQ(sent(1), json({{"gated", false}, {"visibility", "public"}}));
  EXPECT_EQ(line(2), "PUT /api/datasets/a/b/settings");
  EXPECT_EQ(sent(2), json({{"gated", "auto"}}));
}

TEST_F(ReposRequests, SettingsNeedsSomethingToChange) {
  EXPECT_THROW(api.update_repo_settings("a/b"), HFValidationError);
  EXPECT_THROW(api.update_repo_settings("a/b", {.gated = Gated::no, .repo_type = RepoType::kernel}), HFValidationError);
  EXPECT_TRUE(transport->requests().empty());
}

}  // namespace
}  // namespace huggingface_hub
