// SPDX-License-Identifier: Apache-2.0
/// @file
/// Evaluation results of a model, and the `model-index` of a card they are kept in.
#pragma once

#include "huggingface_hub/cards/meta_value.hpp"
#include "huggingface_hub/export.hpp"

#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// One metric of one task on one data set, as a flat record. Required: `task_type`, `dataset_type`, `dataset_name`,
/// `metric_type`, `metric_value`. A null value stands for "not given".
///
/// The members are `MetaValue` and not text, since a card may say `revision: 20220120` or `config: no`, and such a
/// value has to be written as it was read.
struct EvalResult {
  MetaValue dataset_args{};      ///< A mapping: arguments of `load_dataset()`.
  MetaValue dataset_config{};    ///< `fr` in `load_dataset("common_voice", "fr")`.
  MetaValue dataset_name{};      ///< For people: `Common Voice (French)`.
  MetaValue dataset_revision{};  ///< Commit of the data set.
  MetaValue dataset_split{};     ///< `test`.
  MetaValue dataset_type{};      ///< Id of the data set on the Hub: `common_voice`.
  MetaValue metric_args{};       ///< A mapping: arguments of `Metric.compute()`.
  MetaValue metric_config{};     ///< Of `load_metric()`.
  MetaValue metric_name{};       ///< For people: `Test WER`.
  MetaValue metric_type{};       ///< Id of the metric: `wer`.
  MetaValue metric_value{};      ///< `0.9`, or `"20.0 ± 1.2"`.
  MetaValue source_name{};       ///< Who measured; needs `source_url`.
  MetaValue source_url{};
  MetaValue task_name{};         ///< For people: `Speech Recognition`.
  MetaValue task_type{};         ///< Id of the task: `automatic-speech-recognition`.
  MetaValue verified{};          ///< A boolean that the Hub's evaluation service sets.
  MetaValue verify_token{};      ///< Set by the same service.

  /// True if both are of one task, data set, configuration, split and revision: one entry of the model index.
  [[nodiscard]] bool has_same_identifier(const EvalResult& other) const noexcept {
    return task_type == other.task_type && dataset_type == other.dataset_type &&
           dataset_config == other.dataset_config && dataset_split == other.dataset_split &&
           dataset_revision == other.dataset_revision;
  }

  /// True if all is equal but perhaps `metric_value` and `verify_token`.
  [[nodiscard]] bool is_equal_except_value(const EvalResult& other) const noexcept {
    return has_same_identifier(other) && dataset_args == other.dataset_args && dataset_name == other.dataset_name &&
           metric_args == other.metric_args && metric_config == other.metric_config &&
           metric_name == other.metric_name && metric_type == other.metric_type && source_name == other.source_name &&
           source_url == other.source_url && task_name == other.task_name && verified == other.verified;
  }

  friend bool operator==(const EvalResult& left, const EvalResult& right) noexcept {
    return left.is_equal_except_value(right) && left.metric_value == right.metric_value &&
           left.verify_token == right.verify_token;
  }
  friend bool operator!=(const EvalResult& left, const EvalResult& right) noexcept { return !(left == right); }
};

/// What a `model-index` says: the name of the model, and one result a metric.
struct ModelIndex {
  MetaValue model_name{};  ///< Of the last entry, if there are several.
  std::vector<EvalResult> results{};
};

/// Reads the value of the key `model-index` (`spec/cards.md` 8.2).
/// @throws CardError  it is no list, is empty, or lacks what is required; the message names the missing key.
HUGGINGFACE_HUB_EXPORT ModelIndex model_index_to_eval_results(const MetaValue& model_index);

/// The value of the key `model-index` for these results (`spec/cards.md` 8.3). Results of one task and data set
/// become one entry with several metrics; task, data set and source are those of the first of them. Nulls are left
/// out at every level.
HUGGINGFACE_HUB_EXPORT MetaValue eval_results_to_model_index(const MetaValue& model_name,
                                                             const std::vector<EvalResult>& results);

HUGGINGFACE_HUB_NAMESPACE_END
