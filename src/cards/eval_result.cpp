// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cards/eval_result.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

[[noreturn]] void bad_data(const std::string& message) { throw_error(ErrorCode::card, message); }

/// The value of a key that has to be there (it may be null).
const MetaValue& required(const MetaValue& map, const char* key, const char* where) {
  if (!map.is_map()) bad_data(std::string("`") + where + "` should be a mapping");
  const MetaValue* value = map.find(key);
  if (value == nullptr) bad_data(std::string("the key '") + key + "' is missing in `" + where + "`");
  return *value;
}

MetaValue optional(const MetaValue& map, const char* key) {
  const MetaValue* value = map.find(key);
  return value == nullptr ? MetaValue() : *value;
}

const MetaList& required_list(const MetaValue& map, const char* key, const char* where) {
  const MetaList* list = required(map, key, where).as_list();
  if (list == nullptr) bad_data(std::string("`") + key + "` should be a list");
  return *list;
}

/// What the metrics of one entry share.
EvalResult shared_part(const MetaValue& entry) {
  EvalResult shared;
  const MetaValue& task = required(entry, "task", "results");
  shared.task_type = required(task, "type", "task");
  shared.task_name = optional(task, "name");
  const MetaValue& dataset = required(entry, "dataset", "results");
  shared.dataset_type = required(dataset, "type", "dataset");
  shared.dataset_name = required(dataset, "name", "dataset");
  shared.dataset_config = optional(dataset, "config");
  shared.dataset_split = optional(dataset, "split");
  shared.dataset_revision = optional(dataset, "revision");
  shared.dataset_args = optional(dataset, "args");
  const MetaValue source = optional(entry, "source");
  if (source.is_truthy()) {
    if (!source.is_map()) bad_data("`source` should be a mapping");
    shared.source_name = optional(source, "name");
    shared.source_url = optional(source, "url");
    if (!shared.source_name.is_null() && shared.source_url.is_null()) {
      bad_data("If `source_name` is provided, `source_url` must also be provided.");
    }
  }
  return shared;
}

EvalResult with_metric(EvalResult result, const MetaValue& metric) {
  result.metric_type = required(metric, "type", "metrics");
  result.metric_value = required(metric, "value", "metrics");
  result.metric_name = optional(metric, "name");
  result.metric_args = optional(metric, "args");
  result.metric_config = optional(metric, "config");
  result.verified = optional(metric, "verified");
  result.verify_token = optional(metric, "verifyToken");
  return result;
}

MetaMap metric_of(const EvalResult& result) {
  return {{"type", result.metric_type},     {"value", result.metric_value}, {"name", result.metric_name},
          {"config", result.metric_config}, {"args", result.metric_args},   {"verified", result.verified},
          {"verifyToken", result.verify_token}};
}

/// One entry of `results`; its metrics are added afterwards.
MetaMap entry_of(const EvalResult& first) {
  MetaMap entry{
      {"task", MetaMap{{"type", first.task_type}, {"name", first.task_name}}},
      {"dataset",
       MetaMap{{"name", first.dataset_name},
               {"type", first.dataset_type},
               {"config", first.dataset_config},
               {"split", first.dataset_split},
               {"revision", first.dataset_revision},
               {"args", first.dataset_args}}},
      {"metrics", MetaList{}}};
  if (!first.source_url.is_null()) {
    entry.set("source", MetaMap{{"url", first.source_url}, {"name", first.source_name}});
  }
  return entry;
}

/// Without nulls at any level.
MetaValue without_nulls(const MetaValue& value) {
  if (const MetaList* list = value.as_list()) {
    MetaList kept;
    for (const MetaValue& item : *list) {
      if (!item.is_null()) kept.push_back(without_nulls(item));
    }
    return kept;
  }
  if (const MetaMap* map = value.as_map()) {
    MetaMap kept;
    for (const auto& [key, item] : *map) {
      if (!key.is_null() && !item.is_null()) kept.append(key, without_nulls(item));
    }
    return kept;
  }
  return value;
}

}  // namespace

ModelIndex model_index_to_eval_results(const MetaValue& model_index) {
  const MetaList* models = model_index.as_list();
  if (models == nullptr || models->empty()) bad_data("`model_index` must be a non-empty list.");
  ModelIndex out;
  for (const MetaValue& model : *models) {
    out.model_name = required(model, "name", "model-index");
    for (const MetaValue& entry : required_list(model, "results", "model-index")) {
      const EvalResult shared = shared_part(entry);
      for (const MetaValue& metric : required_list(entry, "metrics", "results")) {
        out.results.push_back(with_metric(shared, metric));
      }
    }
  }
  return out;
}

MetaValue eval_results_to_model_index(const MetaValue& model_name, const std::vector<EvalResult>& results) {
  MetaList entries;
  std::vector<const EvalResult*> firsts;
  for (const EvalResult& result : results) {
    const auto same = std::find_if(firsts.begin(), firsts.end(),
                                   [&result](const EvalResult* first) { return first->has_same_identifier(result); });
    const auto place = static_cast<std::size_t>(same - firsts.begin());
    if (same == firsts.end()) {
      firsts.push_back(&result);
      entries.emplace_back(entry_of(result));
    }
    entries[place].as_map()->find("metrics")->as_list()->emplace_back(metric_of(result));
  }
  const MetaMap model{{"name", model_name}, {"results", std::move(entries)}};
  return without_nulls(MetaValue::of({model}));
}

HUGGINGFACE_HUB_NAMESPACE_END
