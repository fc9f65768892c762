// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/paginated.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/repo_file.hpp"

#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

struct ListRepoTreeOptions {
  CallOptions call{};
  bool expand{false};                           ///< Also the last commit and the security scan; smaller pages.
  std::optional<std::string> path_in_repo{};    ///< A folder; unset: the root.
  bool recursive{false};                        ///< Also what is in folders below.
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

struct ListRepoFilesOptions {
  CallOptions call{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

struct GetPathsInfoOptions {
  CallOptions call{};
  bool expand{false};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

/// What is in a repository. Reached through `HfApi`. Const members are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT TreeApi {
 public:
  /// Files and folders, a page at a time (about 1000 entries, 50 with `expand`).
  ///
  /// The arguments are checked at once, the first request is made by `begin()`. A transient failure of a page is
  /// tried again. Paths are what the server says: check them before they become names on this machine.
  ///
  /// @throws RepositoryNotFoundError, GatedRepoError, RevisionNotFoundError
  /// @throws RemoteEntryNotFoundError  `path_in_repo` is not there, or is a file.
  /// @throws HFValidationError         an argument cannot be meant; nothing was sent.
  /// @throws HfHubHTTPError            any other failure, or an answer that is no listing.
  Paginated<RepoTreeEntry> list_repo_tree(const std::string& repo_id, const ListRepoTreeOptions& options = {}) const;

  /// The paths of all files.
  std::vector<std::string> list_repo_files(const std::string& repo_id, const ListRepoFilesOptions& options = {}) const;

  /// What is at each of `paths`; paths where nothing is are left out. One request for 500 paths, tried once.
  ///
  /// @throws RepositoryNotFoundError, GatedRepoError, RevisionNotFoundError
  std::vector<RepoTreeEntry> get_paths_info(const std::string& repo_id, const std::vector<std::string>& paths,
                                            const GetPathsInfoOptions& options = {}) const;

 protected:
  TreeApi() = default;
  TreeApi(const TreeApi&) = default;
  TreeApi& operator=(const TreeApi&) = default;
  virtual ~TreeApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
