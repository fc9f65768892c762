// SPDX-License-Identifier: Apache-2.0
// Everything about cards that needs no network; the rest is in surface/repo_card_hub.cpp.
#include "huggingface_hub/cards/repo_card.hpp"

#include "cards/default_templates.hpp"
#include "cards/front_matter.hpp"
#include "cards/template.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "formats/yaml_reader.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::size_t kMaxKeys = 10'000;  // A card has dozens; each key is looked for among the others.

template <typename Data>
std::unique_ptr<CardData> make_data(MetaMap values, const CardDataOptions& options) {
  return std::make_unique<Data>(std::move(values), options);
}

MetaMap read_block(std::string_view yaml) {
  MetaValue block = read_yaml(yaml).value();
  if (block.is_null()) return {};
  MetaMap* map = block.as_map();
  if (map == nullptr) throw_error(ErrorCode::card, "repo card metadata block should be a dict");
  if (map->size() > kMaxKeys) throw_error(ErrorCode::card, "The metadata block has more than 10000 keys.");
  return std::move(*map);
}

std::vector<std::string> keys_of(const MetaMap& map) {
  std::vector<std::string> keys;
  keys.reserve(map.size());
  for (const MetaEntry& entry : map) {
    if (const std::string* key = entry.key.as_string()) keys.push_back(*key);
  }
  return keys;
}

}  // namespace

RepoCard::RepoCard(std::string content, const CardOptions& options)
    : RepoCard(std::move(content), options, make_data<CardData>) {}

RepoCard::RepoCard(std::string content, const CardOptions& options, MakeData make)
    : make_data_(make), ignore_metadata_errors_(options.ignore_metadata_errors) {
  set_content(std::move(content));
}

RepoCard::RepoCard(const RepoCard& other)
    : make_data_(other.make_data_),
      ignore_metadata_errors_(other.ignore_metadata_errors_),
      data_(other.data_->clone()),
      text_(other.text_),
      line_break_(other.line_break_),
      original_order_(other.original_order_) {}

RepoCard::RepoCard(RepoCard&& other) noexcept = default;
RepoCard& RepoCard::operator=(RepoCard&& other) noexcept = default;
RepoCard::~RepoCard() = default;

RepoCard& RepoCard::operator=(const RepoCard& other) {
  RepoCard copy(other);
  *this = std::move(copy);
  return *this;
}

std::string RepoCard::content() const {
  ToYamlOptions options;
  options.line_break = line_break_;
  options.original_order = original_order_;
  return "---" + line_break_ + data_->to_yaml(options) + line_break_ + "---" + line_break_ + text_;
}

void RepoCard::set_content(std::string content) {
  const std::optional<FrontMatter> block = find_front_matter(content);
  if (!block) log_warning("Repo card metadata block was not found. Setting CardData to empty.");
  MetaMap values = block ? read_block(block->yaml) : MetaMap();
  std::vector<std::string> order = keys_of(values);
  CardDataOptions options;
  options.ignore_metadata_errors = ignore_metadata_errors_;
  data_ = make_data_(std::move(values), options);
  original_order_ = std::move(order);
  line_break_ = detect_line_break(content).value_or("\n");
  text_ = block ? std::string(block->text) : std::move(content);
}

void RepoCard::save(const std::filesystem::path& path) const { files::write_atomic(path, content()).value(); }

std::string RepoCard::render(const CardData& card_data, const CardTemplateOptions& options, RepoType class_type) {
  std::string source = options.template_str;
  if (!options.template_path.empty()) {
    source = files::read_text(options.template_path).value();
  } else if (source.empty()) {
    source = default_card_template(class_type);
  }
  if (options.vars.contains("card_data")) {
    throw_error(ErrorCode::card, "`card_data` is a variable of every card template; it cannot be given in `vars`.");
  }
  MetaMap vars = card_data.to_dict();
  for (const auto& [key, value] : options.vars) vars.set_entry(key, value);
  vars.set("card_data", card_data.to_yaml());
  return render_template(source, vars).value();
}

RepoCard RepoCard::from_template(const CardData& card_data, const CardTemplateOptions& options) {
  return RepoCard(render(card_data, options, RepoType::model));
}

RepoType RepoCard::repo_type() const noexcept { return RepoType::model; }

ModelCard::ModelCard(std::string content, const CardOptions& options)
    : RepoCard(std::move(content), options, make_data<ModelCardData>) {}

ModelCard ModelCard::from_template(const ModelCardData& card_data, const CardTemplateOptions& options) {
  return ModelCard(render(card_data, options, RepoType::model));
}

DatasetCard::DatasetCard(std::string content, const CardOptions& options)
    : RepoCard(std::move(content), options, make_data<DatasetCardData>) {}

DatasetCard DatasetCard::from_template(const DatasetCardData& card_data, const CardTemplateOptions& options) {
  return DatasetCard(render(card_data, options, RepoType::dataset));
}

RepoType DatasetCard::repo_type() const noexcept { return RepoType::dataset; }

SpaceCard::SpaceCard(std::string content, const CardOptions& options)
    : RepoCard(std::move(content), options, make_data<SpaceCardData>) {}

SpaceCard SpaceCard::from_template(const SpaceCardData& card_data, const CardTemplateOptions& options) {
  return SpaceCard(render(card_data, options, RepoType::model));  // As in Python: a Space has no template of its own.
}

RepoType SpaceCard::repo_type() const noexcept { return RepoType::space; }

HUGGINGFACE_HUB_NAMESPACE_END
