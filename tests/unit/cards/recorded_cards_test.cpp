// SPDX-License-Identifier: Apache-2.0
// The cards of tests/interop/cards/corpus.py, with what the Python client (2.4) made of them, as recorded by
// `card_cases.py record`.
#include "huggingface_hub/cards/metadata.hpp"
#include "huggingface_hub/cards/repo_card.hpp"
#include "huggingface_hub/log.hpp"

#include "interop/cards/typed_json.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace huggingface_hub {
namespace {

using Json = nlohmann::json;
using Content = std::optional<std::string>;  // Nothing: it cannot be read.

std::unique_ptr<RepoCard> load_card(const std::string& name, const std::string& path) {
  if (name == "Model") return std::make_unique<ModelCard>(ModelCard::load(path));
  if (name == "Dataset") return std::make_unique<DatasetCard>(DatasetCard::load(path));
  if (name == "Space") return std::make_unique<SpaceCard>(SpaceCard::load(path));
  return std::make_unique<RepoCard>(RepoCard::load(path));
}

/// What the file says: `true` for `base` itself, `[start, end, between]` for parts of it, null.
Content recorded(const Json& value, const Content& base) {
  if (value.is_null()) return std::nullopt;
  if (value.is_boolean()) return base;
  const auto start = value.at(0).get<std::size_t>();
  const auto end = value.at(1).get<std::size_t>();
  return base->substr(0, start) + value.at(2).get<std::string>() + base->substr(base->size() - end);
}

class RecordedCards : public ::testing::Test {
 protected:
  RecordedCards() { set_log_level(LogLevel::error); }

  /// The bytes of the file that `action` leaves behind.
  Content after(const std::string& content, const std::function<void(const std::filesystem::path&)>& action) {
    const auto path = folder_.path() / "README.md";
    testing::write_file(path, content);
    try {
      action(path);
      return testing::read_file(path);
    } catch (const CardError&) {
      return std::nullopt;
    }
  }

  Content saved(const std::string& name, const std::string& content,
                const std::function<void(RepoCard&)>& change = [](RepoCard&) {}) {
    return after(content, [&](const std::filesystem::path& path) {
      const auto card = load_card(name, path.string());
      change(*card);
      card->save(path);
    });
  }

  static void for_each(const std::function<void(const Json&)>& check) {
    std::ifstream file(std::string(HUGGINGFACE_HUB_TEST_DATA) + "/vectors/cards.jsonl");
    int count = 0;
    for (std::string line; std::getline(file, line); ++count) check(Json::parse(line));
    EXPECT_GE(count, 300);
  }

  /// Each class with its results: that of saving, and that of saving after the change.
  static void for_each_class(
      const Json& a_case, const std::function<void(const std::string& name, const Content& plain, const Json& result)>& check) {
    const Content input = a_case["input"].get<std::string>();
    for (const auto& [names, result] : a_case["cards"].items()) {
      const Content plain = recorded(result.at(0), input);
      for (const char* name : {"Repo", "Model", "Dataset", "Space"}) {
        if (names.find(name) != std::string::npos) check(name, plain, result);
      }
    }
  }

 private:
  testing::TempDir folder_{};
};

TEST_F(RecordedCards, AreSavedAsThePythonClientSavesThem) {
  for_each([this](const Json& a_case) {
    const auto input = a_case["input"].get<std::string>();
    for_each_class(a_case, [&](const std::string& name, const Content& plain, const Json&) {
      EXPECT_EQ(saved(name, input), plain) << name << " " << a_case["input"];
    });
  });
}

TEST_F(RecordedCards, AreSavedTheSameAfterAKeyHasChanged) {
  for_each([this](const Json& a_case) {
    const auto input = a_case["input"].get<std::string>();
    const auto key = a_case["key"].get<std::string>();
    const MetaValue value = testing::value_of(a_case["value"]);
    for_each_class(a_case, [&](const std::string& name, const Content& plain, const Json& result) {
      const auto change = [&](RepoCard& card) { card.data().set(key, value); };
      EXPECT_EQ(saved(name, input, change), recorded(result.at(1), plain)) << name << " " << key << " " << a_case["input"];
    });
  });
}

TEST_F(RecordedCards, KeepTheirBytesWherePythonKeepsThem) {
  int kept = 0;
  for_each([&](const Json& a_case) {
    const auto input = a_case["input"].get<std::string>();
    for_each_class(a_case, [&](const std::string& name, const Content& plain, const Json&) {
      if (plain != input) return;
      ++kept;
      EXPECT_EQ(saved(name, input), input) << name;
    });
  });
  EXPECT_GE(kept, 300);
}

TEST_F(RecordedCards, HaveTheirMetadataReplacedTheSame) {
  for_each([this](const Json& a_case) {
    const auto input = a_case["input"].get<std::string>();
    const Content ours = after(input, [&](const std::filesystem::path& path) {
      MetaMap metadata = metadata_load(path).value_or(MetaMap());
      metadata.set(a_case["key"].get<std::string>(), testing::value_of(a_case["value"]));
      metadata_save(path, metadata);
    });
    EXPECT_EQ(ours, recorded(a_case["metadata"], input)) << a_case["key"] << " " << a_case["input"];
  });
}

}  // namespace
}  // namespace huggingface_hub
