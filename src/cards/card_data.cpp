// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cards/card_data.hpp"

#include "core/log.hpp"
#include "formats/utf8.hpp"
#include "formats/yaml_writer.hpp"

#include <algorithm>
#include <unordered_set>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

/// In the order they are written.
constexpr std::initializer_list<const char*> kModelFields{
    "base_model",   "datasets",     "eval_results", "language",   "library_name", "license",
    "license_name", "license_link", "metrics",      "model_name", "pipeline_tag", "tags"};
constexpr std::initializer_list<const char*> kDatasetFields{
    "annotations_creators", "language_creators", "language",         "license",       "multilinguality",
    "size_categories",      "source_datasets",   "task_categories",  "task_ids",      "paperswithcode_id",
    "pretty_name",          "config_names",      "train_eval_index"};
constexpr std::initializer_list<const char*> kSpaceFields{
    "title",    "sdk",    "sdk_version", "python_version", "app_file", "app_port", "license", "duplicated_from",
    "models",   "datasets", "tags"};

MetaMap declared(std::initializer_list<const char*> fields) {
  MetaMap map;
  map.reserve(fields.size());
  for (const char* field : fields) map.append(field, {});
  return map;
}

template <typename T>
MetaValue value_of(const std::optional<T>& field) {
  return field ? MetaValue(*field) : MetaValue();
}
MetaValue value_of(const std::optional<StringOrList>& field) { return field ? field->to_value() : MetaValue(); }

/// The texts of a list; what is no text is passed over.
std::vector<std::string> texts_of(const MetaList& list) {
  std::vector<std::string> texts;
  for (const MetaValue& item : list) {
    if (const std::string* text = item.as_string()) texts.push_back(*text);
  }
  return texts;
}

/// The keys of a mapping as a list; any other value in a list of its own.
MetaList items_of(const MetaValue& value) {
  if (const MetaList* list = value.as_list()) return *list;
  MetaList items;
  if (const MetaMap* map = value.as_map()) {
    for (const MetaEntry& entry : *map) items.push_back(entry.key);
  } else {
    items.push_back(value);
  }
  return items;
}

/// `language: no` is false in YAML 1.1, as `language: [no]` is a list of it. It stays false, as in Python, and the author
/// is told.
void warn_of_boolean_language(const MetaValue& language) {
  const MetaList* list = language.as_list();
  const auto is_boolean = [](const MetaValue& value) { return value.as_bool().has_value(); };
  if (!is_boolean(language) && (list == nullptr || std::none_of(list->begin(), list->end(), is_boolean))) return;
  log_warning("A `language` in the metadata of the card is read as true or false: put the code in quotes ('no').");
}

}  // namespace

CardData::CardData(MetaMap values, const CardDataOptions& /*options*/) { add(std::move(values)); }

CardData::~CardData() = default;

void CardData::add(MetaMap extra) {
  for (MetaEntry& entry : extra) {
    const std::string* key = entry.key.as_string();
    if (key == nullptr) {
      throw_error(ErrorCode::card,
                  "A key of the metadata is no text. Put it in quotes (yes, no, on, off and numbers are not text).");
    }
    values_.set(*key, std::move(entry.value));
  }
}

MetaValue CardData::get(std::string_view key, MetaValue fallback) const {
  const MetaValue* value = values_.find(key);
  return value == nullptr || value->is_null() ? std::move(fallback) : *value;
}

MetaValue CardData::pop(std::string_view key, MetaValue fallback) {
  MetaValue* value = values_.find(key);
  if (value == nullptr) return fallback;
  MetaValue taken = std::move(*value);
  values_.erase(key);
  return taken;
}

std::optional<std::string> CardData::text_field(std::string_view key) const {
  const MetaValue* value = values_.find(key);
  const std::string* text = value == nullptr ? nullptr : value->as_string();
  return text == nullptr ? std::nullopt : std::optional<std::string>(*text);
}

std::optional<std::vector<std::string>> CardData::list_field(std::string_view key) const {
  const MetaValue* value = values_.find(key);
  const MetaList* list = value == nullptr ? nullptr : value->as_list();
  return list == nullptr ? std::nullopt : std::optional<std::vector<std::string>>(texts_of(*list));
}

std::optional<StringOrList> CardData::choice_field(std::string_view key) const {
  if (auto text = text_field(key)) return StringOrList(std::move(*text));
  if (auto list = list_field(key)) return StringOrList(std::move(*list));
  return std::nullopt;
}

void CardData::make_unique(std::string_view key, const CardDataOptions& options) {
  MetaValue& value = values_[key];
  if (value.is_null()) return;
  if (!value.is_string() && !value.is_list() && !value.is_map()) {
    const std::string problem = "`" + std::string(key) + "` in the metadata should be a list of texts.";
    if (!options.ignore_metadata_errors) throw_error(ErrorCode::card, problem);
    log_warning(problem + " It is kept as it is.");
    return;
  }
  MetaList unique;
  std::unordered_set<std::string> texts;
  for (MetaValue& item : items_of(value)) {
    const std::string* text = item.as_string();
    const bool is_new = text != nullptr ? texts.insert(*text).second
                                        : std::find(unique.begin(), unique.end(), item) == unique.end();
    if (is_new) unique.push_back(std::move(item));
  }
  value = std::move(unique);
}

MetaMap CardData::to_dict(const std::vector<std::string>& original_order) const {
  MetaMap dict;
  dict.reserve(values_.size());
  for (const std::string& key : original_order) {
    if (const MetaValue* value = values_.find(key)) dict.set(key, *value);
  }
  for (const auto& [key, value] : values_) {
    if (!dict.contains(*key.as_string())) dict.append(key, value);
  }
  rewrite(dict);
  MetaMap shown;
  for (MetaEntry& entry : dict) {
    if (!entry.value.is_null()) shown.append(std::move(entry.key), std::move(entry.value));
  }
  return shown;
}

std::string CardData::to_yaml(const ToYamlOptions& options) const {
  const std::string yaml = write_yaml(to_dict(options.original_order), options.line_break).value();
  return std::string(python_strip(yaml));
}

std::unique_ptr<CardData> CardData::clone() const { return std::make_unique<CardData>(*this); }

void CardData::rewrite(MetaMap& /*dict*/) const {}

ModelCardData::ModelCardData() { values_ = declared(kModelFields); }

ModelCardData::ModelCardData(const ModelCardFields& fields) : ModelCardData() {
  values_.set("base_model", value_of(fields.base_model));
  values_.set("datasets", value_of(fields.datasets));
  values_.set("language", value_of(fields.language));
  values_.set("library_name", value_of(fields.library_name));
  values_.set("license", value_of(fields.license));
  values_.set("license_name", value_of(fields.license_name));
  values_.set("license_link", value_of(fields.license_link));
  values_.set("metrics", value_of(fields.metrics));
  values_.set("model_name", value_of(fields.model_name));
  values_.set("pipeline_tag", value_of(fields.pipeline_tag));
  values_.set("tags", value_of(fields.tags));
  make_unique("tags", {});
  if (fields.inference) set_inference(*fields.inference);
  if (fields.instance_prompt) values_.set("instance_prompt", *fields.instance_prompt);
  if (fields.mask_token) values_.set("mask_token", *fields.mask_token);
  if (fields.widget) set_widget(*fields.widget);
  eval_results_ = fields.eval_results;
  add(fields.extra);
  check_eval_results({});
}

ModelCardData::ModelCardData(MetaMap values, const CardDataOptions& options) : ModelCardData() {
  const MetaValue* found = values.find("model-index");
  const MetaValue index = found == nullptr ? MetaValue() : *found;
  values.erase("model-index");
  add(std::move(values));
  make_unique("tags", options);
  warn_of_boolean_language(values_["language"]);
  if (index.is_truthy()) take_model_index(index, options);
  check_eval_results(options);
}

std::optional<std::vector<WidgetExample>> ModelCardData::widget() const {
  const MetaValue* value = find("widget");
  const MetaList* list = value == nullptr ? nullptr : value->as_list();
  if (list == nullptr) return std::nullopt;
  std::vector<WidgetExample> examples;
  for (const MetaValue& item : *list) {
    if (const MetaMap* map = item.as_map()) examples.push_back(widget_example_from_map(*map));
  }
  return examples;
}

void ModelCardData::set_widget(const std::vector<WidgetExample>& examples) {
  MetaList list;
  for (const WidgetExample& example : examples) list.emplace_back(widget_example_to_map(example));
  values_.set("widget", std::move(list));
}

std::optional<InferenceSettings> ModelCardData::inference() const {
  const MetaValue* value = find("inference");
  if (value == nullptr) return std::nullopt;
  InferenceSettings settings;
  if (const auto enabled = value->as_bool()) {
    settings.enabled = *enabled;
    return settings;
  }
  if (!value->is_map()) return std::nullopt;
  const MetaValue* parameters = value->find("parameters");
  if (parameters != nullptr && parameters->is_map()) settings.parameters = *parameters->as_map();
  return settings;
}

void ModelCardData::set_inference(const InferenceSettings& settings) {
  if (!settings.enabled || settings.parameters.empty()) {
    values_.set("inference", settings.enabled);
  } else {
    values_.set("inference", MetaMap{{"parameters", settings.parameters}});
  }
}

void ModelCardData::set_pipeline_tag(const std::string& tag) {
  if (!is_known_pipeline_tag(tag)) {
    log_warning("The pipeline tag '" + tag + "' is none of the tasks known here; the Hub may refuse or ignore it.");
  }
  values_.set("pipeline_tag", tag);
}

void ModelCardData::take_model_index(const MetaValue& index, const CardDataOptions& options) {
  try {
    ModelIndex read = model_index_to_eval_results(index);
    values_.set("model_name", std::move(read.model_name));
    values_.set("eval_results", {});
    eval_results_ = std::move(read.results);
  } catch (const CardError& error) {
    if (!options.ignore_metadata_errors) {
      throw_error(ErrorCode::card,
                  std::string("Invalid `model_index` in metadata cannot be parsed: ") + error.what() +
                      ". Pass `ignore_metadata_errors` to load the card without it; it is lost when the card is "
                      "written again.");
    }
    log_warning("Invalid model-index. Not loading eval results into CardData.");
  }
}

void ModelCardData::check_eval_results(const CardDataOptions& options) {
  std::string problem;
  MetaValue& raw = values_["eval_results"];
  if (raw.is_list() && !raw.is_truthy()) {  // `eval_results: []` means no results, not no value.
    eval_results_.emplace();
    raw = {};
  }
  if (raw.is_truthy()) {
    problem = "`eval_results` should be of type `EvalResult` or a list of `EvalResult`.";
  } else if (eval_results_ && !eval_results_->empty()) {
    if (get("model_name").is_null()) problem = "Passing `eval_results` requires `model_name` to be set.";
    for (const EvalResult& result : *eval_results_) {
      if (!result.source_name.is_null() && result.source_url.is_null()) {
        problem = "If `source_name` is provided, `source_url` must also be provided.";
      }
    }
  }
  if (problem.empty()) return;
  problem = "Failed to validate eval_results: " + problem;
  if (!options.ignore_metadata_errors) throw_error(ErrorCode::card, problem);
  log_warning(problem + " Not loading eval results into CardData.");
}

void ModelCardData::rewrite(MetaMap& dict) const {
  if (!eval_results_) return;
  const MetaValue name = get("model_name");
  dict.erase("eval_results");
  dict.erase("model_name");
  dict.set("model-index", eval_results_to_model_index(name, *eval_results_));
}

std::unique_ptr<CardData> ModelCardData::clone() const { return std::make_unique<ModelCardData>(*this); }

DatasetCardData::DatasetCardData() { values_ = declared(kDatasetFields); }

DatasetCardData::DatasetCardData(const DatasetCardFields& fields) : DatasetCardData() {
  values_.set("annotations_creators", value_of(fields.annotations_creators));
  values_.set("language_creators", value_of(fields.language_creators));
  values_.set("language", value_of(fields.language));
  values_.set("license", value_of(fields.license));
  values_.set("multilinguality", value_of(fields.multilinguality));
  values_.set("size_categories", value_of(fields.size_categories));
  values_.set("source_datasets", value_of(fields.source_datasets));
  values_.set("task_categories", value_of(fields.task_categories));
  values_.set("task_ids", value_of(fields.task_ids));
  values_.set("paperswithcode_id", value_of(fields.paperswithcode_id));
  values_.set("pretty_name", value_of(fields.pretty_name));
  values_.set("config_names", value_of(fields.config_names));
  values_.set("train_eval_index", fields.train_eval_index);
  add(fields.extra);
}

DatasetCardData::DatasetCardData(MetaMap values, const CardDataOptions& /*options*/) : DatasetCardData() {
  const MetaValue* given = values.find("train_eval_index");
  const bool is_given = given != nullptr && given->is_truthy();
  add(std::move(values));
  warn_of_boolean_language(values_["language"]);
  if (is_given) return;
  MetaValue dashed = pop("train-eval-index");
  values_.set("train_eval_index", std::move(dashed));
}

void DatasetCardData::rewrite(MetaMap& dict) const {
  const MetaValue* index = dict.find("train_eval_index");
  if (index == nullptr) return;
  MetaValue value = *index;
  dict.erase("train_eval_index");
  // A dashed key that came beside the other one keeps its place, and gets the value of the field.
  dict.set("train-eval-index", std::move(value));
}

std::unique_ptr<CardData> DatasetCardData::clone() const { return std::make_unique<DatasetCardData>(*this); }

SpaceCardData::SpaceCardData() { values_ = declared(kSpaceFields); }

SpaceCardData::SpaceCardData(const SpaceCardFields& fields) : SpaceCardData() {
  values_.set("title", value_of(fields.title));
  values_.set("sdk", value_of(fields.sdk));
  values_.set("sdk_version", value_of(fields.sdk_version));
  values_.set("python_version", value_of(fields.python_version));
  values_.set("app_file", value_of(fields.app_file));
  values_.set("app_port", value_of(fields.app_port));
  values_.set("license", value_of(fields.license));
  values_.set("duplicated_from", value_of(fields.duplicated_from));
  values_.set("models", value_of(fields.models));
  values_.set("datasets", value_of(fields.datasets));
  values_.set("tags", value_of(fields.tags));
  make_unique("tags", {});
  add(fields.extra);
}

SpaceCardData::SpaceCardData(MetaMap values, const CardDataOptions& options) : SpaceCardData() {
  add(std::move(values));
  make_unique("tags", options);
}

std::unique_ptr<CardData> SpaceCardData::clone() const { return std::make_unique<SpaceCardData>(*this); }

HUGGINGFACE_HUB_NAMESPACE_END
