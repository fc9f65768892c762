// SPDX-License-Identifier: Apache-2.0
/// @file
/// The part of `ModelHubMixin` that does not name the model: compiled once. JSON crosses as text.
#pragma once

#include "huggingface_hub/cards/repo_card.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/hf_api.hpp"
#include "huggingface_hub/json_text.hpp"
#include "huggingface_hub/mixin_options.hpp"

#include <filesystem>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Where a model comes from, as the hook `_from_pretrained` sees it.
struct PretrainedSource {
  const HfApi* api{nullptr};
  std::optional<std::filesystem::path> cache_dir{};
  CallOptions call{};
  std::optional<std::string> endpoint{};
  bool force_download{false};
  std::string library_name{};
  std::string library_version{};
  std::optional<std::filesystem::path> local_dir{};  ///< Set where the model is a folder of this machine.
  bool local_files_only{false};
  std::string model_id{};                            ///< What was asked for: a repo id, or the folder.
  ProgressCallback progress{};
  ProxyMap proxies{};
  std::optional<bool> resume_download{};
  std::optional<std::string> revision{};
  Token token{};
};

namespace detail {

/// Decides between folder and repository, and fetches `config.json`; empty where there is none. Logs which.
/// @throws what `from_pretrained` throws.
HUGGINGFACE_HUB_EXPORT JsonText fetch_config(PretrainedSource& source);

/// As `PretrainedSource` members of `FromPretrainedArgs` of the same names.
HUGGINGFACE_HUB_EXPORT std::filesystem::path pretrained_file(const PretrainedSource& source, const std::string& name);
HUGGINGFACE_HUB_EXPORT std::filesystem::path pretrained_folder(const PretrainedSource& source,
                                                               const StringList& allow_patterns,
                                                               const StringList& ignore_patterns);

/// Says which `config.json` is no JSON object. @throws HfHubError
[[noreturn]] HUGGINGFACE_HUB_EXPORT void throw_bad_config(const PretrainedSource& source, const std::string& why);

/// Makes the folder and takes an old `config.json` out of it.
HUGGINGFACE_HUB_EXPORT void begin_save(const std::filesystem::path& folder);
/// Writes `config.json`, unless the model has written one itself.
HUGGINGFACE_HUB_EXPORT void save_config(const std::filesystem::path& folder, const std::string& text);
/// True where the folder has no `README.md`.
HUGGINGFACE_HUB_EXPORT bool lacks_card(const std::filesystem::path& folder);
/// The repository that a folder is pushed to by default: its name.
HUGGINGFACE_HUB_EXPORT std::string default_repo_id(const std::filesystem::path& folder);

/// `child`, with what it leaves unset taken from `parent`; tags of both.
HUGGINGFACE_HUB_EXPORT MixinInfo inherit_info(const MixinInfo& parent, MixinInfo child);

/// The library for the user agent: that of the call, else that of the class.
template <typename Target>
void set_library(Target& target, const MixinInfo& info, const std::string& name, const std::string& version) {
  target.library_name = name.empty() ? info.library_name.value_or("") : name;
  target.library_version = version.empty() && name.empty() ? info.library_version.value_or("") : version;
}

/// `info` with the tags of the mixins, sorted and unique.
HUGGINGFACE_HUB_EXPORT MixinInfo merge_info(MixinInfo info, const std::vector<std::string>& mixin_tags);
/// @param kwargs  a JSON object. @throws HFValidationError  it has a name that is not free; CardError
HUGGINGFACE_HUB_EXPORT ModelCard make_model_card(const MixinInfo& info, const JsonText& kwargs);

/// What a push asks of the Hub; the values of `PushToHubOptions` that are no JSON.
struct PushPlan {
  StringList allow_patterns{};
  const HfApi* api{nullptr};
  std::optional<std::string> branch{};
  CallOptions call{};
  std::optional<std::string> commit_description{};
  std::string commit_message{};
  bool create_pr{false};
  StringList delete_patterns{};
  std::optional<std::string> endpoint{};
  StringList ignore_patterns{};
  bool keep_remote_card{false};
  std::string library_name{};
  std::string library_version{};
  std::optional<bool> private_repo{};
  ProgressCallback progress{};
  ProxyMap proxies{};
  Token token{};
};

/// A push under way: the repository is there, its folder is not filled yet. Removes the folder at the end.
class HUGGINGFACE_HUB_EXPORT Push {
 public:
  /// Makes the repository if it is missing, and a temporary folder.
  Push(const std::string& repo_id, PushPlan plan);
  Push(const Push&) = delete;
  Push& operator=(const Push&) = delete;
  ~Push();

  /// `<temporary>/<namespace>/<name>`; not made yet.
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  /// One commit with what is in the folder.
  CommitInfo upload();

 private:
  PushPlan plan_;
  HfApi api_;
  std::string repo_id_;
  std::filesystem::path temporary_;
  std::filesystem::path folder_;
};

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
