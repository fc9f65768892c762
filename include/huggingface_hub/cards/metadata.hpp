// SPDX-License-Identifier: Apache-2.0
/// @file
/// The metadata block of a README without a card object: read it, replace it, change it on the Hub.
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/cards/eval_result.hpp"
#include "huggingface_hub/cards/meta_value.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/commit.hpp"

#include <filesystem>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class HfApi;

/// The metadata of the file at `path`, as it stands there; nothing where it has no block, or an empty one.
/// @throws HfIoError  the file cannot be read.
/// @throws CardError  it is not UTF-8, or its block is no YAML or no mapping.
HUGGINGFACE_HUB_EXPORT std::optional<MetaMap> metadata_load(const std::filesystem::path& path);

/// Puts `data` in place of the metadata block of the file at `path`. Without a block it goes to the front, without a
/// file one is made. The text after the block stays as it is, byte for byte; line breaks are those of the file.
/// @throws HfIoError  the file is as it was.
/// @throws CardError  the file is not UTF-8, or `data` has a text that is not.
HUGGINGFACE_HUB_EXPORT void metadata_save(const std::filesystem::path& path, const MetaMap& data);

/// The arguments of Python's `metadata_eval_result`. All without "unset" are required.
struct MetadataEvalResultOptions {
  std::optional<std::string> dataset_config{};
  std::string dataset_id{};
  std::string dataset_pretty_name{};
  std::optional<std::string> dataset_revision{};
  std::optional<std::string> dataset_split{};
  std::optional<std::string> metrics_config{};
  std::string metrics_id{};
  std::string metrics_pretty_name{};
  MetaValue metrics_value{};
  std::optional<std::string> metrics_verification_token{};
  bool metrics_verified{false};
  std::string model_pretty_name{};
  std::string task_id{};
  std::string task_pretty_name{};
};

/// A metadata block that says one result, to be given to `metadata_save` or `metadata_update`.
HUGGINGFACE_HUB_EXPORT MetaMap metadata_eval_result(const MetadataEvalResultOptions& options);

struct MetadataUpdateOptions {
  const HfApi* api{nullptr};  ///< Null: that of the free functions.
  CallOptions call{};
  std::optional<std::string> commit_description{};
  std::optional<std::string> commit_message{};  ///< Unset: `Update metadata with huggingface_hub`.
  bool create_pr{false};
  bool overwrite{false};  ///< Values that are there already, and differ, are replaced instead of refused.
  std::optional<std::string> parent_commit{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};  ///< Where the commit goes; the card that is changed is that of `main`.
  Token token{};
};

/// Changes keys of the card of `repo_id` in one commit. The results of a `model-index` join those of the card: the same
/// metric of the same task and data set is replaced, others are added.
///
/// @throws CardError  a value is there already and differs, and `overwrite` is false; or a Space has no README.md.
///                    Nothing was sent to be changed.
/// @throws RepositoryNotFoundError, HfHubHTTPError  as `RepoCard::push_to_hub`.
HUGGINGFACE_HUB_EXPORT CommitInfo metadata_update(const std::string& repo_id, const MetaMap& metadata,
                                                  const MetadataUpdateOptions& options = {});

HUGGINGFACE_HUB_NAMESPACE_END
