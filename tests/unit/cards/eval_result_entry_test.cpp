// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cards/eval_result_entry.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

using ::testing::HasSubstr;

EvalResultEntry minimal() {
  EvalResultEntry entry;
  entry.dataset_id = "cais/hle";
  entry.task_id = "default";
  entry.value = 20.9;
  return entry;
}

EvalResultEntry full() {
  EvalResultEntry entry = minimal();
  entry.dataset_revision = "5503434ddd753f426f4b38109466949a1217c2bb";
  entry.verify_token = "eyJh";
  entry.date = "2025-01-15T10:30:00Z";
  entry.source_url = "https://huggingface.co/datasets/cais/hle";
  entry.source_name = "CAIS HLE";
  entry.source_org = "cais";
  entry.notes = "no-tools";
  return entry;
}

std::string entry_error_of(const std::string& text) {
  try {
    (void)parse_eval_results_file(text);
    return "was accepted";
  } catch (const CardError& error) {
    return error.what();
  }
}

TEST(EvalResultEntries, HaveTheShapeOfTheClients) {
  const MetaList list = eval_result_entries_to_yaml({minimal(), full()});
  EXPECT_EQ(list.at(0), MetaValue(MetaMap{{"dataset", MetaMap{{"id", "cais/hle"}, {"task_id", "default"}}}, {"value", 20.9}}));
  std::vector<std::string> keys;
  for (const MetaEntry& entry : *list.at(1).as_map()) keys.push_back(*entry.key.as_string());
  EXPECT_THAT(keys, ::testing::ElementsAre("dataset", "value", "verifyToken", "date", "source", "notes"));
}

TEST(EvalResultEntries, AreWrittenAsYamlDumpDoes) {
  EXPECT_EQ(eval_results_file({full()}),
            "- dataset:\n    id: cais/hle\n    revision: 5503434ddd753f426f4b38109466949a1217c2bb\n    task_id: default\n"
            "  date: '2025-01-15T10:30:00Z'\n  notes: no-tools\n  source:\n    name: CAIS HLE\n    org: cais\n"
            "    url: https://huggingface.co/datasets/cais/hle\n  value: 20.9\n  verifyToken: eyJh\n");
  EXPECT_EQ(eval_results_file({}), "[]\n");
}

TEST(EvalResultEntries, ComeBackFromTheirFile) {
  const auto back = parse_eval_results_file(eval_results_file({minimal(), full()}));
  ASSERT_EQ(back.size(), 2U);
  EXPECT_EQ(eval_results_file(back), eval_results_file({minimal(), full()}));
  EXPECT_EQ(back[1].source_name, "CAIS HLE");
  EXPECT_EQ(back[0].notes, std::nullopt);
}

TEST(EvalResultEntries, AreReadInTheFormOfTheApiWithoutThoseThatAreInvalid) {
  std::vector<std::string> warnings;
  set_log_level(LogLevel::warning);
  set_log_sink([&warnings](LogLevel, std::string_view message) { warnings.emplace_back(message); });
  const auto entries = parse_eval_result_entries(MetaValue::of(
      {MetaMap{{"filename", "a.yaml"}, {"error", "no value"}},
       MetaMap{{"filename", "b.yaml"},
               {"data", MetaMap{{"dataset", MetaMap{{"id", "d"}, {"task_id", "t"}}}, {"value", 1}, {"source", nullptr}}}}}));
  set_log_sink({});
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(entries[0].value, MetaValue(1));
  EXPECT_THAT(warnings, ::testing::ElementsAre("Skipping invalid eval results file 'a.yaml': no value"));
}

TEST(EvalResultEntries, NameWhatIsMissing) {
  EXPECT_THAT(entry_error_of("- value: 1\n"), HasSubstr("'id' in `dataset`"));
  EXPECT_THAT(entry_error_of("- dataset: {id: a}\n  value: 1\n"), HasSubstr("'task_id'"));
  EXPECT_THAT(entry_error_of("- dataset: {id: a, task_id: b}\n"), HasSubstr("'value'"));
  EXPECT_THAT(entry_error_of("a: 1\n"), HasSubstr("list"));
  EXPECT_THAT(entry_error_of("- dataset: {id: a, task_id: b}\n  value: 1\n  source: {user: me}\n"), HasSubstr("`source_url`"));
  EvalResultEntry entry = minimal();
  entry.source_org = "cais";
  EXPECT_THROW((void)eval_result_entries_to_yaml({entry}), CardError);
}

TEST(EvalResultEntries, TakeADateThatYamlReadsAsOne) {
  const auto entries = parse_eval_results_file("- dataset: {id: a, task_id: b}\n  value: 1\n  date: 2025-01-15\n");
  EXPECT_EQ(entries.at(0).date, "2025-01-15");
}

}  // namespace
}  // namespace huggingface_hub
