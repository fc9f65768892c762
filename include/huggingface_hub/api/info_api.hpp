// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/repo_info.hpp"

#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

struct ModelInfoOptions {
  CallOptions call{};
  std::vector<std::string> expand{};  ///< Properties to return, and no others (`spec/hub-http.md` 4).
  bool files_metadata{false};         ///< True: `siblings` carry size and ids. Excludes `expand`.
  std::optional<std::string> revision{};
  bool securityStatus{false};         ///< True: sets `security_repo_status`. Excludes `expand`.
  Token token{};
};

struct DatasetInfoOptions {
  CallOptions call{};
  std::vector<std::string> expand{};
  bool files_metadata{false};
  std::optional<std::string> revision{};
  Token token{};
};

struct SpaceInfoOptions {
  CallOptions call{};
  std::vector<std::string> expand{};
  bool files_metadata{false};
  std::optional<std::string> revision{};
  Token token{};
};

struct KernelInfoOptions {
  CallOptions call{};
  std::optional<std::string> revision{};
  Token token{};
};

struct RepoInfoOptions {
  CallOptions call{};
  std::vector<std::string> expand{};
  bool files_metadata{false};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

struct RepoExistsOptions {
  CallOptions call{};
  RepoType repo_type{RepoType::model};
  Token token{};
};

struct RevisionExistsOptions {
  CallOptions call{};
  RepoType repo_type{RepoType::model};
  Token token{};
};

struct FileExistsOptions {
  CallOptions call{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

/// What the Hub knows about a repository. Reached through `HfApi`.
/// Const members are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT InfoApi {
 public:
  /// Information about one model, at a revision or at the head of `main`.
  ///
  /// One request, tried once: asking again is safe.
  ///
  /// @throws RepositoryNotFoundError  no such repository, or no access to it.
  /// @throws RevisionNotFoundError    `options.revision` does not exist.
  /// @throws HFValidationError        the id cannot be one, or `expand` was combined with `files_metadata` or
  ///                                  `securityStatus`; nothing was sent.
  /// @throws BadRequestError          `expand` names an unknown property.
  /// @throws HfHubHTTPError           any other failure, or an answer that is no repository information.
  ModelInfo model_info(const std::string& repo_id, const ModelInfoOptions& options = {}) const;

  /// As `model_info`, for a dataset.
  DatasetInfo dataset_info(const std::string& repo_id, const DatasetInfoOptions& options = {}) const;

  /// As `model_info`, for a Space.
  SpaceInfo space_info(const std::string& repo_id, const SpaceInfoOptions& options = {}) const;

  /// As `model_info`, for a kernel repository.
  KernelInfo kernel_info(const std::string& repo_id, const KernelInfoOptions& options = {}) const;

  /// One of the four above, by `options.repo_type`. `expand` and `files_metadata` do not apply to kernels.
  RepoInfo repo_info(const std::string& repo_id, const RepoInfoOptions& options = {}) const;

  /// True if the repository is there and can be seen; also if it is gated. Errors other than "not found" are
  /// thrown as by `repo_info`.
  bool repo_exists(const std::string& repo_id, const RepoExistsOptions& options = {}) const;

  /// True if repository and branch, tag or commit are there.
  bool revision_exists(const std::string& repo_id, const std::string& revision,
                       const RevisionExistsOptions& options = {}) const;

  /// True if the file is there at the revision; false if file, revision or repository are not.
  ///
  /// @throws GatedRepoError  the repository is there, and one has to ask for access first.
  bool file_exists(const std::string& repo_id, const std::string& filename,
                   const FileExistsOptions& options = {}) const;

 protected:
  InfoApi() = default;
  InfoApi(const InfoApi&) = default;
  InfoApi& operator=(const InfoApi&) = default;
  virtual ~InfoApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
