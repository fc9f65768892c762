// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.hpp"

#include "huggingface_hub/model_hub_mixin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

template <typename Model>
struct Saves : ModelHubMixin<Model> {
  void _save_pretrained(const fs::path&) const {}
  static Model _from_pretrained(const FromPretrainedArgs&) { return {}; }
};

struct Bare : Saves<Bare> {};

struct Described : Saves<Described> {
  static MixinInfo hub_info() {
    return {.docs_url = "https://docs",
            .language = "en",
            .library_name = "my-lib",
            .license = "mit",
            .paper_url = "https://paper",
            .pipeline_tag = "text-classification",
            .repo_url = "https://r",
            .tags = {"b", "a", "b"}};
  }
};

struct Child : Saves<Child> {
  static MixinInfo hub_info() { return inherit_info<Described>({.license = "apache-2.0", .tags = {"c"}}); }
};

struct Sibling : Saves<Sibling> {
  static MixinInfo hub_info() { return inherit_info<Described>({.tags = {"d"}}); }
};

/// Adds to the card of the mixin.
struct Noted : Saves<Noted> {
  ModelCard generate_model_card(const json& kwargs = json::object()) const {
    ModelCard card = ModelHubMixin<Noted>::generate_model_card(kwargs);
    card.data().set("metrics", MetaValue(std::vector<std::string>{"accuracy"}));
    card.set_text(card.text() + "\n## Notes");
    return card;
  }
};

/// A template of its own.
struct Templated : Saves<Templated> {
  static MixinInfo hub_info() {
    MixinInfo info;
    info.model_card_template =
        "---\n{{ card_data }}\n---\nRepo {{ repo_url }}, {{ custom_data }}, "
        "{{ paper_url | default(\"no paper\", true) }}\n";
    return info;
  }
};

TEST(MixinCard, HasTheShapeOfPythons) {
  const std::string card = Described().generate_model_card().content();
  EXPECT_THAT(card, ::testing::StartsWith("---\nlanguage: en\nlibrary_name: my-lib\nlicense: mit\n"
                                          "pipeline_tag: text-classification\ntags:\n- a\n- b\n- model_hub_mixin\n---\n\n"));
  EXPECT_THAT(card, ::testing::EndsWith("\n- Code: https://r\n- Paper: https://paper\n- Docs: https://docs"));
}

TEST(MixinCard, SaysWhatIsMissing) {
  const std::string card = Bare().generate_model_card().content();
  EXPECT_THAT(card, ::testing::StartsWith("---\ntags:\n- model_hub_mixin\n---\n\n"));
  EXPECT_THAT(card, HasSubstr("- Code: [More Information Needed]\n- Paper: [More Information Needed]\n"));
}

TEST(MixinCard, IsWrittenWhereThereIsNoneAndLeftAloneElse) {
  const testing::TempDir folder;
  Bare().save_pretrained(folder.path());
  const std::string written = testing::read_file(folder.path() / "README.md");
  EXPECT_EQ(written, Bare().generate_model_card().content());

  testing::write_file(folder.path() / "README.md", "mine");
  Bare().save_pretrained(folder.path());
  EXPECT_EQ(testing::read_file(folder.path() / "README.md"), "mine");
}

TEST(MixinCard, ComesBackEqual) {
  const testing::TempDir folder;
  Described().save_pretrained(folder.path());
  const ModelCard loaded(testing::read_file(folder.path() / "README.md"));
  EXPECT_EQ(loaded.content(), Described().generate_model_card().content());
  EXPECT_THAT(*loaded.data().tags(), ElementsAre("a", "b", "model_hub_mixin"));
}

TEST(MixinCard, TakesFromTheParentWhatTheChildDoesNotSay) {
  const MixinInfo info = Child::hub_mixin_info();
  EXPECT_EQ(info.repo_url, "https://r");
  EXPECT_EQ(info.library_name, "my-lib");
  EXPECT_EQ(info.license, "apache-2.0");
  EXPECT_THAT(info.tags, ElementsAre("a", "b", "c", "model_hub_mixin"));
  EXPECT_THAT(Sibling::hub_mixin_info().tags, ElementsAre("a", "b", "d", "model_hub_mixin"));
  EXPECT_THAT(Described::hub_mixin_info().tags, ElementsAre("a", "b", "model_hub_mixin"));
}

TEST(MixinCard, IsTheModelsOwnWhereItHasOne) {
  const testing::TempDir folder;
  Noted().save_pretrained(folder.path());
  const std::string card = testing::read_file(folder.path() / "README.md");
  EXPECT_THAT(card, HasSubstr("metrics:\n- accuracy\n"));
  EXPECT_THAT(card, ::testing::EndsWith("## Notes"));
}

TEST(MixinCard, FillsATemplateOfTheModel) {
  const testing::TempDir folder;
  Templated().save_pretrained(folder.path(), {.model_card_kwargs = {{"custom_data", "so custom"}}});
  EXPECT_THAT(testing::read_file(folder.path() / "README.md"), HasSubstr("Repo None, so custom, no paper"));
}

TEST(MixinCard, RefusesVariablesThatAreTaken) {
  for (const char* name : {"repo_url", "paper_url", "docs_url", "card_data", "template_str"}) {
    EXPECT_THROW(Bare().generate_model_card({{name, "x"}}), HFValidationError) << name;
  }
}

}  // namespace
}  // namespace huggingface_hub
