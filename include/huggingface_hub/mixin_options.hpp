// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the calls of `ModelHubMixin` take.
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/cards/card_data.hpp"
#include "huggingface_hub/detail/json_abi.hpp"
#include "huggingface_hub/progress.hpp"
#include "huggingface_hub/string_list.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class HfApi;

/// What a model class says about itself: `static MixinInfo hub_info()`. In Python these are arguments of the class.
struct MixinInfo {
  std::optional<std::string> docs_url{};             ///< "Docs" of the generated card.
  std::optional<StringOrList> language{};
  std::optional<std::string> library_name{};         ///< In the card's metadata, and the first words of the user agent.
  std::optional<std::string> library_version{};      ///< For the user agent only.
  std::optional<std::string> license{};
  std::optional<std::string> license_link{};         ///< With `license` `other`.
  std::optional<std::string> license_name{};         ///< With `license` `other`.
  std::optional<std::string> model_card_template{};  ///< Jinja source; unset: the generic template.
  std::optional<std::string> paper_url{};            ///< "Paper" of the generated card.
  std::optional<std::string> pipeline_tag{};
  std::optional<std::string> repo_url{};             ///< "Code" of the generated card.
  std::vector<std::string> tags{};                   ///< Sorted and without doubles in the card.
};

HUGGINGFACE_HUB_JSON_ABI_BEGIN

struct FromPretrainedOptions {
  const HfApi* api{nullptr};                         ///< Null: that of the free functions.
  std::optional<std::filesystem::path> cache_dir{};  ///< Unset: that of `api`.
  CallOptions call{};
  std::optional<std::string> endpoint{};
  bool force_download{false};                        ///< Fetch again what is cached.
  std::string library_name{};                        ///< For the user agent; empty: that of the class.
  std::string library_version{};
  bool local_files_only{false};                      ///< Ask nobody.
  nlohmann::json model_kwargs = nlohmann::json::object();  ///< For the model; they win over `config.json`.
  ProgressCallback progress{};
  ProxyMap proxies{};
  std::optional<bool> resume_download{};             ///< Accepted, without effect: downloads always resume.
  std::optional<std::string> revision{};             ///< Branch, tag or commit; unset: `main`.
  Token token{};
};

struct PushToHubOptions {
  StringList allow_patterns{};                       ///< Only files that match one of these; unset: all.
  const HfApi* api{nullptr};                         ///< Null: that of the free functions.
  std::optional<std::string> branch{};               ///< Unset: `main`. It has to be there.
  CallOptions call{};
  std::optional<std::string> commit_description{};
  std::string commit_message{"Push model using huggingface_hub."};
  std::optional<nlohmann::json> config{};            ///< In place of the model's own.
  bool create_pr{false};                             ///< Opens a pull request; only against `main`.
  StringList delete_patterns{};                      ///< Files of the repository that match are deleted in the same commit.
  std::optional<std::string> endpoint{};
  StringList ignore_patterns{};                      ///< No files that match one of these.
  bool keep_remote_card{false};                      ///< True: a `README.md` of the repository is not replaced.
  std::string library_name{};                        ///< For the user agent; empty: that of the class.
  std::string library_version{};
  nlohmann::json model_card_kwargs = nlohmann::json::object();  ///< Variables of the card's template.
  std::optional<bool> private_repo{};                ///< For a new repository; unset: as the owner's settings say.
  ProgressCallback progress{};
  ProxyMap proxies{};
  Token token{};
};

struct SavePretrainedOptions {
  std::optional<nlohmann::json> config{};            ///< In place of the model's own.
  nlohmann::json model_card_kwargs = nlohmann::json::object();  ///< Variables of the card's template.
  PushToHubOptions push_options{};                   ///< With `push_to_hub`; its `config` and `model_card_kwargs` do not count.
  bool push_to_hub{false};                           ///< True: pushes after saving.
  std::optional<std::string> repo_id{};              ///< With `push_to_hub`; unset: the folder's name.
};

HUGGINGFACE_HUB_JSON_ABI_END

HUGGINGFACE_HUB_NAMESPACE_END
