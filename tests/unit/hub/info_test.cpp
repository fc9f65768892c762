// SPDX-License-Identifier: Apache-2.0
#include "fake_hub.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/json.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;

struct Info : testing::FakeHubTest {};

TEST_F(Info, AsksForTheRevisionAndForMore) {
  for (int i = 0; i < 5; ++i) transport->answer(200, R"({"id":"a/b"})");

  api.model_info("a/b");
  api.model_info("a/b", {.files_metadata = true, .revision = "refs/pr/3", .securityStatus = true});
  api.dataset_info("a/b", {.expand = {"sha", "likes"}});
  api.space_info("a/b");
  api.kernel_info("a/b", {.revision = "v1"});

  EXPECT_EQ(line(0), "GET /api/models/a/b");
  EXPECT_EQ(line(1), "GET /api/models/a/b/revision/refs%2Fpr%2F3?securityStatus=true&blobs=true");
  EXPECT_EQ(line(2), "GET /api/datasets/a/b?expand=sha&expand=likes");
  EXPECT_EQ(line(3), "GET /api/spaces/a/b");
  EXPECT_EQ(line(4), "GET /api/kernels/a/b/revision/v1");
}

TEST_F(Info, ReadsWhatTheHubSaysOfAModel) {
  transport->answer(200, R"({
    "id":"acme/tiny","author":"acme","sha":"0123456789012345678901234567890123456789","private":false,"gated":"manual",
    "lastModified":"2025-01-02T03:04:05.678Z","createdAt":"2024-01-01T00:00:00.000Z","disabled":false,
    "downloads":7,"downloadsAllTime":99,"likes":3,"trendingScore":-1,"usedStorage":12345678901,
    "tags":["a","b"],"library_name":"transformers","pipeline_tag":"text-generation","mask_token":"<mask>",
    "cardData":{"license":"mit"},"model-index":[{"name":"x"}],"config":{"a":1},
    "siblings":[{"rfilename":"config.json","size":5,"blobId":"abc"},
                {"rfilename":"w.safetensors","size":9,"blobId":"def","lfs":{"size":9,"sha256":"fe","pointerSize":134}}],
    "safetensors":{"parameters":{"F32":10},"total":10},
    "transformersInfo":{"auto_model":"AutoModel"},
    "inferenceProviderMapping":{"hf-inference":{"providerId":"p","status":"live","task":"t"}},
    "somethingNew":{"x":1}})");

  const ModelInfo info = api.model_info("acme/tiny");

  EXPECT_EQ(info.id, "acme/tiny");
  EXPECT_EQ(info.author, "acme");
  EXPECT_EQ(info.gated, Gated::manual);
  EXPECT_EQ(info.private_repo, false);
  EXPECT_EQ(info.downloads, 7U);
  EXPECT_EQ(info.trending_score, -1);
  EXPECT_EQ(info.used_storage, 12345678901U);
  EXPECT_EQ(info.last_modified->time_since_epoch(), std::chrono::milliseconds(1735787045678));
  EXPECT_THAT(*info.tags, ElementsAre("a", "b"));
  EXPECT_EQ(info.library_name, "transformers");
  EXPECT_EQ(parse(info.card_data)["license"], "mit");
  EXPECT_EQ(parse(info.model_index)[0]["name"], "x");
  ASSERT_EQ(info.siblings->size(), 2U);
  EXPECT_EQ((*info.siblings)[0].size, 5U);
  EXPECT_FALSE((*info.siblings)[0].lfs);
  EXPECT_EQ((*info.siblings)[1].lfs->sha256, "fe");
  EXPECT_EQ((*info.siblings)[1].lfs->pointer_size, 134U);
  EXPECT_EQ(info.safetensors->parameters.at("F32"), 10U);
  EXPECT_EQ(info.transformers_info->auto_model, "AutoModel");
  ASSERT_EQ(info.inference_provider_mapping.size(), 1U);
  EXPECT_EQ(info.inference_provider_mapping[0].provider, "hf-inference");
  EXPECT_TRUE(info.widget_data.empty());
}

TEST_F(Info, LeavesUnsetWhatIsMissingOrStrange) {
  transport->answer(200, R"({"id":"a/b","likes":"many","tags":7,"lastModified":"yesterday","gated":false,"sha":null})");

  const ModelInfo info = api.model_info("a/b");

  EXPECT_FALSE(info.likes);
  EXPECT_FALSE(info.tags);
  EXPECT_FALSE(info.last_modified);
  EXPECT_FALSE(info.sha);
  EXPECT_FALSE(info.siblings);
  EXPECT_EQ(info.gated, Gated::no);
}

TEST_F(Info, GivesTheAlternativeOfTheType) {
  transport->answer(200, R"({"id":"a/b","sdk":"gradio","sha":"s"})");

  const RepoInfo info = api.repo_info("a/b", {.repo_type = RepoType::space});

  EXPECT_EQ(std::get<SpaceInfo>(info).sdk, "gradio");
  EXPECT_EQ(id_of(info), "a/b");
  EXPECT_EQ(sha_of(info), "s");
}

TEST_F(Info, RefusesExpandTogetherWithTheOthers) {
  EXPECT_THROW(api.model_info("a/b", {.expand = {"sha"}, .files_metadata = true}), HFValidationError);
  EXPECT_THROW(api.model_info("a/b", {.expand = {"sha"}, .securityStatus = true}), HFValidationError);
  EXPECT_TRUE(transport->requests().empty());
}

TEST_F(Info, KnowsWhetherARepositoryExists) {
  transport->answer(200, R"({"id":"a/b"})")
      .answer(403, "", error_code("GatedRepo"))
      .answer(404, "", error_code("RepoNotFound"))
      .answer(500, "");

  EXPECT_TRUE(api.repo_exists("a/b"));
  EXPECT_TRUE(api.repo_exists("a/b"));
  EXPECT_FALSE(api.repo_exists("a/b"));
  EXPECT_THROW((void)api.repo_exists("a/b"), HfHubHTTPError);
}

TEST_F(Info, KnowsWhetherARevisionExists) {
  transport->answer(200, R"({"id":"a/b"})")
      .answer(404, "", error_code("RevisionNotFound"))
      .answer(404, "", error_code("RepoNotFound"));

  EXPECT_TRUE(api.revision_exists("a/b", "v1"));
  EXPECT_FALSE(api.revision_exists("a/b", "v2"));
  EXPECT_FALSE(api.revision_exists("a/b", "v1"));
}

TEST_F(Info, KnowsWhetherAFileExists) {
  transport->answer(302, "", {{"Location", "https://cdn.test/x"}})
      .answer(404, "", error_code("EntryNotFound"))
      .answer(404, "", error_code("RevisionNotFound"))
      .answer(404, "", error_code("RepoNotFound"))
      .answer(403, "", error_code("GatedRepo"));

  EXPECT_TRUE(api.file_exists("a/b", "sub dir/f?.bin", {.repo_type = RepoType::dataset, .revision = "x/y"}));
  EXPECT_EQ(line(0), "HEAD /datasets/a/b/resolve/x%2Fy/sub%20dir/f%3F.bin");
  EXPECT_EQ(header(0, "Accept-Encoding"), "identity");
  EXPECT_FALSE(api.file_exists("a/b", "f"));
  EXPECT_FALSE(api.file_exists("a/b", "f"));
  EXPECT_FALSE(api.file_exists("a/b", "f"));
  EXPECT_THROW((void)api.file_exists("a/b", "f"), GatedRepoError);
}

struct BadRevision : Info, ::testing::WithParamInterface<std::string> {};
TEST_P(BadRevision, IsNotSent) {
  EXPECT_THROW(api.model_info("a/b", {.revision = GetParam()}), HFValidationError);
  EXPECT_THROW((void)api.list_repo_tree("a/b", {.revision = GetParam()}), HFValidationError);
  EXPECT_THROW((void)api.file_exists("a/b", "f", {.revision = GetParam()}), HFValidationError);
  EXPECT_TRUE(transport->requests().empty());
}
INSTANTIATE_TEST_SUITE_P(Info, BadRevision, ::testing::Values("", "..", "a/../b", "../x", "a\nb"));

}  // namespace
}  // namespace huggingface_hub
