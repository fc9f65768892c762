// SPDX-License-Identifier: Apache-2.0
// The cards of corpus.py, read and written by each card class, with the Python client as the judge.
#include "interop/cards/python.hpp"
#include "interop/cards/typed_json.hpp"

#include "huggingface_hub/cards/repo_card.hpp"
#include "huggingface_hub/log.hpp"

#include "formats/yaml_writer.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

using Json = nlohmann::json;

std::unique_ptr<RepoCard> make_card(const std::string& name, const std::string& content, bool ignore) {
  CardOptions options;
  options.ignore_metadata_errors = ignore;
  if (name == "ModelCard") return std::make_unique<ModelCard>(content, options);
  if (name == "DatasetCard") return std::make_unique<DatasetCard>(content, options);
  if (name == "SpaceCard") return std::make_unique<SpaceCard>(content, options);
  return std::make_unique<RepoCard>(content, options);
}

/// Accidents of Python that are not followed: printing a value that was kept in spite of an error, and errors that
/// `ignore_metadata_errors` lets through.
bool is_python_accident(const std::string& error, bool ignore) {
  return error.find("AttributeError: 'str' object has no attribute") != std::string::npos ||
         (ignore &&
          (error.find("is not iterable") != std::string::npos || error.find("`source_url`") != std::string::npos));
}

class CardsAgainstPython : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!testing::python_has("huggingface_hub, yaml")) {
      GTEST_SKIP() << "no Python with huggingface_hub: set HUGGINGFACE_HUB_TEST_PYTHON to one that has it";
    }
    set_log_level(LogLevel::error);
  }

  /// What differs between our outcome and theirs; empty where nothing does.
  static std::string difference(const Json& theirs, bool ignore,
                                const std::function<std::unique_ptr<RepoCard>()>& make) {
    try {
      const std::unique_ptr<RepoCard> card = make();
      if (theirs.contains("error")) {
        const auto error = theirs["error"].get<std::string>();
        return is_python_accident(error, ignore) ? "" : "ours was accepted; theirs: " + error;
      }
      const std::string ours_dict = write_yaml(card->data().to_dict()).value();
      const std::string their_dict = write_yaml(testing::value_of(theirs["dict"])).value();
      if (ours_dict != their_dict) return "dict\nours:\n" + ours_dict + "theirs:\n" + their_dict;
      if (card->text() != theirs["text"].get<std::string>()) return "text: " + Json(card->text()).dump();
      if (card->data().to_yaml() != theirs["yaml"].get<std::string>()) return "yaml: " + card->data().to_yaml();
      if (card->content() != theirs["content"].get<std::string>()) {
        return "content\nours:   " + Json(card->content()).dump() + "\ntheirs: " + theirs["content"].dump();
      }
      return {};
    } catch (const HfHubError& error) {
      return theirs.contains("error") ? "" : std::string("ours failed: ") + error.what();
    }
  }
};

TEST_F(CardsAgainstPython, ReadAndWriteTheSame) {
  const std::string script = std::string(HUGGINGFACE_HUB_TEST_DATA) + "/interop/cards/card_cases.py";
  const auto lines = testing::python_lines("'" + script + "'");
  ASSERT_FALSE(lines.empty());
  for (const std::string& line : lines) {
    const Json a_case = Json::parse(line);
    const auto name = a_case["class"].get<std::string>();
    const auto input = a_case["input"].get<std::string>();
    const bool ignore = a_case["ignore"].get<bool>();
    const auto plain = [&] { return make_card(name, input, ignore); };
    const std::string about = name + (ignore ? " (ignoring errors) " : " ") + Json(input).dump();
    const std::string parts = difference(a_case["plain"], ignore, plain);
    if (!parts.empty()) ADD_FAILURE() << about << "\n" << parts;

    if (!a_case.contains("changed")) continue;
    const std::string changed_parts = difference(a_case["changed"], ignore, [&] {
      auto card = plain();
      card->data().set("license", "changed-license");
      card->data().set("zzz_new", MetaValue::of({"a", MetaMap{{"b", nullptr}}}));
      card->set_text(card->text() + "\nmore\n");
      return card;
    });
    if (!changed_parts.empty()) ADD_FAILURE() << "changed " << about << "\n" << changed_parts;
  }
}

/// The lines of a file in tests/vectors.
std::vector<std::string> vector_lines(const std::string& name) {
  std::ifstream file(std::string(HUGGINGFACE_HUB_TEST_DATA) + "/vectors/" + name);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

/// The files in tests/vectors that the tests without Python use.
TEST_F(CardsAgainstPython, AreRecordedAsTheyAre) {
  if (!testing::python_has("jinja2")) GTEST_SKIP() << "no Python with Jinja2";
  const std::string scripts = std::string(HUGGINGFACE_HUB_TEST_DATA) + "/interop/cards/";
  EXPECT_EQ(testing::python_lines("'" + scripts + "card_cases.py' record"), vector_lines("cards.jsonl"));
  EXPECT_EQ(testing::python_lines("'" + scripts + "template_cases.py'"), vector_lines("card_templates.jsonl"));
  EXPECT_EQ(testing::python_lines("'" + scripts + "update_cases.py'"), vector_lines("card_updates.jsonl"));
}

/// `content` without the lines that are worded by each library for itself: advice in comments, and three sentences.
std::string without_own_words(const std::string& content) {
  std::string kept;
  std::istringstream lines(content);
  for (std::string line; std::getline(lines, line);) {
    line = line.substr(0, line.find(" <!--"));
    const bool own = line.rfind("<!--", 0) == 0 || line.find("should be made aware") != std::string::npos ||
                     line.find("should know its risks") != std::string::npos ||
                     line.find("mlco2") != std::string::npos || line.rfind("Use the code below", 0) == 0 ||
                     line.rfind("This code loads", 0) == 0;
    kept += own ? "*\n" : line + "\n";
  }
  return kept;
}

TEST_F(CardsAgainstPython, FillTheDefaultTemplatesTheSame) {
  if (!testing::python_has("jinja2")) GTEST_SKIP() << "no Python with Jinja2";
  const std::string script = std::string(HUGGINGFACE_HUB_TEST_DATA) + "/interop/cards/card_cases.py";
  const auto lines = testing::python_lines("'" + script + "' template");
  ASSERT_FALSE(lines.empty());
  for (const std::string& line : lines) {
    const Json a_case = Json::parse(line);
    CardTemplateOptions options;
    options.vars = *testing::value_of(a_case["vars"]).as_map();
    const MetaMap data = *testing::value_of(a_case["data"]).as_map();
    const std::string ours = a_case["class"] == "ModelCard"
                                 ? ModelCard::from_template(ModelCardData(data), options).content()
                                 : DatasetCard::from_template(DatasetCardData(data), options).content();
    EXPECT_EQ(without_own_words(ours), without_own_words(a_case["content"].get<std::string>()));
  }
}

}  // namespace
}  // namespace huggingface_hub
