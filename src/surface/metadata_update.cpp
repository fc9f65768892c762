// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cards/metadata.hpp"

#include "cards/template_value.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/cards/repo_card.hpp"

#include <memory>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

CardLoadOptions load_options(const MetadataUpdateOptions& options) {
  CardLoadOptions load;
  load.api = options.api;
  load.call = options.call;
  load.repo_type = options.repo_type;
  load.token = options.token;
  return load;
}

/// The card on the Hub, or a new one from the template where there is none.
std::unique_ptr<RepoCard> card_to_change(const std::string& repo_id, const MetadataUpdateOptions& options) {
  try {
    switch (options.repo_type) {
      case RepoType::model: return std::make_unique<ModelCard>(ModelCard::load(repo_id, load_options(options)));
      case RepoType::dataset: return std::make_unique<DatasetCard>(DatasetCard::load(repo_id, load_options(options)));
      case RepoType::space: return std::make_unique<RepoCard>(RepoCard::load(repo_id, load_options(options)));
      case RepoType::kernel: break;
    }
  } catch (const EntryNotFoundError&) {
    if (options.repo_type == RepoType::space) {
      throw_error(ErrorCode::card, "Cannot update metadata on a Space that doesn't contain a `README.md` file.");
    }
    if (options.repo_type == RepoType::dataset) {
      return std::make_unique<DatasetCard>(DatasetCard::from_template(DatasetCardData()));
    }
    return std::make_unique<ModelCard>(ModelCard::from_template(ModelCardData()));
  }
  throw_error(ErrorCode::validation, std::string("Unknown repo_type: ") + to_string(options.repo_type));
}

/// `index` with the repository's id for a name that is missing, as in Python.
MetaValue with_name(MetaValue index, const std::string& repo_id) {
  MetaList* models = index.as_list();
  MetaMap* first = models == nullptr || models->empty() ? nullptr : models->front().as_map();
  if (first != nullptr && !first->contains("name")) first->set("name", repo_id);
  return index;
}

void merge_result(std::vector<EvalResult>& existing, const EvalResult& result, bool overwrite) {
  bool found = false;
  for (EvalResult& one : existing) {
    if (!result.is_equal_except_value(one)) continue;
    if (result != one && !overwrite) {
      throw_error(ErrorCode::card, "You passed a new value for the existing metric 'name: " +
                                       python_str(result.metric_name) + ", type: " + python_str(result.metric_type) +
                                       "'. Set `overwrite=True` to overwrite existing metrics.");
    }
    found = true;
    one.metric_value = result.metric_value;
    if (one.verified.as_bool() == true) one.verify_token = result.verify_token;
  }
  if (!found) existing.push_back(result);
}

void merge_model_index(ModelCardData& data, const MetaValue& index, const std::string& repo_id, bool overwrite) {
  ModelIndex added = model_index_to_eval_results(with_name(index, repo_id));
  if (!data.eval_results()) {
    data.set_eval_results(std::move(added.results));
    data.set("model_name", std::move(added.model_name));
    return;
  }
  std::vector<EvalResult> results = *data.eval_results();
  for (const EvalResult& result : added.results) merge_result(results, result, overwrite);
  data.set_eval_results(std::move(results));
}

void merge_field(CardData& data, const std::string& key, const MetaValue& value, bool overwrite) {
  const MetaValue present = data.get(key);
  if (!present.is_null() && present != value && !overwrite) {
    throw_error(ErrorCode::card, "You passed a new value for the existing meta data field '" + key +
                                     "'. Set `overwrite=True` to overwrite existing metadata.");
  }
  data.set(key, value);
}

}  // namespace

CommitInfo metadata_update(const std::string& repo_id, const MetaMap& metadata, const MetadataUpdateOptions& given) {
  validate_repo_id(repo_id);
  MetadataUpdateOptions options = given;
  options.call = hub::with_deadline(given.call);
  const std::unique_ptr<RepoCard> card = card_to_change(repo_id, options);
  auto* model = dynamic_cast<ModelCard*>(card.get());
  for (const auto& [key, value] : metadata) {
    const std::string* name = key.as_string();
    if (name == nullptr) throw_error(ErrorCode::card, "A key of the metadata is no text.");
    if (*name == "model-index" && model != nullptr) {
      merge_model_index(model->data(), value, repo_id, options.overwrite);
    } else {
      merge_field(card->data(), *name, value, options.overwrite);
    }
  }
  CardPushOptions push;
  push.api = options.api;
  push.call = options.call;
  push.commit_description = options.commit_description;
  push.commit_message = options.commit_message.value_or("Update metadata with huggingface_hub");
  push.create_pr = options.create_pr;
  push.parent_commit = options.parent_commit;
  push.repo_type = options.repo_type;
  push.revision = options.revision;
  push.token = options.token;
  return card->push_to_hub(repo_id, push);
}

HUGGINGFACE_HUB_NAMESPACE_END
