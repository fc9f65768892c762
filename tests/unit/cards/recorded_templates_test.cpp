// SPDX-License-Identifier: Apache-2.0
// The templates of tests/interop/cards/template_cases.py, with what Jinja (3.1) made of them.
#include "cards/template.hpp"

#include <nlohmann/json.hpp>

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace huggingface_hub {
namespace {

using Json = nlohmann::json;

/// `VARS` of template_cases.py.
MetaMap recorded_variables() {
  const auto row = [](const char* name, int n, bool on) { return MetaMap{{"name", name}, {"n", n}, {"on", on}}; };
  return {{"x", "X"},
          {"none", nullptr},
          {"empty", ""},
          {"zero", 0},
          {"yes", true},
          {"number", 1e16},
          {"tenth", 0.1},
          {"seven", 7},
          {"text", "a-b c's été"},
          {"list", MetaValue::of({"en", "fr"})},
          {"numbers", MetaValue::of({3, 1.5, 2, 1})},
          {"mixed", MetaValue::of({"b", "A", "a", "B"})},
          {"quote", "it's"},
          {"lines", "a\nb\n\nc"},
          {"map", MetaMap{{"a", MetaValue::of({1})}, {"b", "it's"}, {"z", MetaMap{{"deep", "er"}}}}},
          {"rows", MetaValue::of({row("one", 1, true), row("two", 2, false), row("Three", 3, true)})}};
}

TEST(RecordedTemplates, AreFilledAsJinjaFillsThem) {
  std::ifstream file(std::string(HUGGINGFACE_HUB_TEST_DATA) + "/vectors/card_templates.jsonl");
  const MetaMap variables = recorded_variables();
  int count = 0;
  for (std::string line; std::getline(file, line); ++count) {
    const Json a_case = Json::parse(line);
    const Result<std::string> ours = render_template(a_case["source"].get<std::string>(), variables);
    if (a_case["result"].is_null()) {
      EXPECT_FALSE(ours.ok()) << a_case["source"] << " gave " << Json(*ours);
    } else if (!ours.ok()) {
      ADD_FAILURE() << a_case["source"] << ": " << ours.error().message << "\ntheirs: " << a_case["result"];
    } else {
      EXPECT_EQ(Json(*ours), a_case["result"]) << a_case["source"];
    }
  }
  EXPECT_GE(count, 300);
}

}  // namespace
}  // namespace huggingface_hub
