// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/progress.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/string_list.hpp"
#include "huggingface_hub/types/commit.hpp"
#include "huggingface_hub/types/commit_operation.hpp"

#include <filesystem>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

struct UploadFileOptions {
  CallOptions call{};
  std::optional<std::string> commit_description{};
  std::optional<std::string> commit_message{};  ///< Unset: `Upload <path_in_repo> with huggingface_hub`.
  bool create_pr{false};
  std::optional<std::string> parent_commit{};
  ProgressCallback progress{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

struct UploadFolderOptions {
  StringList allow_patterns{};                  ///< Only files that match one of these; unset: all.
  CallOptions call{};
  std::optional<std::string> commit_description{};
  std::optional<std::string> commit_message{};  ///< Unset: `Upload folder using huggingface_hub`.
  bool create_pr{false};                        ///< Only against `main`.
  StringList delete_patterns{};                 ///< Files of the repository that match one of these are deleted first.
  StringList ignore_patterns{};                 ///< No files that match one of these.
  int num_threads{5};
  std::optional<std::string> parent_commit{};
  std::optional<std::string> path_in_repo{};    ///< A folder in the repository; unset: the root.
  ProgressCallback progress{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

struct DeleteFileOptions {
  CallOptions call{};
  std::optional<std::string> commit_description{};
  std::optional<std::string> commit_message{};  ///< Unset: `Delete <path_in_repo> with huggingface_hub`.
  bool create_pr{false};
  std::optional<std::string> parent_commit{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

struct DeleteFilesOptions {
  CallOptions call{};
  std::optional<std::string> commit_description{};
  std::optional<std::string> commit_message{};  ///< Unset: `Delete files <patterns> with huggingface_hub`.
  bool create_pr{false};
  std::optional<std::string> parent_commit{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

struct DeleteFolderOptions {
  CallOptions call{};
  std::optional<std::string> commit_description{};
  std::optional<std::string> commit_message{};  ///< Unset: `Delete folder <path_in_repo> with huggingface_hub`.
  bool create_pr{false};
  std::optional<std::string> parent_commit{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

struct CopyFilesOptions {
  CallOptions call{};
  Token token{};
};

/// Files and folders to the Hub and off it, one commit a call, but for very large folders. Reached through `HfApi`.
/// Const members are safe to call from any thread. Errors, guarantees and retries are those of `create_commit`.
class HUGGINGFACE_HUB_EXPORT UploadsApi {
 public:
  /// Uploads one file, given as path, bytes or stream.
  CommitInfo upload_file(const UploadSource& path_or_fileobj, const std::string& path_in_repo,
                         const std::string& repo_id, const UploadFileOptions& options = {}) const;

  /// Uploads what is in a folder, sub-folders included.
  ///
  /// Up to 1000 files, with up to 100 MiB that the Hub keeps in git, are one commit. More are several, titled
  /// `… (part 2)` and so on: while one batch is committed, the next one is looked at, hashed and sent, and how many
  /// files a commit has follows from how long commits take. Deletions and `parent_commit` belong to the first; the
  /// last one is returned. With `create_pr` all go to one pull request. Memory grows with the names of the files only.
  ///
  /// Hidden files and symlinks to files are taken; symlinks to folders are not followed; `.git` and
  /// `.cache/huggingface` are left out at any depth. Patterns (`spec/transfer.md` 10) see paths relative to
  /// `folder_path`, `delete_patterns` those relative to `path_in_repo`. Files that the upload replaces are not
  /// deleted first, `.gitattributes` is never deleted. Files that are the same on the Hub are not sent again.
  ///
  /// @par Retries
  /// A commit that is refused as too large is halved; one that met another commit is planned anew; after a lost or
  /// doubtful answer the repository is looked at before the commit is repeated. Any other refusal ends the call; what
  /// was committed until then stays. After a failure, or the death of the process, the same call goes on where it was:
  /// files that are committed or stored are not sent again, and those of unchanged size, times and inode not even read
  /// (their digests are kept under `HF_HOME`, in `cpp/upload-hashes`).
  ///
  /// @throws HFValidationError  `folder_path` is no folder, or `create_pr` with a `revision` other than `main`.
  CommitInfo upload_folder(const std::string& repo_id, const std::filesystem::path& folder_path,
                           const UploadFolderOptions& options = {}) const;

  /// The name that Python's client had for large folders until 1.x.
  [[deprecated("upload_folder takes folders of any size")]]
  CommitInfo upload_large_folder(const std::string& repo_id, const std::filesystem::path& folder_path,
                                 const UploadFolderOptions& options = {}) const {
    return upload_folder(repo_id, folder_path, options);
  }

  /// Copies a file or a folder from a repository to another place on the Hub, in one commit titled
  /// `Copy files from <type>s/<id>`. LFS content is not moved.
  ///
  /// @param source       `hf://` URI of a file, a folder, or a whole repository. A `/` at the end means the content of
  ///                     the folder; without, a folder goes *into* a destination that is there already, as with `cp -r`.
  /// @param destination  `hf://` URI of a repository, or a path in one. A file goes into a folder that is there or whose
  ///                     path ends in `/`; else this is its new name.
  /// @param options      The token, and when to give up.
  ///
  /// @throws EntryNotFoundError  there is nothing at `source`.
  /// @throws HFValidationError   a bucket is involved, which is not supported.
  /// @throws HfUriError          an URI cannot be one. Else as `create_commit`.
  CommitInfo copy_files(const std::string& source, const std::string& destination,
                        const CopyFilesOptions& options = {}) const;

  /// Deletes one file.
  CommitInfo delete_file(const std::string& path_in_repo, const std::string& repo_id,
                         const DeleteFileOptions& options = {}) const;

  /// Deletes the files that match one of `delete_patterns`, `.gitattributes` excepted.
  CommitInfo delete_files(const std::string& repo_id, const StringList& delete_patterns,
                          const DeleteFilesOptions& options = {}) const;

  /// Deletes a folder with everything in it.
  CommitInfo delete_folder(const std::string& path_in_repo, const std::string& repo_id,
                           const DeleteFolderOptions& options = {}) const;

 protected:
  UploadsApi() = default;
  UploadsApi(const UploadsApi&) = default;
  UploadsApi& operator=(const UploadsApi&) = default;
  virtual ~UploadsApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
