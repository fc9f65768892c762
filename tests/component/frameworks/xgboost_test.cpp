// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include "huggingface_hub/xgboost.hpp"

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::expect_refusal;
using testing::FrameworkTest;
using xgboost::Booster;

const std::vector<float> kRows{0, 0, 0, 1, 1, 0, 1, 1, 0.2F, 0.9F, 0.8F, 0.1F};

/// Learns a few trees over two features.
Booster trained(const std::string& objective) {
  const std::vector<float> labels{0, 1, 1, 0, 1, 1};
  DMatrixHandle data = nullptr;
  xgboost::check(XGDMatrixCreateFromMat(kRows.data(), labels.size(), 2, -1, &data), "data");
  xgboost::check(XGDMatrixSetFloatInfo(data, "label", labels.data(), labels.size()), "labels");
  BoosterHandle handle = nullptr;
  xgboost::check(XGBoosterCreate(&data, 1, &handle), "booster");
  Booster booster(handle);
  for (const auto& [name, value] : std::map<std::string, std::string>{
           {"objective", objective}, {"max_depth", "3"}, {"min_child_weight", "0"}, {"verbosity", "0"}, {"nthread", "1"}}) {
    xgboost::check(XGBoosterSetParam(handle, name.c_str(), value.c_str()), name);
  }
  for (int i = 0; i < 5; ++i) xgboost::check(XGBoosterUpdateOneIter(handle, i, data), "training");
  XGDMatrixFree(data);
  return booster;
}

TEST_F(FrameworkTest, XgboostBoosterGoesToTheHubAndComesBack) {
  const Booster booster = trained("binary:logistic");
  const CommitInfo commit = push_to_hub_xgboost(booster, "user/churn", push());

  EXPECT_EQ(commit.commit_message, "Push XGBoost model using huggingface_hub.");
  EXPECT_THAT(*hub.list_files("user/churn"), ElementsAre(".gitattributes", "README.md", "config.json", "model.json"));
  EXPECT_THAT(pushed("user/churn", "README.md"),
              HasSubstr("---\nlibrary_name: xgboost\npipeline_tag: tabular-classification\ntags:\n- xgboost\n---"));
  EXPECT_EQ(pushed_config("user/churn"),
            (nlohmann::json{{"framework", "xgboost"}, {"framework_version", xgboost::version()}}));

  const Booster back = from_pretrained_xgboost("user/churn", pull());
  EXPECT_EQ(back.predict(kRows, 2), booster.predict(kRows, 2));
  EXPECT_EQ(back.objective(), "binary:logistic");
  for (const auto& request : hub.requests()) {
    EXPECT_THAT(request.header("user-agent"), ::testing::StartsWith("xgboost/" + xgboost::version() + "; "));
  }
}

TEST_F(FrameworkTest, XgboostBoosterKeepsItsFormat) {
  Booster booster = trained("reg:squarederror");
  booster.set_format(xgboost::Format::ubj);
  push_to_hub_xgboost(booster, "user/price", push());
  EXPECT_THAT(*hub.list_files("user/price"), ElementsAre(".gitattributes", "README.md", "config.json", "model.ubj"));
  EXPECT_THAT(pushed("user/price", "README.md"), HasSubstr("pipeline_tag: tabular-regression"));
  const Booster back = from_pretrained_xgboost("user/price", pull());
  EXPECT_EQ(back.format(), xgboost::Format::ubj);
  EXPECT_EQ(back.predict(kRows, 2), booster.predict(kRows, 2));
}

struct ChurnConfig {
  double threshold{0.5};
};
HUGGINGFACE_HUB_CONFIG(ChurnConfig, threshold)

class Churn : public XgboostModelHubMixin<Churn> {
 public:
  explicit Churn(ChurnConfig config = {}) : config_(config) {}
  double threshold() const { return config_.threshold; }

 private:
  friend access;
  Booster& hub_model() { return booster; }
  const ChurnConfig& hub_config() const { return config_; }
  static MixinInfo hub_info() {
    MixinInfo info;
    info.pipeline_tag = "tabular-other";
    return info;
  }
  ChurnConfig config_;

 public:
  Booster booster{};
};

TEST_F(FrameworkTest, XgboostMixinOwnsABooster) {
  Churn model(ChurnConfig{0.25});
  model.booster = trained("binary:logistic");
  model.push_to_hub("user/churn", push());
  EXPECT_EQ(pushed_config("user/churn")["threshold"], 0.25);
  EXPECT_EQ(pushed_config("user/churn")["framework"], "xgboost");
  EXPECT_THAT(pushed("user/churn", "README.md"), HasSubstr("pipeline_tag: tabular-other\ntags:\n- model_hub_mixin\n- xgboost\n"));

  FromPretrainedOptions options = pull();
  EXPECT_EQ(Churn::from_pretrained("user/churn", options).threshold(), 0.25);
  options.model_kwargs = {{"threshold", 0.75}};
  const Churn back = Churn::from_pretrained("user/churn", options);
  EXPECT_EQ(back.threshold(), 0.75);
  EXPECT_EQ(back.booster.predict(kRows, 2), model.booster.predict(kRows, 2));
}

TEST_F(FrameworkTest, XgboostFileOfAnotherNameIsAskedForByName) {
  trained("binary:logistic").save(home.path() / "m.json");
  hub.add_file("user/named", "trees/v2.json", testing::read_file(home.path() / "m.json"));
  EXPECT_THROW(from_pretrained_xgboost("user/named", pull()), EntryNotFoundError);
  FromPretrainedOptions options = pull();
  options.model_kwargs = {{"filename", "trees/v2.json"}};
  EXPECT_EQ(from_pretrained_xgboost("user/named", options).objective(), "binary:logistic");
}

TEST_F(FrameworkTest, XgboostSaysWhatIsWrong) {
  hub.add_files("user/broken", {{"model.json", "{\"learner\": {\"a"}});
  expect_refusal([&] { from_pretrained_xgboost("user/broken", pull()); }, "XGBoost says");
  hub.add_files("user/other", {{"config.json", R"({"framework": "eigen"})"}, {"model.json", "{}"}});
  expect_refusal([&] { from_pretrained_xgboost("user/other", pull()); }, "is a model of the framework 'eigen'");
  hub.add_files("user/none", {{"config.json", "{}"}});
  expect_refusal([&] { from_pretrained_xgboost("user/none", pull()); }, "model.json");
  const Booster booster = trained("binary:logistic");
  EXPECT_THROW(booster.predict(kRows, 5), HFValidationError);
  EXPECT_THROW(booster.predict(kRows, 3), HfHubError);
}

}  // namespace
}  // namespace huggingface_hub
