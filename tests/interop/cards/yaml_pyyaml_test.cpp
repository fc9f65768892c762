// SPDX-License-Identifier: Apache-2.0
// Thousands of random values and texts, with PyYAML as the judge of what they become.
#include "interop/cards/python.hpp"
#include "interop/cards/typed_json.hpp"

#include "formats/yaml_reader.hpp"
#include "formats/yaml_writer.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace huggingface_hub {
namespace {

using testing::python_lines;
using testing::value_of;

std::string script() { return std::string(HUGGINGFACE_HUB_TEST_DATA) + "/interop/cards/yaml_cases.py"; }

/// Cases of a run; a longer one by hand: `HUGGINGFACE_HUB_TEST_CASES=100000`.
std::string count() {
  const char* chosen = std::getenv("HUGGINGFACE_HUB_TEST_CASES");
  return chosen != nullptr ? chosen : "2000";
}

std::string seed() {
  const char* chosen = std::getenv("HUGGINGFACE_HUB_TEST_SEED");
  return chosen != nullptr ? chosen : "1";
}

class YamlAgainstPyYaml : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!testing::python_has("yaml")) {
      GTEST_SKIP() << "no Python with PyYAML: set HUGGINGFACE_HUB_TEST_PYTHON to one that has it";
    }
  }
};

/// Nothing where the texts agree; else where they part.
std::string difference(const std::string& ours, const std::string& theirs) {
  if (ours == theirs) return {};
  return "ours:\n" + nlohmann::json(ours).dump() + "\ntheirs:\n" + nlohmann::json(theirs).dump();
}

TEST_F(YamlAgainstPyYaml, WritesTheSameBytes) {
  const auto lines = python_lines("'" + script() + "' write " + seed() + " " + count());
  ASSERT_FALSE(lines.empty());
  int wrong = 0;
  for (const std::string& line : lines) {
    const auto a_case = nlohmann::json::parse(line);
    const Result<std::string> ours = write_yaml(value_of(a_case["value"]), a_case["breaks"].get<std::string>());
    ASSERT_TRUE(ours.ok()) << ours.error().message << "\n" << line;
    const std::string parts = difference(*ours, a_case["yaml"].get<std::string>());
    if (!parts.empty() && ++wrong <= 10) ADD_FAILURE() << parts;
  }
  EXPECT_EQ(wrong, 0) << "of " << lines.size();
}

/// The tree as one text, so that NaN equals NaN and the order of keys counts.
std::string shown(const MetaValue& value) {
  return std::to_string(static_cast<int>(value.kind())) + " " +
         (value.text() != nullptr ? *value.text() : write_yaml(YamlList{value}).value());
}

TEST_F(YamlAgainstPyYaml, ReadsTheSameValues) {
  const auto lines = python_lines("'" + script() + "' read " + seed() + " " + count());
  ASSERT_FALSE(lines.empty());
  int wrong = 0;
  for (const std::string& line : lines) {
    const auto a_case = nlohmann::json::parse(line);
    const std::string text = a_case["yaml"].get<std::string>();
    const Result<YamlValue> ours = read_yaml(text);
    std::string parts;
    if (a_case.contains("error")) {
      // libyaml takes some malformed texts with tabs that PyYAML's own scanner refuses.
      const bool known = text.find('\t') != std::string::npos;
      if (ours.ok() && !known) parts = "accepted; theirs: " + a_case["error"].get<std::string>();
    } else if (!ours.ok()) {
      // Python's int(), float() and b64decode() take more than YAML's own forms where a tag asks for them by name.
      const bool known = text.find("!!int") != std::string::npos || text.find("!!float") != std::string::npos ||
                         text.find("!!binary") != std::string::npos;
      if (!known) parts = ours.error().message;
    } else {
      parts = difference(shown(*ours), shown(value_of(a_case["value"])));
    }
    if (!parts.empty() && ++wrong <= 10) ADD_FAILURE() << nlohmann::json(text).dump() << "\n" << parts;
  }
  EXPECT_EQ(wrong, 0) << "of " << lines.size();
}

}  // namespace
}  // namespace huggingface_hub
