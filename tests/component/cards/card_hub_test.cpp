// SPDX-License-Identifier: Apache-2.0
#include "component/hub/hub_fixture.hpp"

#include "huggingface_hub/cards/metadata.hpp"
#include "huggingface_hub/cards/repo_card.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace huggingface_hub {
namespace {

using ::testing::HasSubstr;

class CardOnTheHub : public testing::HubTest {
 protected:
  CardOnTheHub() {
    HfApiOptions options = client_options();
    options.cache_dir = folder.path() / "cache";
    api = HfApi(options);
  }

  std::string readme(const std::string& repo_id, RepoType type = RepoType::model,
                     const std::string& revision = "main") {
    return hub.read_file(repo_id, "README.md", revision, type).value_or("no README.md");
  }
};

TEST_F(CardOnTheHub, ComesBackAsItWasPushed) {
  hub.create_repo("user/m");
  const std::string content = "---\nlicense: mit\nemoji: 🎁\n---\n\n# Title\n";
  const CommitInfo commit = ModelCard(content).push_to_hub("user/m", {.api = &api});

  EXPECT_EQ(commit.oid, hub.resolve("user/m"));
  EXPECT_EQ(commit.commit_message, "Upload README.md with huggingface_hub");
  EXPECT_EQ(readme("user/m"), content);
  EXPECT_EQ(ModelCard::load("user/m", {.api = &api}).content(), content);
}

TEST_F(CardOnTheHub, IsValidatedWithoutATokenBeforeItIsPushed) {
  hub.create_repo("user/d", {.repo_type = RepoType::dataset});
  DatasetCard("---\nlicense: mit\n---\nbody").push_to_hub("user/d", {.api = &api});

  const auto checks = requests("POST", "/api/validate-yaml");
  ASSERT_FALSE(checks.empty());
  EXPECT_EQ(checks[0].user, "");
  EXPECT_EQ(checks[0].header("accept"), "text/plain");
  EXPECT_EQ(readme("user/d", RepoType::dataset), "---\nlicense: mit\n---\nbody");
}

TEST_F(CardOnTheHub, IsNotPushedWhereTheHubRefusesIt) {
  hub.create_repo("user/m");
  hub.clear_requests();
  try {
    ModelCard("---\nlicense: nothing-like-that\n---\nbody").push_to_hub("user/m", {.api = &api});
    FAIL() << "was pushed";
  } catch (const CardError& error) {
    EXPECT_THAT(error.what(), HasSubstr("\"license\" must be one of"));
  }
  EXPECT_TRUE(requests("POST", "/commit/").empty());
}

TEST_F(CardOnTheHub, GoesIntoAPullRequest) {
  hub.create_repo("user/m");
  const CommitInfo commit =
      ModelCard("---\nlicense: mit\n---\nbody")
          .push_to_hub("user/m",
                       {.api = &api, .commit_description = "Why", .commit_message = "Add a card", .create_pr = true});
  ASSERT_TRUE(commit.pr_revision);
  EXPECT_EQ(readme("user/m", RepoType::model, *commit.pr_revision), "---\nlicense: mit\n---\nbody");
  EXPECT_EQ(readme("user/m"), "no README.md");
}

TEST_F(CardOnTheHub, SaysWhatIsMissing) {
  hub.create_repo("user/empty");
  EXPECT_THROW(ModelCard::load("user/empty", {.api = &api}), EntryNotFoundError);
  EXPECT_THROW(ModelCard::load("user/none", {.api = &api}), RepositoryNotFoundError);
  EXPECT_THROW(ModelCard::load("./no/such/file.md", {.api = &api}), HFValidationError);
  EXPECT_THROW(ModelCard("---\nlicense: mit\n---\n").push_to_hub("user/none", {.api = &api}), RepositoryNotFoundError);
}

TEST_F(CardOnTheHub, IsNotHiddenByAFolderOfItsName) {
  hub.add_file("cards-test-user/folder", "README.md", "---\nlicense: mit\n---\nremote");
  std::filesystem::create_directories(folder.path() / "cards-test-user/folder");
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  EXPECT_EQ(ModelCard::load("cards-test-user/folder", {.api = &api}).text(), "remote");
  std::filesystem::current_path(before);
}

TEST_F(CardOnTheHub, IsReadFromAFileWithItsByteOrderMarkDropped) {
  const auto path = write("card.md", "\xEF\xBB\xBF---\r\nlicense: mit\r\n---\r\nbody\r\n");
  EXPECT_EQ(ModelCard::load(path.string(), {.api = &api}).content(), "---\r\nlicense: mit\r\n---\r\nbody\r\n");
  const auto bad = write("bad.md", "---\nlicense: mit\n---\n\xFF");
  EXPECT_THROW(ModelCard::load(bad.string(), {.api = &api}), CardError);
  EXPECT_EQ(hub.request_count(), 0U);
}

TEST_F(CardOnTheHub, GetsNewMetadata) {
  hub.add_file("user/m", "README.md", "---\nlicense: mit\nfoo: bar\n---\nbody");
  metadata_update("user/m", {{"tags", MetaValue::of({"a"})}}, {.api = &api});
  EXPECT_EQ(readme("user/m"), "---\nlicense: mit\nfoo: bar\ntags:\n- a\n---\nbody");

  EXPECT_THROW(metadata_update("user/m", {{"foo", "other"}}, {.api = &api}), CardError);
  metadata_update("user/m", {{"foo", "other"}, {"license", nullptr}}, {.api = &api, .overwrite = true});
  EXPECT_EQ(readme("user/m"), "---\nfoo: other\ntags:\n- a\n---\nbody");
}

TEST_F(CardOnTheHub, MergesResults) {
  hub.add_file("user/m", "README.md", "---\nlicense: mit\n---\nbody");
  MetadataEvalResultOptions result;
  result.dataset_id = "beans";
  result.dataset_pretty_name = "Beans";
  result.metrics_id = "accuracy";
  result.metrics_pretty_name = "Accuracy";
  result.metrics_value = 0.9;
  result.model_pretty_name = "M";
  result.task_id = "image-classification";
  result.task_pretty_name = "Image Classification";
  metadata_update("user/m", metadata_eval_result(result), {.api = &api});

  result.metrics_value = 0.95;
  EXPECT_THROW(metadata_update("user/m", metadata_eval_result(result), {.api = &api}), CardError);
  metadata_update("user/m", metadata_eval_result(result), {.api = &api, .overwrite = true});
  result.metrics_id = "f1";
  metadata_update("user/m", metadata_eval_result(result), {.api = &api});

  const ModelCard card = ModelCard::load("user/m", {.api = &api});
  ASSERT_EQ(card.data().eval_results()->size(), 2U);
  EXPECT_EQ(card.data().eval_results()->at(0).metric_value, MetaValue(0.95));
  EXPECT_EQ(card.data().eval_results()->at(1).metric_type, MetaValue("f1"));
  EXPECT_EQ(card.data().model_name(), "M");
}

TEST_F(CardOnTheHub, IsMadeFromTheTemplateWhereThereIsNone) {
  hub.create_repo("user/m");
  metadata_update("user/m", {{"license", "mit"}}, {.api = &api});
  EXPECT_THAT(readme("user/m"), ::testing::StartsWith("---\nlicense: mit\n---\n\n# Model Card for Model ID\n"));

  hub.create_repo("user/s", {.repo_type = RepoType::space});
  api.delete_file("README.md", "user/s", {.repo_type = RepoType::space});
  const MetadataUpdateOptions space{.api = &api, .repo_type = RepoType::space};
  EXPECT_THROW(metadata_update("user/s", {{"license", "mit"}}, space), CardError);
}

}  // namespace
}  // namespace huggingface_hub
