// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/progress.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/commit.hpp"
#include "huggingface_hub/types/commit_operation.hpp"

#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

struct ListRepoCommitsOptions {
  CallOptions call{};
  bool formatted{false};  ///< True: also title and message as HTML.
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

struct SuperSquashHistoryOptions {
  std::optional<std::string> branch{};  ///< Unset: `main`.
  CallOptions call{};
  std::optional<std::string> commit_message{};
  RepoType repo_type{RepoType::model};
  Token token{};
};

struct CreateCommitOptions {
  CallOptions call{};                           ///< `timeout` bounds the whole call, uploads included.
  std::optional<std::string> commit_description{};
  std::string commit_message{};                 ///< Required: the title.
  bool create_pr{false};                        ///< True: opens a pull request against `revision` with this commit.
  int num_threads{5};                           ///< Files hashed and uploaded at a time.
  std::optional<std::string> parent_commit{};   ///< The commit fails unless this is the head of `revision`.
  ProgressCallback progress{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};        ///< A branch; unset: `main`.
  Token token{};
};

struct PreuploadLfsFilesOptions {
  CallOptions call{};
  bool create_pr{false};                        ///< As it will be in `create_commit`.
  bool free_memory{true};                       ///< True: content is let go of once uploaded.
  std::optional<std::string> gitignore_content{};  ///< Unset: that of a `.gitignore` among the additions.
  int num_threads{5};
  ProgressCallback progress{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

/// History, and adding to it. Reached through `HfApi`. Const members are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT CommitsApi {
 public:
  /// The commits of a revision, newest first. Pages are fetched one after another until the end; a transient failure
  /// is tried again.
  ///
  /// @throws RepositoryNotFoundError, RevisionNotFoundError
  std::vector<GitCommitInfo> list_repo_commits(const std::string& repo_id,
                                               const ListRepoCommitsOptions& options = {}) const;

  /// Replaces the history of a branch by one commit. There is no way back. For models, datasets and Spaces. Sent once.
  ///
  /// @throws RevisionNotFoundError  no such branch.
  /// @throws BadRequestError        it is no branch.
  void super_squash_history(const std::string& repo_id, const SuperSquashHistoryOptions& options = {}) const;

  /// Makes one commit out of `operations`: all of it, or nothing.
  ///
  /// Files are hashed and sent as streams, so that memory does not grow with their size. The Hub says which files go
  /// to LFS storage; those are uploaded first, then the commit is made. Files that the Hub has already are not
  /// sent again. If nothing would change, no commit is made, a warning is logged, and the head of the revision is
  /// returned.
  ///
  /// @throws RepositoryNotFoundError, GatedRepoError
  /// @throws RevisionNotFoundError     no such branch: commits do not create branches.
  /// @throws RemoteEntryNotFoundError  a file to delete or to copy is not there.
  /// @throws CardError                 the Hub says that the metadata in README.md is wrong; nothing was committed.
  /// @throws BadRequestError           the Hub refuses the commit.
  /// @throws HfHubHTTPError            403: no right to write; 412 or 409: `parent_commit` is no longer the head.
  /// @throws HfIoError                 a file cannot be read, or has vanished meanwhile; nothing was committed.
  /// @throws IntegrityError            a file was changed while it was uploaded; nothing was committed.
  /// @throws HFValidationError         an argument cannot be meant; nothing was sent.
  /// @throws OperationCancelledError   nothing was committed, unless the commit itself was already under way.
  ///
  /// @par Retries
  /// Hashing, asking and uploading are tried again on transient failures. So is the commit itself, but never blindly:
  /// where its answer is lost or doubtful (a broken connection, 5xx), or somebody else's commit came first (409, 412;
  /// not with `parent_commit`), the repository is looked at, and what it has by then is not committed again. If the
  /// commit did happen, the head of the revision is returned. One with `create_pr` whose answer is doubtful is not
  /// repeated. After an error a repeat by the caller is safe.
  CommitInfo create_commit(const std::string& repo_id, const std::vector<CommitOperation>& operations,
                           const CreateCommitOptions& options) const;

  /// Uploads the content of those `additions` that go to LFS storage, ahead of a `create_commit` with the same
  /// operations. Nothing is visible to others before that commit. With `free_memory`, content given as bytes or
  /// stream is let go of once it is uploaded.
  ///
  /// May be repeated: what is uploaded is not uploaded again.
  ///
  /// @throws  as `create_commit`.
  void preupload_lfs_files(const std::string& repo_id, const std::vector<CommitOperationAdd>& additions,
                           const PreuploadLfsFilesOptions& options = {}) const;

 protected:
  CommitsApi() = default;
  CommitsApi(const CommitsApi&) = default;
  CommitsApi& operator=(const CommitsApi&) = default;
  virtual ~CommitsApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
