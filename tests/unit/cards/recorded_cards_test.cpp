// SPDX-License-Identifier: Apache-2.0
// The cards of tests/interop/cards/corpus.py, with what the Python client (2.4) made of them, as recorded by
// `card_cases.py record`.
#include "huggingface_hub/cards/repo_card.hpp"
#include "huggingface_hub/log.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <optional>
#include <string>

namespace huggingface_hub {
namespace {

using Json = nlohmann::json;

std::unique_ptr<RepoCard> make_card(const std::string& name, const std::string& content) {
  if (name == "DatasetCard") return std::make_unique<DatasetCard>(content);
  if (name == "SpaceCard") return std::make_unique<SpaceCard>(content);
  return std::make_unique<ModelCard>(content);
}

/// The card as it would be saved; `null` where it cannot be read.
Json saved(const Json& a_case, bool change) {
  try {
    const auto card = make_card(a_case["class"].get<std::string>(), a_case["input"].get<std::string>());
    if (change) {
      card->data().set("license", "changed-license");
      card->data().set("zzz_new", MetaValue::of({"a", MetaMap{{"b", nullptr}}}));
      card->set_text(card->text() + "\nmore\n");
    }
    return card->content();
  } catch (const CardError&) {
    return nullptr;
  }
}

TEST(RecordedCards, AreSavedAsThePythonClientSavesThem) {
  set_log_level(LogLevel::error);
  std::ifstream file(std::string(HUGGINGFACE_HUB_TEST_DATA) + "/vectors/cards.jsonl");
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const Json a_case = Json::parse(line);
    EXPECT_EQ(saved(a_case, false), a_case["plain"]) << a_case["class"] << " " << a_case["input"];
    EXPECT_EQ(saved(a_case, true), a_case["changed"]) << a_case["class"] << " " << a_case["input"];
  }
  EXPECT_GE(count, 200);
}

}  // namespace
}  // namespace huggingface_hub
