// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the Hub tells about a repository. Members are named as in Python; which of them are set depends on the
/// request (`expand`, listing or single) and on the server. Unset means "not said", never a default.
#pragma once

#include "huggingface_hub/json_text.hpp"
#include "huggingface_hub/repo_id.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// A point in time as the Hub sends it, to the microsecond.
using Timestamp = std::chrono::system_clock::time_point;

/// Who has to ask for access: nobody, or anybody, who is let in at once (`automatic`) or by hand (`manual`).
enum class Gated { no, automatic, manual };

/// How an LFS file is stored.
struct BlobLfsInfo {
  std::uint64_t pointer_size{0};  ///< Bytes of the pointer that stands in git.
  std::string sha256{};           ///< Lower-case hex.
  std::uint64_t size{0};          ///< Bytes of the content.
};

/// One file of a repository, as the info calls list it. All but `rfilename` need `files_metadata = true`.
struct RepoSibling {
  std::optional<std::string> blob_id{};  ///< Git object id; of an LFS file, that of its pointer.
  std::optional<BlobLfsInfo> lfs{};      ///< Set for LFS files.
  std::string rfilename{};               ///< Path from the root of the repository.
  std::optional<std::uint64_t> size{};   ///< Bytes of the content.
};

/// Number of parameters, by data type and in all.
struct SafeTensorsInfo {
  std::map<std::string, std::uint64_t> parameters{};
  std::uint64_t total{0};
};

struct TransformersInfo {
  std::string auto_model{};
  std::optional<std::string> custom_class{};
  std::optional<std::string> pipeline_tag{};
  std::optional<std::string> processor{};
};

/// How an inference provider serves a model.
struct InferenceProviderMapping {
  std::optional<bool> adapter{};
  std::optional<std::string> adapter_weights_path{};
  std::string provider{};
  std::string provider_id{};
  std::string status{};  ///< `live`, `staging` or `error`.
  std::string task{};
  std::optional<std::string> type{};  ///< `single-model` or `tag-filter`.
};

struct ModelInfo {
  std::optional<std::string> author{};
  JsonText base_models{};
  JsonText card_data{};  ///< The front matter of README.md.
  std::optional<std::uint64_t> children_model_count{};
  JsonText config{};
  std::optional<Timestamp> created_at{};
  std::optional<bool> disabled{};
  std::optional<std::uint64_t> downloads{};  ///< Of the last 30 days.
  std::optional<std::uint64_t> downloads_all_time{};
  JsonText eval_results{};
  std::optional<Gated> gated{};
  JsonText gguf{};
  std::string id{};  ///< `namespace/name`.
  std::optional<std::string> inference{};
  std::vector<InferenceProviderMapping> inference_provider_mapping{};
  std::optional<Timestamp> last_modified{};
  std::optional<std::string> library_name{};
  std::optional<std::uint64_t> likes{};
  std::optional<std::string> mask_token{};
  JsonText model_index{};
  std::optional<std::string> pipeline_tag{};
  std::optional<bool> private_repo{};
  JsonText resource_group{};
  std::optional<SafeTensorsInfo> safetensors{};
  JsonText security_repo_status{};
  std::optional<std::string> sha{};  ///< Commit that the revision stood for.
  std::optional<std::vector<RepoSibling>> siblings{};
  std::optional<std::vector<std::string>> spaces{};
  std::optional<std::vector<std::string>> tags{};
  std::optional<TransformersInfo> transformers_info{};
  std::optional<std::int64_t> trending_score{};
  std::optional<std::uint64_t> used_storage{};  ///< Bytes.
  JsonText widget_data{};
};

struct DatasetInfo {
  std::optional<std::string> author{};
  JsonText card_data{};
  std::optional<std::string> citation{};
  std::optional<Timestamp> created_at{};
  std::optional<std::string> description{};
  std::optional<bool> disabled{};
  std::optional<std::uint64_t> downloads{};
  std::optional<std::uint64_t> downloads_all_time{};
  std::optional<Gated> gated{};
  std::string id{};
  std::optional<Timestamp> last_modified{};
  std::optional<std::uint64_t> likes{};
  std::optional<std::uint64_t> main_size{};
  std::optional<std::string> paperswithcode_id{};
  std::optional<bool> private_repo{};
  JsonText resource_group{};
  std::optional<std::string> sha{};
  std::optional<std::vector<RepoSibling>> siblings{};
  std::optional<std::vector<std::string>> tags{};
  std::optional<std::int64_t> trending_score{};
  std::optional<std::uint64_t> used_storage{};
};

struct SpaceInfo {
  std::optional<std::string> author{};
  JsonText card_data{};
  std::optional<Timestamp> created_at{};
  std::optional<std::vector<std::string>> datasets{};
  std::optional<bool> disabled{};
  std::optional<Gated> gated{};
  std::optional<std::string> host{};
  std::string id{};
  std::optional<Timestamp> last_modified{};
  std::optional<std::uint64_t> likes{};
  std::optional<std::vector<std::string>> models{};
  std::optional<bool> private_repo{};
  std::optional<std::string> region{};
  JsonText resource_group{};
  JsonText runtime{};
  std::optional<std::string> sdk{};
  std::optional<std::string> sha{};
  std::optional<std::vector<RepoSibling>> siblings{};
  std::optional<std::string> subdomain{};
  std::optional<std::vector<std::string>> tags{};
  std::optional<std::int64_t> trending_score{};
  std::optional<std::uint64_t> used_storage{};
};

struct KernelInfo {
  std::optional<std::string> author{};
  std::optional<std::uint64_t> downloads{};
  std::optional<Gated> gated{};
  std::string id{};
  std::optional<Timestamp> last_modified{};
  std::optional<std::uint64_t> likes{};
  std::optional<bool> private_repo{};
  std::optional<std::string> sha{};
};

/// What `repo_info` returns: the alternative that stands for the repository type.
using RepoInfo = std::variant<ModelInfo, DatasetInfo, SpaceInfo, KernelInfo>;

/// `namespace/name`, whatever the type.
inline const std::string& id_of(const RepoInfo& info) {
  return std::visit([](const auto& repo) -> const std::string& { return repo.id; }, info);
}

/// The commit that the revision stood for, whatever the type.
inline const std::optional<std::string>& sha_of(const RepoInfo& info) {
  return std::visit([](const auto& repo) -> const std::optional<std::string>& { return repo.sha; }, info);
}

HUGGINGFACE_HUB_NAMESPACE_END
