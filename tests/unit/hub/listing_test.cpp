// SPDX-License-Identifier: Apache-2.0
#include "fake_hub.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;

struct Listing : testing::FakeHubTest {
  template <typename Range>
  static std::vector<std::string> ids(const Range& range) {
    std::vector<std::string> all;
    for (const auto& item : range) all.push_back(item.id);
    return all;
  }
};

TEST_F(Listing, MakesNoRequestBeforeTheLoop) {
  const auto models = api.list_models();
  EXPECT_TRUE(transport->requests().empty());
}

TEST_F(Listing, SendsTheFiltersOfModels) {
  transport->answer(200, "[]");

  ids(api.list_models({.apps = "ollama",
                       .author = "acme",
                       .cardData = true,
                       .fetch_config = true,
                       .filter = {"a b", "c"},
                       .full = true,
                       .gated = false,
                       .inference = "warm",
                       .inference_provider = {"x", "y"},
                       .limit = 5,
                       .num_parameters = "min:6B,max:128B",
                       .pipeline_tag = "fill-mask",
                       .search = "bert",
                       .sort = "last_modified",
                       .trained_dataset = {"squad", "dataset:glue"}}));

  EXPECT_EQ(line(0),
            "GET /api/models?filter=a%20b&filter=c&filter=dataset%3Asquad&filter=dataset%3Aglue&author=acme&apps=ollama"
            "&gated=false&inference=warm&inference_provider=x&inference_provider=y&pipeline_tag=fill-mask"
            "&num_parameters=min%3A6B%2Cmax%3A128B&search=bert&sort=lastModified&limit=5&full=true&config=true"
            "&cardData=true");
}

TEST_F(Listing, SendsTheFiltersOfDatasets) {
  transport->answer(200, "[]");

  ids(api.list_datasets({.benchmark = "official",
                         .dataset_name = "n",
                         .language = {"en", "language:fr"},
                         .search = "s",
                         .size_categories = "1M",
                         .sort = "trending_score",
                         .task_ids = "t"}));

  EXPECT_EQ(
      line(0),
      "GET /api/datasets?filter=language%3Aen&filter=language%3Afr&filter=size_categories%3A1M&filter=task_ids%3At"
      "&filter=benchmark%3Aofficial&search=n&search=s&sort=trendingScore");
}

TEST_F(Listing, SendsTheFiltersOfSpaces) {
  transport->answer(200, "[]");

  ids(api.list_spaces({.datasets = "d",
                       .expand = {"sha", "sdk"},
                       .filter = "f",
                       .linked = true,
                       .models = {"m", "n"},
                       .sort = "created_at"}));

  EXPECT_EQ(line(0),
            "GET /api/spaces?filter=f&sort=createdAt&linked=true&datasets=d&models=m&models=n&expand=sha&expand=sdk");
}

TEST_F(Listing, FollowsTheLinksAsTheyAre) {
  transport->answer(200, R"([{"id":"a/1"},{"id":"a/2"}])",
                    {{"Link", R"(</api/models?cursor=x%3D&search=q>; rel="next")"}});
  transport->answer(200, R"([{"id":"a/3"}])");

  EXPECT_THAT(ids(api.list_models({.search = "q"})), ElementsAre("a/1", "a/2", "a/3"));
  EXPECT_EQ(line(1), "GET /api/models?cursor=x%3D&search=q");
  EXPECT_EQ(header(1, "Authorization"), "Bearer hf_secret");
}

TEST_F(Listing, FetchesNoPageThatIsNotReached) {
  transport->answer(200, R"([{"id":"a/1"}])", {{"Link", R"(<http://hub.test/next>; rel="next")"}});

  for (const ModelInfo& model : api.list_models()) {
    EXPECT_EQ(model.id, "a/1");
    break;
  }

  EXPECT_EQ(transport->requests().size(), 1U);
}

TEST_F(Listing, StopsAtTheLimitWhateverTheServerSends) {
  transport->answer(200, R"([{"id":"a/1"},{"id":"a/2"},{"id":"a/3"}])",
                    {{"Link", R"(<http://hub.test/next>; rel="next")"}});

  EXPECT_THAT(ids(api.list_models({.limit = 2})), ElementsAre("a/1", "a/2"));
  EXPECT_EQ(transport->requests().size(), 1U);
}

TEST_F(Listing, RepeatsAPageThatFailed) {
  transport->answer(503, "").answer(200, R"([{"id":"a/1"}])");

  EXPECT_THAT(ids(api.list_models()), ElementsAre("a/1"));
}

TEST_F(Listing, DoesNotGoRoundInCircles) {
  transport->answer(200, R"([{"id":"a/1"}])", {{"Link", R"(<http://hub.test/next>; rel="next")"}});
  transport->answer(200, R"([{"id":"a/2"}])", {{"Link", R"(<http://hub.test/next>; rel="next")"}});

  EXPECT_THROW(ids(api.list_models()), HfHubHTTPError);
}

TEST_F(Listing, KeepsModelsWithinTheEmissions) {
  transport->answer(200, R"([{"id":"a/none","cardData":{}},{"id":"a/low","cardData":{"co2_eq_emissions":0.5}},
    {"id":"a/fits","cardData":{"co2_eq_emissions":{"emissions":"about 7.5 g"}}},{"id":"a/high","cardData":{"co2_eq_emissions":90}}])");

  EXPECT_THAT(ids(api.list_models({.cardData = true, .emissions_thresholds = std::pair(1.0, 10.0)})),
              ElementsAre("a/fits"));
}

TEST_F(Listing, RefusesWhatExcludesEachOther) {
  EXPECT_THROW((void)api.list_models({.expand = {"sha"}, .full = true}), HFValidationError);
  EXPECT_THROW((void)api.list_models({.cardData = true, .expand = {"sha"}}), HFValidationError);
  EXPECT_THROW((void)api.list_models({.emissions_thresholds = std::pair(1.0, 2.0)}), HFValidationError);
  EXPECT_THROW((void)api.list_datasets({.expand = {"sha"}, .full = true}), HFValidationError);
  EXPECT_THROW((void)api.list_spaces({.expand = {"sha"}, .full = true}), HFValidationError);
}

}  // namespace
}  // namespace huggingface_hub
