// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cards/meta_json.hpp"
#include "huggingface_hub/cards/repo_card.hpp"
#include "huggingface_hub/log.hpp"

#include "core/files.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace huggingface_hub {
namespace {

using ::testing::HasSubstr;

std::string error_of(const std::string& content) {
  try {
    ModelCard card(content);
    return "was accepted";
  } catch (const CardError& error) {
    return error.what();
  }
}

EvalResult beans() {
  return {.dataset_name = "Beans",
          .dataset_type = "beans",
          .metric_type = "accuracy",
          .metric_value = 0.9,
          .task_type = "image-classification"};
}

TEST(ModelCard, GivesDataAndText) {
  const ModelCard card("---\nlanguage: en\nlicense: mit\ntags: [b, a, b]\n---\n\n# My model\n");
  EXPECT_EQ(card.text(), "\n# My model\n");
  EXPECT_EQ(card.data().license(), "mit");
  EXPECT_FALSE(card.data().language()->is_list());
  EXPECT_EQ(card.data().tags(), (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(card.data().metrics(), std::nullopt);
}

TEST(ModelCard, KeepsOrderLineBreaksAndUnknownKeysWhenAFieldChanges) {
  ModelCard card("---\r\nzzz: [1]\r\nlicense: mit\r\nemoji: 🎁\r\n---\r\n\r\nbody\r\n");
  card.data().set("license", "apache-2.0");
  card.data().set("language", "en");
  EXPECT_EQ(card.content(),
            "---\r\nzzz:\r\n- 1\r\nlicense: apache-2.0\r\nemoji: 🎁\r\nlanguage: en\r\n---\r\n\r\nbody\r\n");
}

TEST(ModelCard, ReplacesItsText) {
  ModelCard card("---\nlicense: mit\n---\nold");
  card.set_text("new\n");
  EXPECT_EQ(card.content(), "---\nlicense: mit\n---\nnew\n");
}

TEST(ModelCard, TakesAllForTextWhereThereIsNoBlock) {
  std::vector<std::string> warnings;
  set_log_level(LogLevel::warning);
  set_log_sink([&warnings](LogLevel, std::string_view message) { warnings.emplace_back(message); });
  const ModelCard card("# Title\n");
  set_log_sink({});
  EXPECT_EQ(card.text(), "# Title\n");
  EXPECT_EQ(card.content(), "---\n{}\n---\n# Title\n");
  EXPECT_THAT(warnings, ::testing::ElementsAre(HasSubstr("metadata block was not found")));
}

TEST(ModelCard, RefusesABlockThatIsNoMapping) {
  EXPECT_EQ(error_of("---\n- a\n---\n"), "repo card metadata block should be a dict");
  EXPECT_THAT(error_of("---\na: [\n---\n"), HasSubstr("line "));
  EXPECT_THAT(error_of("---\n1: a\n---\n"), HasSubstr("no text"));
}

TEST(ModelCard, LeavesTheCardAsItWasWhereNewContentIsRefused) {
  ModelCard card("---\nlicense: mit\n---\nbody");
  EXPECT_THROW(card.set_content("---\n- a\n---\nother"), CardError);
  EXPECT_EQ(card.content(), "---\nlicense: mit\n---\nbody");
}

TEST(ModelCard, CopiesAreOfTheSameKindAndIndependent) {
  ModelCard card("---\nlicense: mit\n---\nbody");
  ModelCard copy = card;
  copy.data().set_eval_results(std::vector<EvalResult>{beans()});
  copy.data().set("license", "other");
  EXPECT_EQ(card.data().license(), "mit");
  card = std::move(copy);
  EXPECT_TRUE(card.data().eval_results().has_value());
  EXPECT_EQ(card.data().license(), "other");
}

TEST(ModelCard, IsTheSameAfterSaving) {
  const testing::TempDir folder;
  const auto path = folder.path() / "new" / "README.md";
  const std::string content = "---\r\nlicense: mit\r\n---\r\nbody\r\n";
  ModelCard(content).save(path);
  EXPECT_EQ(files::read_text(path).value(), content);
}

TEST(ModelCard, SurvivesManyLineBreaks) {
  const std::string feeds(200'000, '\n');
  EXPECT_EQ(ModelCard("---\na: 1\n---\n" + feeds).text(), feeds);
}

TEST(ModelIndex, IsTakenApartAndPutTogether) {
  const std::string index =
      "model-index:\n- name: m\n  results:\n  - task:\n      type: t\n    dataset:\n      name: D\n      type: d\n"
      "      args:\n        date: 20220120\n    metrics:\n    - type: acc\n      value: 0.2662102282047272\n"
      "      verified: true\n    source:\n      url: https://x\n      name: X";
  const ModelCard card("---\n" + index + "\nlicense: mit\n---\nbody");
  ASSERT_TRUE(card.data().eval_results());
  const EvalResult& result = card.data().eval_results()->at(0);
  EXPECT_EQ(result.metric_value, MetaValue(0.2662102282047272));
  EXPECT_EQ(result.verified, MetaValue(true));
  EXPECT_EQ(card.data().model_name(), "m");
  EXPECT_EQ(card.content(), "---\nlicense: mit\n" + index + "\n---\nbody");
}

TEST(ModelIndex, IsAnErrorWhereSomethingIsMissing) {
  const std::string broken =
      "---\nmodel-index:\n- name: m\n  results:\n  - task: {type: t}\n    metrics: []\n---\nbody";
  EXPECT_THAT(error_of(broken), ::testing::AllOf(HasSubstr("Invalid `model_index` in metadata cannot be parsed"),
                                                 HasSubstr("'dataset'")));
  const ModelCard card(broken, {.ignore_metadata_errors = true});
  EXPECT_EQ(card.data().eval_results(), std::nullopt);
  EXPECT_EQ(card.content(), "---\n{}\n---\nbody");
}

TEST(ModelIndex, GroupsResultsOfOneDataSet) {
  EvalResult second = beans();
  second.metric_type = "f1";
  second.dataset_args = MetaMap{{"a", nullptr}, {"b", MetaValue::of({nullptr, 1})}};
  EvalResult other = beans();
  other.dataset_config = "no";
  const ModelCardData data({.eval_results = std::vector<EvalResult>{beans(), other, second}, .model_name = "m"});
  EXPECT_EQ(data.to_yaml(),
            "model-index:\n- name: m\n  results:\n  - task:\n      type: image-classification\n    dataset:\n"
            "      name: Beans\n      type: beans\n    metrics:\n    - type: accuracy\n      value: 0.9\n"
            "    - type: f1\n      value: 0.9\n  - task:\n      type: image-classification\n    dataset:\n"
            "      name: Beans\n      type: beans\n      config: 'no'\n    metrics:\n    - type: accuracy\n"
            "      value: 0.9");
}

TEST(ModelCardData, WritesFieldsInTheOrderOfTheClass) {
  const ModelCardData data({.base_model = std::vector<std::string>{"a/b"},
                            .extra = {{"widget", MetaList{}}, {"inference", false}},
                            .language = "en",
                            .library_name = "timm",
                            .license = "mit",
                            .tags = std::vector<std::string>{"x", "y", "x"}});
  EXPECT_EQ(data.to_yaml(),
            "base_model:\n- a/b\nlanguage: en\nlibrary_name: timm\nlicense: mit\ntags:\n- x\n- y\nwidget: []\n"
            "inference: false");
}

TEST(ModelCardData, NeedsANameForResults) {
  const ModelCardFields without_name{.eval_results = std::vector<EvalResult>{beans()}};
  EXPECT_THROW(ModelCardData{without_name}, CardError);
  EvalResult bad_source = beans();
  bad_source.source_name = "X";
  const ModelCardFields without_url{.eval_results = std::vector<EvalResult>{bad_source}, .model_name = "m"};
  EXPECT_THROW(ModelCardData{without_url}, CardError);
}

TEST(CardData, IsADictionary) {
  ModelCardData data;
  EXPECT_EQ(data.size(), 12U);
  EXPECT_TRUE(data.contains("license"));
  EXPECT_EQ(data.get("license", "fallback"), MetaValue("fallback"));
  EXPECT_TRUE(data.at("license").is_null());
  EXPECT_THROW((void)data.at("nothing"), std::out_of_range);
  data["foo"] = 1;
  EXPECT_EQ(data.pop("foo"), MetaValue(1));
  EXPECT_FALSE(data.contains("foo"));
  EXPECT_EQ(data.to_yaml(), "{}");
}

TEST(CardData, PutsTheOriginalOrderFirst) {
  const ModelCardData data(
      MetaMap{{"zzz", 1}, {"license", "mit"}, {"aaa", 2}, {"language", "en"}, {"mmm", 3}, {"none", nullptr}});
  EXPECT_EQ(data.to_yaml({.original_order = {"license", "language"}}),
            "license: mit\nlanguage: en\nzzz: 1\naaa: 2\nmmm: 3");
}

TEST(DatasetCardData, WritesTrainEvalIndexWithDashes) {
  const DatasetCard card("---\ntrain-eval-index:\n- config: a\npretty_name: X\n---\n");
  EXPECT_EQ(card.content(), "---\npretty_name: X\ntrain-eval-index:\n- config: a\n---\n");
  EXPECT_EQ(card.repo_type(), RepoType::dataset);
}

TEST(MetaJson, GoesBothWays) {
  const auto json = nlohmann::ordered_json::parse(R"({"b": [1, 2.5, null], "a": {"c": true, "d": "x"}})");
  EXPECT_EQ(meta_value_to_json(meta_value_from_json(json)).dump(), json.dump());
}

}  // namespace
}  // namespace huggingface_hub
