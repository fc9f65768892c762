// SPDX-License-Identifier: Apache-2.0
// The updates of tests/interop/cards/update_cases.py, with what the Python client (2.4) pushed for them.
#include "component/hub/hub_fixture.hpp"

#include "huggingface_hub/cards/metadata.hpp"
#include "huggingface_hub/log.hpp"

#include "interop/cards/typed_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <optional>
#include <string>

namespace huggingface_hub {
namespace {

using Json = nlohmann::json;

RepoType type_of(const std::string& name) {
  return name == "dataset" ? RepoType::dataset : name == "space" ? RepoType::space : RepoType::model;
}

class RecordedUpdates : public testing::HubTest {
 protected:
  RecordedUpdates() {
    set_log_level(LogLevel::error);
    HfApiOptions options = client_options();
    options.cache_dir = folder.path() / "cache";
    api = HfApi(options);
  }

  void make_repo(const std::string& repo_id, RepoType type, const Json& card) {
    hub.create_repo(repo_id, {.repo_type = type});
    if (!card.is_null()) {
      hub.add_file(repo_id, "README.md", card.get<std::string>(), {.repo_type = type});
    } else if (hub.read_file(repo_id, "README.md", "main", type)) {
      api.delete_file("README.md", repo_id, {.repo_type = type});
    }
  }

  static std::string expected_card(const Json& a_case) {
    const Json& card = a_case["card"];
    if (card.is_string()) return card.get<std::string>();
    const auto input = a_case["input"].get<std::string>();
    if (card.is_boolean()) return input;
    return input.substr(0, card.at(0).get<std::size_t>()) + card.at(2).get<std::string>() +
           input.substr(input.size() - card.at(1).get<std::size_t>());
  }

  /// What is wrong with our outcome; empty where nothing is.
  std::string difference(const Json& a_case, const std::string& repo_id) {
    const RepoType type = type_of(a_case["repo_type"].get<std::string>());
    make_repo(repo_id, type, a_case["input"]);
    const auto metadata = testing::value_of(a_case["metadata"]);
    try {
      metadata_update(repo_id, *metadata.as_map(),
                      {.api = &api, .overwrite = a_case["overwrite"].get<bool>(), .repo_type = type});
    } catch (const CardError& error) {
      if (!a_case["card"].is_null()) return std::string("was refused: ") + error.what();
      const auto theirs = a_case["error"].get<std::string>();
      const bool same = theirs.empty() || std::string(error.what()).find(theirs) != std::string::npos;
      return same ? "" : std::string(error.what()) + "\ninstead of " + theirs;
    }
    if (a_case["card"].is_null()) return "was accepted";
    const std::string pushed = hub.read_file(repo_id, "README.md", "main", type).value_or("");
    std::string expected = expected_card(a_case);
    // Results without a name get the id of the repository, which was another one.
    if (const auto at = expected.find("- name: user/repo\n"); at != std::string::npos) {
      expected.replace(at, 17, "- name: " + repo_id);
    }
    const bool same = a_case["input"].is_null() ? pushed.rfind(expected, 0) == 0 : pushed == expected;
    return same ? "" : pushed + "\ninstead of\n" + expected;
  }
};

TEST_F(RecordedUpdates, PushTheCardThatThePythonClientPushes) {
  std::ifstream file(std::string(HUGGINGFACE_HUB_TEST_DATA) + "/vectors/card_updates.jsonl");
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const std::string parts = difference(Json::parse(line), "user/r" + std::to_string(count));
    if (!parts.empty()) ADD_FAILURE() << line << "\n" << parts;
  }
  EXPECT_GE(count, 300);
}

}  // namespace
}  // namespace huggingface_hub
