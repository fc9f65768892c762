// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/api/listing_api.hpp"

#include "hub/pages.hpp"
#include "hub/parse/repo_info.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

#include <cstdlib>
#include <memory>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

void add(hub::Query& query, const char* key, const std::optional<std::string>& value) {
  if (value && !value->empty()) query.emplace_back(key, *value);
}

void add(hub::Query& query, const char* key, const StringList& values) {
  for (const std::string& value : values.values()) query.emplace_back(key, value);
}

void add(hub::Query& query, const char* key, std::optional<bool> value) {
  if (value) query.emplace_back(key, *value ? "true" : "false");
}

void add_if(hub::Query& query, const char* key, bool wanted) {
  if (wanted) query.emplace_back(key, "true");
}

/// The tags `<key>:<value>`; a value that has the key already is left as it is.
void add_tags(hub::Query& query, const std::string& key, const StringList& values) {
  for (const std::string& value : values.values()) {
    query.emplace_back("filter", value.rfind(key + ":", 0) == 0 ? value : key + ":" + value);
  }
}

void add_sort_and_limit(hub::Query& query, const std::optional<std::string>& sort,
                        const std::optional<std::uint64_t>& limit) {
  if (sort == "last_modified") {
    query.emplace_back("sort", "lastModified");
  } else if (sort == "trending_score") {
    query.emplace_back("sort", "trendingScore");
  } else if (sort == "created_at") {
    query.emplace_back("sort", "createdAt");
  } else {
    add(query, "sort", sort);
  }
  if (limit) query.emplace_back("limit", std::to_string(*limit));
}

void refuse_expand_with(const StringList& expand, bool other, const char* names) {
  if (expand.values().empty() || !other) return;
  throw_error(ErrorCode::validation, std::string("`expand` cannot be used together with ") + names + ".");
}

/// The first number in the card's `co2_eq_emissions`, which may be a number, text, or an object with `emissions`.
std::optional<double> emissions_of(const JsonText& card_data) {
  if (card_data.empty()) return std::nullopt;
  const parse::Json card = parse::Json::parse(card_data.text(), nullptr, false);
  if (!card.is_object() || !card.contains("co2_eq_emissions")) return std::nullopt;
  const parse::Json& emissions = card["co2_eq_emissions"];
  const parse::Json& value =
      emissions.is_object() && emissions.contains("emissions") ? emissions["emissions"] : emissions;
  if (value.is_number()) return value.get<double>() == 0 ? std::nullopt : std::optional<double>(value.get<double>());
  if (!value.is_string()) return std::nullopt;
  const std::string text = value.get<std::string>();
  const std::size_t digit = text.find_first_of("0123456789");
  if (digit == std::string::npos) return std::nullopt;
  return std::strtod(text.c_str() + digit, nullptr);
}

}  // namespace

ListingApi::~ListingApi() = default;

Paginated<ModelInfo> ListingApi::list_models(const ListModelsOptions& options) const {
  refuse_expand_with(options.expand, options.full || options.cardData || options.fetch_config,
                     "`full`, `cardData` or `fetch_config`");
  if (options.emissions_thresholds && !options.cardData) {
    throw_error(ErrorCode::validation, "`emissions_thresholds` need `cardData = true`.");
  }
  ApiRequest first = hub::request(http::Method::get, "/api/models", options.call, options.token);
  hub::Query& query = first.query;
  add(query, "filter", options.filter);
  for (const std::string& dataset : options.trained_dataset.values()) {
    query.emplace_back("filter", dataset.rfind("dataset:", 0) == 0 ? dataset : "dataset:" + dataset);
  }
  add(query, "author", options.author);
  add(query, "apps", options.apps);
  add(query, "gated", options.gated);
  add(query, "inference", options.inference);
  add(query, "inference_provider", options.inference_provider);
  add(query, "pipeline_tag", options.pipeline_tag);
  add(query, "num_parameters", options.num_parameters);
  add(query, "search", options.search);
  add_sort_and_limit(query, options.sort, options.limit);
  add_if(query, "full", options.full);
  add_if(query, "config", options.fetch_config);
  add_if(query, "cardData", options.cardData);
  add(query, "expand", options.expand);
  Paginated<ModelInfo> all = hub::pages<ModelInfo>(session(), std::move(first), parse::model_info, options.limit);
  if (!options.emissions_thresholds) return all;

  // Filtered here, as in Python: after the limit. One model a page keeps the range lazy.
  struct State {
    Paginated<ModelInfo> models;
    std::optional<Paginated<ModelInfo>::iterator> next;
  };
  auto state = std::make_shared<State>(State{std::move(all), std::nullopt});
  const auto [lowest, highest] = *options.emissions_thresholds;
  return Paginated<ModelInfo>([state, lowest = lowest, highest = highest]() -> std::optional<std::vector<ModelInfo>> {
    if (!state->next) {
      state->next = state->models.begin();
    } else if (*state->next != state->models.end()) {
      ++*state->next;
    }
    for (; *state->next != state->models.end(); ++*state->next) {
      const std::optional<double> emissions = emissions_of((*state->next)->card_data);
      if (emissions && *emissions >= lowest && *emissions <= highest) return std::vector<ModelInfo>{**state->next};
    }
    return std::nullopt;
  });
}

Paginated<DatasetInfo> ListingApi::list_datasets(const ListDatasetsOptions& options) const {
  refuse_expand_with(options.expand, options.full, "`full`");
  ApiRequest first = hub::request(http::Method::get, "/api/datasets", options.call, options.token);
  hub::Query& query = first.query;
  add(query, "filter", options.filter);
  add_tags(query, "language_creators", options.language_creators);
  add_tags(query, "language", options.language);
  add_tags(query, "multilinguality", options.multilinguality);
  add_tags(query, "size_categories", options.size_categories);
  add_tags(query, "task_categories", options.task_categories);
  add_tags(query, "task_ids", options.task_ids);
  if (options.benchmark) query.emplace_back("filter", "benchmark:" + *options.benchmark);
  add(query, "author", options.author);
  add(query, "gated", options.gated);
  add(query, "search", options.dataset_name);
  add(query, "search", options.search);
  add_sort_and_limit(query, options.sort, options.limit);
  add(query, "expand", options.expand);
  add_if(query, "full", options.full);
  return hub::pages<DatasetInfo>(session(), std::move(first), parse::dataset_info, options.limit);
}

Paginated<SpaceInfo> ListingApi::list_spaces(const ListSpacesOptions& options) const {
  refuse_expand_with(options.expand, options.full, "`full`");
  ApiRequest first = hub::request(http::Method::get, "/api/spaces", options.call, options.token);
  hub::Query& query = first.query;
  add(query, "filter", options.filter);
  add(query, "author", options.author);
  add(query, "search", options.search);
  add_sort_and_limit(query, options.sort, options.limit);
  add_if(query, "linked", options.linked);
  add(query, "datasets", options.datasets);
  add(query, "models", options.models);
  add(query, "expand", options.expand);
  add_if(query, "full", options.full);
  return hub::pages<SpaceInfo>(session(), std::move(first), parse::space_info, options.limit);
}

HUGGINGFACE_HUB_NAMESPACE_END
