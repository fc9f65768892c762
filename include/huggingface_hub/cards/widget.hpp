// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a model card says of its widget, the try-it box on the model's page: task, examples, parameters of the calls.
#pragma once

#include "huggingface_hub/cards/meta_value.hpp"
#include "huggingface_hub/export.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// One example of the key `widget`. The input is what the task takes: `text`; `text` and `context`; `src`; … A member
/// that is unset, or empty where it is a mapping or null, is not written.
struct WidgetExample {
  std::optional<std::string> candidate_labels{};  ///< Zero-shot tasks: labels in one text, with commas between them.
  std::optional<std::string> context{};           ///< Question answering: where the answer stands.
  std::optional<std::string> example_title{};
  MetaMap extra{};                                ///< What is not known here, or is of another type; written last.
  std::optional<std::string> group{};             ///< Examples of one group are shown together.
  MetaValue messages{};                           ///< Chat: a list of mappings of `role` and `content`, the user's last.
  std::optional<bool> multi_class{};              ///< Zero-shot classification: several labels may be true.
  MetaValue output{};                             ///< Shown where nobody runs the model: `{text: …}`, `{url: …}`, …
  MetaMap parameters{};                           ///< Of the call; they win over those of `inference`.
  std::optional<std::string> prompt{};            ///< With `src`: image-to-image, image-to-video.
  std::optional<std::vector<std::string>> sentences{};  ///< With `source_sentence`.
  std::optional<std::string> source_sentence{};   ///< Sentence similarity.
  std::optional<std::string> src{};               ///< Image, audio or video: a URL, or a path in the repository.
  MetaMap structured_data{};                      ///< Tabular tasks: column to list of cells.
  MetaMap table{};                                ///< The same, for table question answering too.
  std::optional<std::string> text{};
};

/// The example as it stands in a card: the input, then `example_title`, `group`, `parameters`, `output`, then the rest.
HUGGINGFACE_HUB_EXPORT MetaMap widget_example_to_map(const WidgetExample& example);

/// Reads one item of `widget`. Nothing is lost: what does not fit a member is in `extra`.
HUGGINGFACE_HUB_EXPORT WidgetExample widget_example_from_map(const MetaMap& map);

/// The key `inference` of a card: whether the Hub may offer to run the model, and with which parameters.
struct InferenceSettings {
  bool enabled{true};     ///< False: `inference: false`, no hosted widget.
  MetaMap parameters{};   ///< Defaults of the widget's calls: `temperature`, `max_new_tokens`, `aggregation_strategy`, …
};

/// The tasks that the Hub knows, as in `pipeline_tag`. The Hub is the judge and adds to them; use this for hints only.
HUGGINGFACE_HUB_EXPORT const std::vector<std::string>& known_pipeline_tags();

/// True if `tag` is one of `known_pipeline_tags()`.
HUGGINGFACE_HUB_EXPORT bool is_known_pipeline_tag(std::string_view tag);

/// What looks wrong with `example` for a model with this `pipeline_tag`, a sentence each; empty where nothing does.
/// These are hints: neither the library nor the Hub stops a push for them.
///
/// @param pipeline_tag  the task; one that is not known gives a hint.
/// @param example       what the widget is to show.
/// @param repo_files    paths in the repository, to find a `src` that is not among them; empty: not looked for.
HUGGINGFACE_HUB_EXPORT std::vector<std::string> check_widget(std::string_view pipeline_tag, const WidgetExample& example,
                                                             const std::vector<std::string>& repo_files = {});

HUGGINGFACE_HUB_NAMESPACE_END
