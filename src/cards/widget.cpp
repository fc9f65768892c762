// SPDX-License-Identifier: Apache-2.0
// Keys and tasks: spec/inference.md 12, spec/cards.md 10.
#include "huggingface_hub/cards/widget.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

void set_member(MetaMap& map, const char* key, const std::optional<std::string>& value) {
  if (value) map.set(key, *value);
}
void set_member(MetaMap& map, const char* key, const MetaMap& value) {
  if (!value.empty()) map.set(key, value);
}
void set_member(MetaMap& map, const char* key, const MetaValue& value) {
  if (!value.is_null()) map.set(key, value);
}

bool take_member(std::optional<std::string>& member, const MetaValue& value) {
  const std::string* text = value.as_string();
  if (text != nullptr) member = *text;
  return text != nullptr;
}
bool take_member(MetaMap& member, const MetaValue& value) {
  const MetaMap* map = value.as_map();
  if (map == nullptr || map->empty()) return false;
  member = *map;
  return true;
}
bool take_member(MetaValue& member, const MetaValue& value) {
  member = value;
  return !value.is_null();
}
bool take_member(std::optional<bool>& member, const MetaValue& value) {
  member = value.as_bool();
  return member.has_value();
}
bool take_member(std::optional<std::vector<std::string>>& member, const MetaValue& value) {
  const MetaList* list = value.as_list();
  const auto is_text = [](const MetaValue& item) { return item.is_string(); };
  if (list == nullptr || !std::all_of(list->begin(), list->end(), is_text)) return false;
  member.emplace();
  for (const MetaValue& item : *list) member->push_back(*item.as_string());
  return true;
}

bool take_entry(WidgetExample& example, std::string_view key, const MetaValue& value) {
  if (key == "candidate_labels") return take_member(example.candidate_labels, value);
  if (key == "context") return take_member(example.context, value);
  if (key == "example_title") return take_member(example.example_title, value);
  if (key == "group") return take_member(example.group, value);
  if (key == "messages") return take_member(example.messages, value);
  if (key == "multi_class") return take_member(example.multi_class, value);
  if (key == "output") return take_member(example.output, value);
  if (key == "parameters") return take_member(example.parameters, value);
  if (key == "prompt") return take_member(example.prompt, value);
  if (key == "sentences") return take_member(example.sentences, value);
  if (key == "source_sentence") return take_member(example.source_sentence, value);
  if (key == "src") return take_member(example.src, value);
  if (key == "structured_data") return take_member(example.structured_data, value);
  if (key == "table") return take_member(example.table, value);
  if (key == "text") return take_member(example.text, value);
  return false;
}

/// The keys that carry an input.
constexpr std::array<std::string_view, 11> kInputs{"text",        "context",         "messages",  "src",
                                                   "prompt",      "table",           "sentences", "structured_data",
                                                   "multi_class", "source_sentence", "candidate_labels"};

/// What the widget of a task reads. Of the inputs in `one_of` any is enough; those in `also` may stand beside it.
struct TaskInput {
  std::initializer_list<const char*> tasks;
  std::initializer_list<std::string_view> one_of;
  std::initializer_list<std::string_view> also;
};

const TaskInput* input_of(std::string_view task) {
  static const std::array<TaskInput, 10> table{{
      {{"text-classification", "token-classification", "fill-mask", "translation", "summarization", "text-to-speech",
        "text-to-audio", "text-to-image", "text-to-video", "text-to-3d", "feature-extraction"},
       {"text"},
       {}},
      {{"text-generation"}, {"text", "messages"}, {}},
      {{"question-answering"}, {"text"}, {"context"}},
      {{"table-question-answering"}, {"text"}, {"table"}},
      {{"tabular-classification", "tabular-regression"}, {"table", "structured_data"}, {}},
      {{"zero-shot-classification"}, {"text"}, {"candidate_labels", "multi_class"}},
      {{"sentence-similarity"}, {"source_sentence"}, {"sentences"}},
      {{"image-classification", "object-detection", "image-segmentation", "image-to-text", "depth-estimation",
        "audio-classification", "automatic-speech-recognition", "audio-to-audio", "video-classification",
        "image-feature-extraction", "mask-generation", "keypoint-detection"},
       {"src"},
       {"candidate_labels", "prompt", "text"}},
      {{"zero-shot-image-classification", "zero-shot-object-detection"}, {"src"}, {"candidate_labels"}},
      {{"image-to-image", "image-to-video", "visual-question-answering", "document-question-answering",
        "image-text-to-text"},
       {"src", "messages"},
       {"prompt", "text"}},
  }};
  for (const TaskInput& input : table) {
    for (const char* one : input.tasks) {
      if (task == one) return &input;
    }
  }
  return nullptr;
}

bool is_among(std::string_view key, std::initializer_list<std::string_view> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

std::string alternatives(std::initializer_list<std::string_view> keys) {
  std::string out;
  for (const std::string_view key : keys) out += (out.empty() ? "`" : " or `") + std::string(key) + "`";
  return out;
}

void check_inputs(std::vector<std::string>& warnings, std::string_view task, const MetaMap& given) {
  const TaskInput* input = input_of(task);
  if (input == nullptr) return;
  const bool found = std::any_of(input->one_of.begin(), input->one_of.end(),
                                 [&given](std::string_view key) { return given.contains(key); });
  if (!found) {
    warnings.push_back("A widget example for " + std::string(task) + " needs " + alternatives(input->one_of) + ".");
  }
  for (const std::string_view key : kInputs) {
    if (given.contains(key) && !is_among(key, input->one_of) && !is_among(key, input->also)) {
      warnings.push_back("The widget for " + std::string(task) + " does not read `" + std::string(key) + "`.");
    }
  }
}

void check_messages(std::vector<std::string>& warnings, const MetaValue& messages) {
  if (messages.is_null()) return;
  const MetaList* list = messages.as_list();
  const MetaValue* role = list == nullptr || list->empty() ? nullptr : list->back().find("role");
  if (role == nullptr) {
    warnings.emplace_back("`messages` should be a list of mappings of `role` and `content`.");
  } else if (*role != MetaValue("user")) {
    warnings.emplace_back("The last of the `messages` should have the role `user`.");
  }
}

bool is_url(std::string_view text) { return text.find("://") != std::string_view::npos || text.substr(0, 5) == "data:"; }

}  // namespace

MetaMap widget_example_to_map(const WidgetExample& example) {
  MetaMap map;
  set_member(map, "text", example.text);
  set_member(map, "messages", example.messages);
  set_member(map, "src", example.src);
  set_member(map, "source_sentence", example.source_sentence);
  if (example.sentences) map.set("sentences", MetaValue(*example.sentences));
  set_member(map, "context", example.context);
  set_member(map, "table", example.table);
  set_member(map, "structured_data", example.structured_data);
  set_member(map, "candidate_labels", example.candidate_labels);
  if (example.multi_class) map.set("multi_class", *example.multi_class);
  set_member(map, "prompt", example.prompt);
  set_member(map, "example_title", example.example_title);
  set_member(map, "group", example.group);
  set_member(map, "parameters", example.parameters);
  set_member(map, "output", example.output);
  for (const auto& [key, value] : example.extra) map.set_entry(key, value);
  return map;
}

WidgetExample widget_example_from_map(const MetaMap& map) {
  WidgetExample example;
  for (const auto& [key, value] : map) {
    const std::string* name = key.as_string();
    if (name == nullptr || !take_entry(example, *name, value)) example.extra.set_entry(key, value);
  }
  return example;
}

const std::vector<std::string>& known_pipeline_tags() {
  static const std::vector<std::string> tags{
      "text-classification", "token-classification", "table-question-answering", "question-answering",
      "zero-shot-classification", "translation", "summarization", "feature-extraction", "text-generation", "fill-mask",
      "sentence-similarity", "text-to-speech", "text-to-audio", "automatic-speech-recognition", "audio-to-audio",
      "audio-classification", "audio-text-to-text", "voice-activity-detection", "depth-estimation",
      "image-classification", "object-detection", "image-segmentation", "text-to-image", "image-to-text",
      "image-to-image", "image-to-video", "unconditional-image-generation", "video-classification",
      "reinforcement-learning", "robotics", "tabular-classification", "tabular-regression", "tabular-to-text",
      "table-to-text", "multiple-choice", "text-ranking", "text-retrieval", "time-series-forecasting", "text-to-video",
      "image-text-to-text", "image-text-to-image", "image-text-to-video", "visual-question-answering",
      "document-question-answering", "zero-shot-image-classification", "graph-ml", "mask-generation",
      "zero-shot-object-detection", "text-to-3d", "image-to-3d", "image-feature-extraction", "video-text-to-text",
      "keypoint-detection", "visual-document-retrieval", "any-to-any", "video-to-video", "other"};
  return tags;
}

bool is_known_pipeline_tag(std::string_view tag) {
  const std::vector<std::string>& tags = known_pipeline_tags();
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

std::vector<std::string> check_widget(std::string_view pipeline_tag, const WidgetExample& example,
                                      const std::vector<std::string>& repo_files) {
  std::vector<std::string> warnings;
  if (!is_known_pipeline_tag(pipeline_tag)) {
    warnings.push_back("'" + std::string(pipeline_tag) + "' is no task that is known here.");
  }
  const MetaMap given = widget_example_to_map(example);
  check_inputs(warnings, pipeline_tag, given);
  check_messages(warnings, example.messages);
  for (const auto& [key, value] : example.extra) {
    const std::string* name = key.as_string();
    if (name == nullptr || std::find(kInputs.begin(), kInputs.end(), *name) == kInputs.end()) continue;
    warnings.push_back(*name == "candidate_labels"
                           ? "`candidate_labels` should be one text with commas between the labels."
                           : "`" + *name + "` is of a type that the widget does not read.");
  }
  const bool is_path = example.src && !is_url(*example.src);
  if (is_path && !repo_files.empty() &&
      std::find(repo_files.begin(), repo_files.end(), *example.src) == repo_files.end()) {
    warnings.push_back("`src` is '" + *example.src + "', which is no file of the repository.");
  }
  return warnings;
}

HUGGINGFACE_HUB_NAMESPACE_END
