// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.hpp"

#include "huggingface_hub/model_hub_mixin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::read_file;
using testing::write_file;

/// Says nothing of a configuration.
struct Plain : ModelHubMixin<Plain> {
  std::optional<json> seen{};
  void _save_pretrained(const fs::path&) const {}
  static Plain _from_pretrained(const FromPretrainedArgs& args) {
    Plain model;
    model.seen = args.config;
    return model;
  }
};

struct Inner {
  double rate{0.1};
  std::string kind{"relu"};
};
HUGGINGFACE_HUB_CONFIG(Inner, rate, kind)

/// A type of the user's with a form of its own in JSON.
struct Color {
  int code{0};
};
void to_json(json& out, const Color& color) { out = "#" + std::to_string(color.code); }
void from_json(const json& in, Color& color) { color.code = std::stoi(in.get<std::string>().substr(1)); }

struct Settings {
  int foo{20};
  std::string bar{"bar"};
  Inner inner{};
  Color color{7};
};
HUGGINGFACE_HUB_CONFIG(Settings, foo, bar, inner, color)

/// States a struct.
class Typed : public ModelHubMixin<Typed> {
 public:
  Typed() = default;
  explicit Typed(Settings settings) : settings_(std::move(settings)) {}
  const Settings& settings() const { return settings_; }

 private:
  friend access;
  void _save_pretrained(const fs::path&) const {}
  static Typed _from_pretrained(const FromPretrainedArgs& args) { return Typed(args.config_as<Settings>()); }
  const Settings& hub_config() const { return settings_; }
  Settings settings_{};
};

/// Writes its own file.
struct Own : ModelHubMixin<Own> {
  void _save_pretrained(const fs::path& folder) const { write_file(folder / "config.json", "mine"); }
  static Own _from_pretrained(const FromPretrainedArgs&) { return {}; }
  static json hub_config() { return {{"not", "used"}}; }
};

struct MixinConfig : ::testing::Test {
  testing::TempDir temporary{};
  fs::path folder = temporary.path() / "model";
  fs::path config = folder / "config.json";

  void given_config(const std::string& text) const { write_file(config, text); }
};

TEST_F(MixinConfig, IsNoFileWhereThereIsNone) {
  Plain().save_pretrained(folder);
  EXPECT_FALSE(fs::exists(config));
}

TEST_F(MixinConfig, IsTheStructAndComesBack) {
  Settings settings;
  settings.foo = 3;
  settings.bar = "qux";
  settings.inner.rate = 1e-5;
  settings.color.code = 42;
  Typed(settings).save_pretrained(folder);
  EXPECT_EQ(read_file(config),
            "{\n  \"bar\": \"qux\",\n  \"color\": \"#42\",\n  \"foo\": 3,\n  \"inner\": {\n    \"kind\": \"relu\",\n"
            "    \"rate\": 1e-05\n  }\n}");

  const Typed back = Typed::from_pretrained(folder.string());
  EXPECT_EQ(json(back.settings()), json(settings));
}

TEST_F(MixinConfig, IsWhatTheCallGives) {
  Typed().save_pretrained(folder, {.config = json{{"a", 1}}});
  EXPECT_EQ(json::parse(read_file(config)), (json{{"a", 1}}));
  Typed().save_pretrained(folder, {.config = json::object()});
  EXPECT_EQ(read_file(config), "{}");
  Plain().save_pretrained(folder, {.config = json("text")});
  EXPECT_EQ(read_file(config), "\"text\"");
}

TEST_F(MixinConfig, ReplacesAnOldFile) {
  given_config(R"({"stale": true})");
  Typed().save_pretrained(folder);
  EXPECT_FALSE(json::parse(read_file(config)).contains("stale"));
  Plain().save_pretrained(folder);
  EXPECT_FALSE(fs::exists(config));
}

TEST_F(MixinConfig, LeavesTheFileThatTheModelWrote) {
  Own().save_pretrained(folder);
  EXPECT_EQ(read_file(config), "mine");
}

TEST_F(MixinConfig, IsGivenToTheHook) {
  given_config(R"({"something": "else"})");
  EXPECT_EQ(Plain::from_pretrained(folder.string()).seen, (json{{"something", "else"}}));
}

TEST_F(MixinConfig, IsAbsentForTheHookWhereThereIsNoFile) {
  fs::create_directories(folder);
  EXPECT_EQ(Plain::from_pretrained(folder.string()).seen, std::nullopt);
  EXPECT_EQ(Plain::from_pretrained(folder.string()).stored_hub_config(), std::nullopt);
}

TEST_F(MixinConfig, IsKeptByAModelThatStatesNone) {
  given_config(R"({"a": 1, "b": 2})");
  const Plain model = Plain::from_pretrained(folder.string(), {.model_kwargs = {{"b", 3}}});
  EXPECT_EQ(model.stored_hub_config(), (json{{"a", 1}, {"b", 3}}));

  model.save_pretrained(temporary.path() / "again");
  EXPECT_EQ(read_file(temporary.path() / "again" / "config.json"), "{\n  \"a\": 1,\n  \"b\": 3\n}");
}

TEST_F(MixinConfig, CanBeSetOnAModelThatStatesNone) {
  Plain model;
  model.set_hub_config(json{{"k", 1.0}});
  model.save_pretrained(folder);
  EXPECT_EQ(read_file(config), "{\n  \"k\": 1.0\n}");
  model.set_hub_config(json::object());
  model.save_pretrained(folder);
  EXPECT_FALSE(fs::exists(config));
}

TEST_F(MixinConfig, IgnoresKeysTheStructDoesNotHave) {
  given_config(R"({"foo": 1, "unknown": [1, 2]})");
  EXPECT_EQ(Typed::from_pretrained(folder.string()).settings().foo, 1);
}

TEST_F(MixinConfig, KeepsDefaultsOfWhatTheFileDoesNotSay) {
  given_config(R"({"foo": 1})");
  EXPECT_EQ(Typed::from_pretrained(folder.string()).settings().bar, "bar");
}

TEST_F(MixinConfig, GivesTheCallerPrecedenceOverTheFile) {
  given_config(R"({"foo": 1, "bar": "file"})");
  const Typed model = Typed::from_pretrained(folder.string(), {.model_kwargs = {{"foo", 5}}});
  EXPECT_EQ(model.settings().foo, 5);
  EXPECT_EQ(model.settings().bar, "file");
  model.save_pretrained(folder);
  EXPECT_EQ(json::parse(read_file(config)).at("foo"), 5);
}

TEST_F(MixinConfig, RefusesAnArgumentTheStructDoesNotHave) {
  given_config("{}");
  try {
    (void)Typed::from_pretrained(folder.string(), {.model_kwargs = {{"fooo", 5}}});
    FAIL();
  } catch (const HFValidationError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("no argument 'fooo'"));
  }
}

TEST_F(MixinConfig, NamesTheFileThatIsNoObject) {
  for (const char* text : {"[1]", "{", "\"a\"", "\xEF\xBB\xBF{}"}) {
    given_config(text);
    try {
      (void)Plain::from_pretrained(folder.string());
      FAIL() << text;
    } catch (const HfHubError& error) {
      EXPECT_THAT(error.what(), ::testing::HasSubstr("config.json of '" + folder.string() + "'"));
      EXPECT_EQ(error.error().path, config);
    }
  }
}

TEST_F(MixinConfig, NamesTheValueThatDoesNotFit) {
  given_config(R"({"foo": "many"})");
  EXPECT_THROW((void)Typed::from_pretrained(folder.string()), HfHubError);
}

TEST_F(MixinConfig, ReadsNumbersThatPythonWritesAndJsonDoesNotHave) {
  given_config(R"({"limit": Infinity})");
  const Plain model = Plain::from_pretrained(folder.string());
  model.save_pretrained(folder);
  EXPECT_EQ(read_file(config), "{\n  \"limit\": Infinity\n}");
}

}  // namespace
}  // namespace huggingface_hub
