// SPDX-License-Identifier: Apache-2.0
/// @file
/// The metadata of a card: an ordered set of named values, with the known fields of each kind of repository.
#pragma once

#include "huggingface_hub/cards/eval_result.hpp"
#include "huggingface_hub/cards/meta_value.hpp"
#include "huggingface_hub/cards/widget.hpp"
#include "huggingface_hub/errors.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// A field that takes one text or a list of them (`language: en`, `language: [en, fr]`), and remembers which.
class StringOrList {
 public:
  StringOrList() = default;
  StringOrList(const char* value) : values_{value}, is_list_(false) {}                       // NOLINT(google-explicit-constructor)
  StringOrList(std::string value) : values_{std::move(value)}, is_list_(false) {}            // NOLINT(google-explicit-constructor)
  StringOrList(std::vector<std::string> values) : values_(std::move(values)) {}              // NOLINT(google-explicit-constructor)
  StringOrList(std::initializer_list<std::string> values) : values_(values) {}

  [[nodiscard]] bool is_list() const noexcept { return is_list_; }
  [[nodiscard]] const std::vector<std::string>& values() const noexcept { return values_; }
  [[nodiscard]] MetaValue to_value() const { return is_list_ ? MetaValue(values_) : MetaValue(values_.front()); }

 private:
  std::vector<std::string> values_{};
  bool is_list_{true};
};

struct CardDataOptions {
  /// Metadata that cannot be understood is left out with a warning instead of ending the reading. What is left out
  /// is lost when the card is written.
  bool ignore_metadata_errors{false};
};

struct ToYamlOptions {
  std::string line_break{"\n"};               ///< `\n`, `\r\n` or `\r`.
  std::vector<std::string> original_order{};  ///< These keys first and in this order; the others behind, as they are.
};

/// The metadata block of a card. Any key is accepted and kept, in the order given; the kinds derived from this one
/// declare fields besides, which are there with a null value from the start.
///
/// Value semantics (slicing apart); one thread at a time.
class HUGGINGFACE_HUB_EXPORT CardData {
 public:
  CardData() = default;
  /// @throws CardError  a key is no text.
  explicit CardData(MetaMap values, const CardDataOptions& options = {});
  CardData(const CardData&) = default;
  CardData(CardData&&) noexcept = default;
  CardData& operator=(const CardData&) = default;
  CardData& operator=(CardData&&) noexcept = default;
  virtual ~CardData();

  /// The value of `key`; `fallback` where it is absent **or null**.
  [[nodiscard]] MetaValue get(std::string_view key, MetaValue fallback = {}) const;
  /// Null where `key` is absent.
  [[nodiscard]] const MetaValue* find(std::string_view key) const noexcept { return values_.find(key); }
  /// @throws std::out_of_range  `key` is absent. A declared field is never absent.
  [[nodiscard]] const MetaValue& at(std::string_view key) const { return values_.at(key); }
  /// The value of `key`, made null at the end where it is absent: `data["tags"] = …`.
  MetaValue& operator[](std::string_view key) { return values_[key]; }
  /// Sets a field or any other key; a new one goes last. Null takes a key out of what is written.
  void set(std::string_view key, MetaValue value) { values_.set(key, std::move(value)); }
  /// Takes `key` out and gives its value; `fallback` where it is absent.
  MetaValue pop(std::string_view key, MetaValue fallback = {});
  [[nodiscard]] bool contains(std::string_view key) const noexcept { return values_.contains(key); }
  /// Declared fields count, also where they are null.
  [[nodiscard]] std::size_t size() const noexcept { return values_.size(); }
  [[nodiscard]] const MetaMap& values() const noexcept { return values_; }

  /// What a card shows: without the keys whose value is null, and with what a kind makes of its fields.
  [[nodiscard]] MetaMap to_dict() const { return to_dict({}); }

  /// `to_dict` as YAML, byte for byte as the Python client writes it, without a line break at the end.
  /// @throws CardError  a text is not UTF-8.
  [[nodiscard]] std::string to_yaml(const ToYamlOptions& options = {}) const;

  /// A copy of the same kind.
  [[nodiscard]] virtual std::unique_ptr<CardData> clone() const;

  /// Same values, whatever their order. The kind does not count.
  friend bool operator==(const CardData& left, const CardData& right) { return left.to_dict() == right.to_dict(); }
  friend bool operator!=(const CardData& left, const CardData& right) { return !(left == right); }

 protected:
  /// Adds `extra` to the fields that `values_` declares.
  void add(MetaMap extra);
  [[nodiscard]] std::optional<std::string> text_field(std::string_view key) const;
  [[nodiscard]] std::optional<std::vector<std::string>> list_field(std::string_view key) const;
  [[nodiscard]] std::optional<StringOrList> choice_field(std::string_view key) const;
  void make_unique(std::string_view key, const CardDataOptions& options);
  [[nodiscard]] MetaMap to_dict(const std::vector<std::string>& original_order) const;

  MetaMap values_{};  // NOLINT(misc-non-private-member-variables-in-classes)

 private:
  /// What a kind makes of its fields before they are written.
  virtual void rewrite(MetaMap& dict) const;
};

/// The fields of `ModelCardData`, to be named: `ModelCardData({.language = "en", .license = "mit"})`.
struct ModelCardFields {
  std::optional<StringOrList> base_model{};                ///< Model or models this one was made from.
  std::optional<StringOrList> datasets{};                  ///< Ids of the data sets it was trained on.
  std::optional<std::vector<EvalResult>> eval_results{};   ///< Needs `model_name`.
  MetaMap extra{};                                         ///< Any further keys, in this order.
  std::optional<InferenceSettings> inference{};            ///< Written behind the fields of Python, before `extra`.
  std::optional<std::string> instance_prompt{};            ///< Text that goes into the prompt of an adapter; as above.
  std::optional<StringOrList> language{};                  ///< ISO 639 codes, `code`, `multilingual`.
  std::optional<std::string> library_name{};
  std::optional<std::string> license{};                    ///< SPDX-like id in lower case: `apache-2.0`.
  std::optional<std::string> license_link{};               ///< With `license: other`.
  std::optional<std::string> license_name{};               ///< With `license: other`.
  std::optional<std::string> mask_token{};                 ///< For the fill-mask widget; as `inference`.
  std::optional<std::vector<std::string>> metrics{};
  std::optional<std::string> model_name{};
  std::optional<std::string> pipeline_tag{};               ///< `text-classification`: decides the widget.
  std::optional<std::vector<std::string>> tags{};          ///< Doubles are dropped.
  std::optional<std::vector<WidgetExample>> widget{};      ///< Examples; as `inference`.
};

/// Metadata of a model (`spec/cards.md` 7.2). The members named after a field read it, and give nothing where it is
/// absent or of another type; `set` writes it.
class HUGGINGFACE_HUB_EXPORT ModelCardData : public CardData {
 public:
  ModelCardData();
  /// @throws CardError  results without a `model_name`, or a `source_name` without a `source_url`.
  explicit ModelCardData(const ModelCardFields& fields);
  /// From the metadata of a card. `model-index` is taken apart into `model_name` and `eval_results()`.
  /// @throws CardError  `model-index` is malformed, or a key is no text.
  explicit ModelCardData(MetaMap values, const CardDataOptions& options = {});

  [[nodiscard]] std::optional<StringOrList> base_model() const { return choice_field("base_model"); }
  [[nodiscard]] std::optional<StringOrList> datasets() const { return choice_field("datasets"); }
  [[nodiscard]] std::optional<StringOrList> language() const { return choice_field("language"); }
  [[nodiscard]] std::optional<std::string> library_name() const { return text_field("library_name"); }
  [[nodiscard]] std::optional<std::string> license() const { return text_field("license"); }
  [[nodiscard]] std::optional<std::string> license_link() const { return text_field("license_link"); }
  [[nodiscard]] std::optional<std::string> license_name() const { return text_field("license_name"); }
  [[nodiscard]] std::optional<std::vector<std::string>> metrics() const { return list_field("metrics"); }
  [[nodiscard]] std::optional<std::string> model_name() const { return text_field("model_name"); }
  [[nodiscard]] std::optional<std::string> pipeline_tag() const { return text_field("pipeline_tag"); }
  [[nodiscard]] std::optional<std::vector<std::string>> tags() const { return list_field("tags"); }

  /// What the widget shows; nothing without the key, or where it is no list. Items that are no mapping are left out.
  [[nodiscard]] std::optional<std::vector<WidgetExample>> widget() const;
  void set_widget(const std::vector<WidgetExample>& examples);
  /// Nothing without the key, or where it is neither a boolean nor a mapping.
  [[nodiscard]] std::optional<InferenceSettings> inference() const;
  void set_inference(const InferenceSettings& settings);
  /// Logs a warning where the task is not known here; the Hub may know more.
  void set_pipeline_tag(const std::string& tag);
  [[nodiscard]] std::optional<std::string> instance_prompt() const { return text_field("instance_prompt"); }
  [[nodiscard]] std::optional<std::string> mask_token() const { return text_field("mask_token"); }

  /// The results; written as `model-index`, the last key, together with `model_name`. An empty list is written too.
  [[nodiscard]] const std::optional<std::vector<EvalResult>>& eval_results() const noexcept { return eval_results_; }
  void set_eval_results(std::optional<std::vector<EvalResult>> results) { eval_results_ = std::move(results); }

  [[nodiscard]] std::unique_ptr<CardData> clone() const override;

 private:
  void rewrite(MetaMap& dict) const override;
  void take_model_index(const MetaValue& index, const CardDataOptions& options);
  void check_eval_results(const CardDataOptions& options);

  std::optional<std::vector<EvalResult>> eval_results_{};
};

/// The fields of `DatasetCardData`, to be named.
struct DatasetCardFields {
  std::optional<StringOrList> annotations_creators{};  ///< `found`, `crowdsourced`, `expert-generated`, …
  std::optional<StringOrList> config_names{};
  MetaMap extra{};                                     ///< Any further keys, in this order: `tags`, `configs`, …
  std::optional<StringOrList> language{};
  std::optional<StringOrList> language_creators{};
  std::optional<StringOrList> license{};
  std::optional<StringOrList> multilinguality{};
  std::optional<std::string> paperswithcode_id{};
  std::optional<std::string> pretty_name{};
  std::optional<StringOrList> size_categories{};       ///< `n<1K`, `1K<n<10K`, …
  std::optional<StringOrList> source_datasets{};
  std::optional<StringOrList> task_categories{};
  std::optional<StringOrList> task_ids{};
  MetaValue train_eval_index{};                        ///< A list of mappings.
};

/// Metadata of a data set. `train_eval_index` is written as the last key, `train-eval-index`; both spellings are read.
class HUGGINGFACE_HUB_EXPORT DatasetCardData : public CardData {
 public:
  DatasetCardData();
  explicit DatasetCardData(const DatasetCardFields& fields);
  /// @throws CardError  a key is no text.
  explicit DatasetCardData(MetaMap values, const CardDataOptions& options = {});

  [[nodiscard]] std::optional<StringOrList> annotations_creators() const { return choice_field("annotations_creators"); }
  [[nodiscard]] std::optional<StringOrList> config_names() const { return choice_field("config_names"); }
  [[nodiscard]] std::optional<StringOrList> language() const { return choice_field("language"); }
  [[nodiscard]] std::optional<StringOrList> language_creators() const { return choice_field("language_creators"); }
  [[nodiscard]] std::optional<StringOrList> license() const { return choice_field("license"); }
  [[nodiscard]] std::optional<StringOrList> multilinguality() const { return choice_field("multilinguality"); }
  [[nodiscard]] std::optional<std::string> paperswithcode_id() const { return text_field("paperswithcode_id"); }
  [[nodiscard]] std::optional<std::string> pretty_name() const { return text_field("pretty_name"); }
  [[nodiscard]] std::optional<StringOrList> size_categories() const { return choice_field("size_categories"); }
  [[nodiscard]] std::optional<StringOrList> source_datasets() const { return choice_field("source_datasets"); }
  [[nodiscard]] std::optional<StringOrList> task_categories() const { return choice_field("task_categories"); }
  [[nodiscard]] std::optional<StringOrList> task_ids() const { return choice_field("task_ids"); }
  [[nodiscard]] MetaValue train_eval_index() const { return get("train_eval_index"); }

  [[nodiscard]] std::unique_ptr<CardData> clone() const override;

 private:
  void rewrite(MetaMap& dict) const override;
};

/// The fields of `SpaceCardData`, to be named.
struct SpaceCardFields {
  std::optional<std::string> app_file{};
  std::optional<std::int64_t> app_port{};                 ///< Of a Docker Space.
  std::optional<std::vector<std::string>> datasets{};
  std::optional<std::string> duplicated_from{};           ///< Id of the Space it was copied from.
  MetaMap extra{};                                        ///< Any further keys, in this order: `emoji`, `colorFrom`, …
  std::optional<std::string> license{};
  std::optional<std::vector<std::string>> models{};
  std::optional<std::string> python_version{};
  std::optional<std::string> sdk{};                       ///< `gradio`, `streamlit`, `docker` or `static`.
  std::optional<std::string> sdk_version{};
  std::optional<std::vector<std::string>> tags{};         ///< Doubles are dropped.
  std::optional<std::string> title{};
};

/// Metadata of a Space.
class HUGGINGFACE_HUB_EXPORT SpaceCardData : public CardData {
 public:
  SpaceCardData();
  explicit SpaceCardData(const SpaceCardFields& fields);
  /// @throws CardError  a key is no text.
  explicit SpaceCardData(MetaMap values, const CardDataOptions& options = {});

  [[nodiscard]] std::optional<std::string> app_file() const { return text_field("app_file"); }
  [[nodiscard]] std::optional<std::int64_t> app_port() const { return get("app_port").as_integer(); }
  [[nodiscard]] std::optional<std::vector<std::string>> datasets() const { return list_field("datasets"); }
  [[nodiscard]] std::optional<std::string> duplicated_from() const { return text_field("duplicated_from"); }
  [[nodiscard]] std::optional<std::string> license() const { return text_field("license"); }
  [[nodiscard]] std::optional<std::vector<std::string>> models() const { return list_field("models"); }
  [[nodiscard]] std::optional<std::string> python_version() const { return text_field("python_version"); }
  [[nodiscard]] std::optional<std::string> sdk() const { return text_field("sdk"); }
  [[nodiscard]] std::optional<std::string> sdk_version() const { return text_field("sdk_version"); }
  [[nodiscard]] std::optional<std::vector<std::string>> tags() const { return list_field("tags"); }
  [[nodiscard]] std::optional<std::string> title() const { return text_field("title"); }

  [[nodiscard]] std::unique_ptr<CardData> clone() const override;
};

HUGGINGFACE_HUB_NAMESPACE_END
