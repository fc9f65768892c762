// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cards/repo_card.hpp"
#include "huggingface_hub/cards/widget.hpp"
#include "huggingface_hub/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// The card with its widget read into examples and set again.
std::string through_examples(const std::string& content) {
  ModelCard card(content);
  card.data().set_widget(card.data().widget().value());
  if (const auto inference = card.data().inference()) card.data().set_inference(*inference);
  return card.content();
}

TEST(Widget, ComesBackAsItWas) {
  for (const char* metadata :
       {"pipeline_tag: text-to-image\nbase_model: acme/base-diffusion\ninstance_prompt: sks lighthouse\ninference:\n"
        "  parameters:\n    guidance_scale: 4.5\nwidget:\n- text: sks lighthouse in a storm\n  example_title: Storm\n"
        "  parameters:\n    negative_prompt: text\n  output:\n    url: images/storm.png\n",
        "pipeline_tag: text-classification\nwidget:\n- text: The parts arrived on time.\n  output:\n"
        "  - label: positive\n    score: 0.97\n  - label: negative\n    score: 0.03\n",
        "pipeline_tag: text-generation\ntags:\n- conversational\nwidget:\n- messages:\n  - role: user\n"
        "    content: Name three prime numbers.\n",
        "inference: false\nwidget:\n- source_sentence: a\n  sentences:\n  - b\n  - c\n- text: q\n  context: c\n"
        "- text: q\n  table:\n    Name:\n    - a\n  candidate_labels: x, y\n  multi_class: true\n",
        "inference: true\nwidget: []\n"}) {
    const std::string content = std::string("---\n") + metadata + "---\nbody";
    EXPECT_EQ(through_examples(content), content);
  }
}

TEST(Widget, LosesNothingThatItDoesNotKnow) {
  EXPECT_EQ(through_examples("---\nwidget:\n- new_key: [1]\n  text: 5\n  src: a.png\n  sentences: [a, 1]\n  table: {}\n---\n"),
            "---\nwidget:\n- src: a.png\n  new_key:\n  - 1\n  text: 5\n  sentences:\n  - a\n  - 1\n  table: {}\n---\n");
}

TEST(Widget, IsMadeOfTypedFields) {
  WidgetExample example;
  example.example_title = "Greeting";
  example.text = "Hello";
  const ModelCardData data({.inference = InferenceSettings{true, {{"temperature", 0.7}}},
                            .pipeline_tag = "text-generation",
                            .widget = std::vector<WidgetExample>{example}});
  EXPECT_EQ(data.to_yaml(),
            "pipeline_tag: text-generation\ninference:\n  parameters:\n    temperature: 0.7\nwidget:\n- text: Hello\n"
            "  example_title: Greeting");
  EXPECT_EQ(data.inference()->parameters, (MetaMap{{"temperature", 0.7}}));
  EXPECT_EQ(data.widget()->at(0).text, "Hello");
}

TEST(Widget, IsAbsentWhereTheCardSaysNothingOfIt) {
  const ModelCardData data;
  EXPECT_FALSE(data.widget().has_value());
  EXPECT_FALSE(data.inference().has_value());
  EXPECT_FALSE(ModelCardData(MetaMap{{"widget", "text"}, {"inference", "yes"}}).inference().has_value());
}

TEST(PipelineTag, IsWarnedOfWhereItIsUnknown) {
  std::vector<std::string> warnings;
  set_log_level(LogLevel::warning);
  set_log_sink([&warnings](LogLevel, std::string_view message) { warnings.emplace_back(message); });
  ModelCardData data;
  data.set_pipeline_tag("text-classification");
  data.set_pipeline_tag("mind-reading");
  set_log_sink({});
  EXPECT_THAT(warnings, ElementsAre(HasSubstr("'mind-reading'")));
  EXPECT_EQ(data.pipeline_tag(), "mind-reading");
  EXPECT_EQ(known_pipeline_tags().size(), 57U);
}

TEST(WidgetCheck, HasNothingToSayOfAGoodExample) {
  WidgetExample chat;
  chat.messages = MetaValue::of({MetaMap{{"role", "user"}, {"content", "hi"}}});
  EXPECT_THAT(check_widget("text-generation", chat), IsEmpty());
  WidgetExample picture;
  picture.src = "https://host/cat.png";
  EXPECT_THAT(check_widget("image-classification", picture, {"README.md"}), IsEmpty());
}

TEST(WidgetCheck, SaysWhatDoesNotFit) {
  WidgetExample text;
  text.text = "a";
  EXPECT_THAT(check_widget("image-classification", text),
              ElementsAre(HasSubstr("needs `src`")));
  EXPECT_THAT(check_widget("nonsense", text), ElementsAre(HasSubstr("no task")));

  const WidgetExample labels = widget_example_from_map({{"text", "a"}, {"candidate_labels", MetaValue::of({"x"})}});
  EXPECT_THAT(check_widget("zero-shot-classification", labels), ElementsAre(HasSubstr("one text with commas")));

  WidgetExample file;
  file.src = "cat.png";
  EXPECT_THAT(check_widget("image-classification", file, {"README.md"}), ElementsAre(HasSubstr("no file")));

  WidgetExample chat;
  chat.messages = MetaValue::of({MetaMap{{"role", "system"}, {"content", "hi"}}});
  EXPECT_THAT(check_widget("text-generation", chat), ElementsAre(HasSubstr("role `user`")));

  WidgetExample odd;
  odd.text = "a";
  odd.src = "https://x/y.png";
  EXPECT_THAT(check_widget("translation", odd), ElementsAre(HasSubstr("does not read `src`")));
}

}  // namespace
}  // namespace huggingface_hub
