// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cards/eval_result_entry.hpp"

#include "huggingface_hub/errors.hpp"

#include "core/log.hpp"
#include "formats/yaml_reader.hpp"
#include "formats/yaml_writer.hpp"

#include <algorithm>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

void check_source(const EvalResultEntry& entry) {
  if ((entry.source_name || entry.source_user || entry.source_org) && !entry.source_url) {
    throw_error(ErrorCode::card,
                "If `source_name`, `source_user`, or `source_org` is provided, `source_url` must also be provided.");
  }
}

void set_given(MetaMap& map, const char* key, const std::optional<std::string>& value) {
  if (value) map.set(key, *value);
}

MetaMap entry_to_map(const EvalResultEntry& entry) {
  check_source(entry);
  MetaMap dataset{{"id", entry.dataset_id}, {"task_id", entry.task_id}};
  set_given(dataset, "revision", entry.dataset_revision);
  MetaMap map{{"dataset", std::move(dataset)}, {"value", entry.value}};
  set_given(map, "verifyToken", entry.verify_token);
  set_given(map, "date", entry.date);
  if (entry.source_url) {
    MetaMap source{{"url", *entry.source_url}};
    set_given(source, "name", entry.source_name);
    set_given(source, "user", entry.source_user);
    set_given(source, "org", entry.source_org);
    map.set("source", std::move(source));
  }
  set_given(map, "notes", entry.notes);
  return map;
}

/// With the keys of every mapping in order; only text keys occur outside of `value`.
MetaValue with_sorted_keys(const MetaValue& value) {
  if (const MetaList* list = value.as_list()) {
    MetaList sorted;
    for (const MetaValue& item : *list) sorted.push_back(with_sorted_keys(item));
    return sorted;
  }
  const MetaMap* map = value.as_map();
  if (map == nullptr) return value;
  std::vector<MetaEntry> entries(map->begin(), map->end());
  std::stable_sort(entries.begin(), entries.end(), [](const MetaEntry& left, const MetaEntry& right) {
    const std::string* a = left.key.as_string();
    const std::string* b = right.key.as_string();
    return a != nullptr && b != nullptr ? *a < *b : b == nullptr && a != nullptr;
  });
  MetaMap sorted;
  for (MetaEntry& entry : entries) sorted.append(std::move(entry.key), with_sorted_keys(entry.value));
  return sorted;
}

const MetaValue& required_value(const MetaValue* map, const char* key, const char* where) {
  const MetaValue* value = map == nullptr ? nullptr : map->find(key);
  if (value == nullptr) {
    throw_error(ErrorCode::card, std::string("An evaluation result lacks the key '") + key + "' in " + where + ".");
  }
  return *value;
}

/// The text of a scalar, as it would be written.
std::string text_of_scalar(const MetaValue& value, const char* key) {
  if (const std::string* text = value.text()) return *text;
  if (const auto number = value.as_integer()) return std::to_string(*number);
  throw_error(ErrorCode::card, std::string("The key '") + key + "' of an evaluation result should be a text.");
}

std::optional<std::string> given_text(const MetaValue* map, const char* key) {
  const MetaValue* value = map == nullptr ? nullptr : map->find(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  return text_of_scalar(*value, key);
}

EvalResultEntry entry_from_value(const MetaValue& item) {
  const MetaValue* wrapped = item.find("data");
  const MetaValue* data = wrapped != nullptr ? wrapped : &item;
  const MetaValue* dataset = data->find("dataset");
  const MetaValue* source = data->find("source");
  EvalResultEntry entry;
  entry.dataset_id = text_of_scalar(required_value(dataset, "id", "`dataset`"), "id");
  entry.task_id = text_of_scalar(required_value(dataset, "task_id", "`dataset`"), "task_id");
  entry.value = required_value(data, "value", "the entry");
  entry.dataset_revision = given_text(dataset, "revision");
  entry.verify_token = given_text(data, "verifyToken");
  entry.date = given_text(data, "date");
  entry.source_url = given_text(source, "url");
  entry.source_name = given_text(source, "name");
  entry.source_user = given_text(source, "user");
  entry.source_org = given_text(source, "org");
  entry.notes = given_text(data, "notes");
  check_source(entry);
  return entry;
}

}  // namespace

MetaList eval_result_entries_to_yaml(const std::vector<EvalResultEntry>& entries) {
  MetaList list;
  for (const EvalResultEntry& entry : entries) list.emplace_back(entry_to_map(entry));
  return list;
}

std::string eval_results_file(const std::vector<EvalResultEntry>& entries) {
  return write_yaml(with_sorted_keys(eval_result_entries_to_yaml(entries))).value();
}

std::vector<EvalResultEntry> parse_eval_result_entries(const MetaValue& data) {
  const MetaList* list = data.as_list();
  if (list == nullptr) throw_error(ErrorCode::card, "Evaluation results should be a list of mappings.");
  std::vector<EvalResultEntry> entries;
  for (const MetaValue& item : *list) {
    if (!item.is_map()) throw_error(ErrorCode::card, "Evaluation results should be a list of mappings.");
    if (const MetaValue* error = item.find("error")) {
      const MetaValue* name = item.find("filename");
      const auto text = [](const MetaValue* value) {
        return value != nullptr && value->text() != nullptr ? *value->text() : std::string("unknown");
      };
      log_warning("Skipping invalid eval results file '" + text(name) + "': " + text(error));
      continue;
    }
    entries.push_back(entry_from_value(item));
  }
  return entries;
}

std::vector<EvalResultEntry> parse_eval_results_file(std::string_view text) {
  return parse_eval_result_entries(read_yaml(text).value());
}

HUGGINGFACE_HUB_NAMESPACE_END
