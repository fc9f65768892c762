// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/paginated.hpp"
#include "huggingface_hub/string_list.hpp"
#include "huggingface_hub/types/repo_info.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

/// Filters of `list_models`; all given ones must hold (`spec/hub-http.md` 5.1).
struct ListModelsOptions {
  StringList apps{};                      ///< Runs in these, such as `ollama`.
  std::optional<std::string> author{};    ///< User or organisation.
  CallOptions call{};
  bool cardData{false};                   ///< True: sets `card_data`. Excludes `expand`.
  std::optional<std::pair<double, double>> emissions_thresholds{};  ///< Grams of CO2, from and to; needs `cardData`.
  StringList expand{};                    ///< Properties to return, and no others.
  bool fetch_config{false};               ///< True: sets `config`. Excludes `expand`.
  StringList filter{};                    ///< Tags.
  bool full{false};                       ///< True: most properties, files included. Excludes `expand`.
  std::optional<bool> gated{};
  std::optional<std::string> inference{}; ///< `warm`
  StringList inference_provider{};        ///< `all`, or names of providers.
  std::optional<std::uint64_t> limit{};   ///< At most so many; unset: all.
  std::optional<std::string> num_parameters{};  ///< `min:6B,max:128B`
  std::optional<std::string> pipeline_tag{};
  std::optional<std::string> search{};    ///< Part of the id.
  std::optional<std::string> sort{};      ///< `created_at`, `downloads`, `last_modified`, `likes`, `trending_score`; descending.
  Token token{};
  StringList trained_dataset{};
};

/// Filters of `list_datasets` (`spec/hub-http.md` 5.2).
struct ListDatasetsOptions {
  std::optional<std::string> author{};
  std::optional<std::string> benchmark{};  ///< `official` (`True` in Python), or another kind.
  CallOptions call{};
  std::optional<std::string> dataset_name{};
  StringList expand{};
  StringList filter{};
  bool full{false};
  std::optional<bool> gated{};
  StringList language{};
  StringList language_creators{};
  std::optional<std::uint64_t> limit{};
  StringList multilinguality{};
  std::optional<std::string> search{};
  StringList size_categories{};
  std::optional<std::string> sort{};
  StringList task_categories{};
  StringList task_ids{};
  Token token{};
};

/// Filters of `list_spaces` (`spec/hub-http.md` 5.3).
struct ListSpacesOptions {
  std::optional<std::string> author{};
  CallOptions call{};
  StringList datasets{};
  StringList expand{};
  StringList filter{};
  bool full{false};
  std::optional<std::uint64_t> limit{};
  bool linked{false};  ///< True: only Spaces that use a model or a dataset.
  StringList models{};
  std::optional<std::string> search{};
  std::optional<std::string> sort{};
  Token token{};
};

/// Searching. Reached through `HfApi`. Const members are safe to call from any thread.
///
/// Each call checks its arguments at once and makes the first request at `begin()`; a page is fetched when the loop
/// gets there. A transient failure of a page is tried again.
class HUGGINGFACE_HUB_EXPORT ListingApi {
 public:
  /// @throws HFValidationError  options that exclude each other; nothing was sent.
  /// @throws HfHubHTTPError     (while iterating) a failure, or an answer that is no listing.
  Paginated<ModelInfo> list_models(const ListModelsOptions& options = {}) const;

  /// As `list_models`.
  Paginated<DatasetInfo> list_datasets(const ListDatasetsOptions& options = {}) const;

  /// As `list_models`.
  Paginated<SpaceInfo> list_spaces(const ListSpacesOptions& options = {}) const;

 protected:
  ListingApi() = default;
  ListingApi(const ListingApi&) = default;
  ListingApi& operator=(const ListingApi&) = default;
  virtual ~ListingApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
