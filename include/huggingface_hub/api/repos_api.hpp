// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/repo_info.hpp"
#include "huggingface_hub/types/repo_url.hpp"
#include "huggingface_hub/types/space.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

/// Who may see a repository. `protected_repo` is for Spaces only: the app is public, its source is not.
enum class Visibility { public_repo, private_repo, protected_repo };

struct CreateRepoOptions {
  CallOptions call{};
  bool exist_ok{false};                  ///< True: a repository that is there already is no error.
  std::optional<bool> private_repo{};    ///< `private` in Python; unset: as the owner's settings say. Excludes `visibility`.
  std::optional<std::string> region{};   ///< `us` or `eu`.
  RepoType repo_type{RepoType::model};
  std::optional<std::string> resource_group_id{};
  std::optional<std::string> space_hardware{};
  std::optional<std::string> space_sdk{};           ///< For Spaces, required: `gradio`, `streamlit`, `docker` or `static`.
  std::vector<SpaceSecret> space_secrets{};
  std::optional<std::int64_t> space_sleep_time{};   ///< Seconds without a visitor; -1: never.
  std::optional<std::string> space_template{};      ///< Id or name of an official template; gives the SDK too.
  std::vector<SpaceVariable> space_variables{};
  std::vector<Volume> space_volumes{};
  Token token{};
  std::optional<Visibility> visibility{};
};

struct DeleteRepoOptions {
  CallOptions call{};
  bool missing_ok{false};  ///< True: a repository that is not there is no error.
  RepoType repo_type{RepoType::model};
  Token token{};
};

struct MoveRepoOptions {
  CallOptions call{};
  RepoType repo_type{RepoType::model};
  Token token{};
};

/// At least one of `gated`, `private_repo` and `visibility` must be set.
struct UpdateRepoSettingsOptions {
  CallOptions call{};
  std::optional<Gated> gated{};
  std::optional<bool> private_repo{};  ///< `private` in Python. Excludes `visibility`.
  RepoType repo_type{RepoType::model};
  Token token{};
  std::optional<Visibility> visibility{};
};

/// Creating, deleting, renaming repositories. Reached through `HfApi`.
/// Const members are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT ReposApi {
 public:
  /// Creates an empty repository.
  ///
  /// Sent once; a repeat by the caller is safe with `exist_ok = true`. While the Hub says that another creation
  /// for the same owner is in progress, the call waits and asks again, until it is cancelled or times out.
  /// With `exist_ok`, a token that may not create but can see the repository is enough.
  ///
  /// @param repo_id  `namespace/name`, or `name` for the namespace of the token's user.
  /// @param options  Type, visibility and region of the new one; what a Space runs on.
  ///
  /// @throws HfHubHTTPError     409 where the repository exists and `exist_ok` is false; 401, 402, 403 without the right.
  /// @throws BadRequestError    the Hub refuses the settings.
  /// @throws HFValidationError  the id cannot be one, `space_sdk` is missing or unknown, `private_repo` and
  ///                            `visibility` are both set; nothing was sent.
  RepoUrl create_repo(const std::string& repo_id, const CreateRepoOptions& options = {}) const;

  /// Deletes a repository with all its history. There is no way back.
  ///
  /// Sent once; a repeat is safe with `missing_ok = true`.
  ///
  /// @throws RepositoryNotFoundError  it is not there and `missing_ok` is false, or no access to it.
  void delete_repo(const std::string& repo_id, const DeleteRepoOptions& options = {}) const;

  /// Renames a repository or gives it to another namespace. The old id goes on answering through redirects.
  ///
  /// Sent once.
  ///
  /// @param from_id  `namespace/name` of today.
  /// @param to_id    `namespace/name` from now on.
  /// @param options  The type of the repository, and the token.
  ///
  /// @throws HFValidationError  an id without namespace; nothing was sent.
  /// @throws HfHubHTTPError     the Hub refuses: no right, or the new name is taken.
  void move_repo(const std::string& from_id, const std::string& to_id, const MoveRepoOptions& options = {}) const;

  /// Changes who may see the repository and who may fetch its files. For models, datasets and Spaces.
  ///
  /// Sent once; a repeat is safe.
  ///
  /// @throws HFValidationError  nothing to change was given; nothing was sent.
  void update_repo_settings(const std::string& repo_id, const UpdateRepoSettingsOptions& options = {}) const;

 protected:
  ReposApi() = default;
  ReposApi(const ReposApi&) = default;
  ReposApi& operator=(const ReposApi&) = default;
  virtual ~ReposApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
