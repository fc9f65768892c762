// SPDX-License-Identifier: Apache-2.0
/// @file
/// Evaluation results in files of their own, `.eval_results/*.yaml` (`spec/cards.md` 8.4): they show on the model's
/// page and on the leaderboard of the benchmark. The older form, `model-index` in a card, is `EvalResult`.
#pragma once

#include "huggingface_hub/cards/meta_value.hpp"
#include "huggingface_hub/export.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The folder of a model repository that holds such files.
inline constexpr const char* kEvalResultsFolder = ".eval_results";

/// One score of a model on one task of a benchmark. Required: `dataset_id`, `task_id`, `value`.
struct EvalResultEntry {
  std::string dataset_id{};                       ///< Of the benchmark on the Hub: `cais/hle`.
  std::optional<std::string> dataset_revision{};  ///< Commit of the benchmark.
  std::optional<std::string> date{};              ///< ISO 8601; unset: the time of the commit.
  std::optional<std::string> notes{};             ///< `no-tools`, `chain-of-thought`.
  std::optional<std::string> source_name{};       ///< Needs `source_url`, as the next two.
  std::optional<std::string> source_org{};
  std::optional<std::string> source_url{};
  std::optional<std::string> source_user{};
  std::string task_id{};                          ///< Within the benchmark: `gpqa_diamond`, `default`.
  MetaValue value{};                              ///< The score: `20.9`.
  std::optional<std::string> verify_token{};
};

/// The entries as the list of mappings that such a file holds. Python's `eval_result_entries_to_yaml`, which gives no
/// text either; that is `eval_results_file`.
/// @throws CardError  a source without a `source_url`.
HUGGINGFACE_HUB_EXPORT MetaList eval_result_entries_to_yaml(const std::vector<EvalResultEntry>& entries);

/// The text of such a file, keys sorted as Python's plain `yaml.dump` sorts them; letters beyond ASCII stand as they
/// are. To be uploaded as `.eval_results/<name>.yaml`.
/// @throws CardError  a source without a `source_url`, or a text that is not UTF-8.
HUGGINGFACE_HUB_EXPORT std::string eval_results_file(const std::vector<EvalResultEntry>& entries);

/// Reads the list of such a file, or the one the Hub's API gives (each entry in `data`). An item that the Hub could
/// not read (it has an `error`) is left out with a warning.
/// @throws CardError  it is no list of mappings, or an entry lacks what is required; the message names the key.
HUGGINGFACE_HUB_EXPORT std::vector<EvalResultEntry> parse_eval_result_entries(const MetaValue& data);

/// Reads the text of such a file.
/// @throws CardError  as above, or it is no YAML.
HUGGINGFACE_HUB_EXPORT std::vector<EvalResultEntry> parse_eval_results_file(std::string_view text);

HUGGINGFACE_HUB_NAMESPACE_END
