// SPDX-License-Identifier: Apache-2.0
/// @file
/// Facts about single files: their URL, and what the Hub says about them without sending them.
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/download.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

struct HfHubUrlOptions {
  std::optional<std::string> endpoint{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};   ///< Unset: `main`.
  std::optional<std::string> subfolder{};  ///< Put before the file name.
};

struct GetHfFileMetadataOptions {
  CallOptions call{};
  std::optional<std::string> endpoint{};  ///< Counts as a Hub origin; unset: that of `HfApi`.
  std::string library_name{};
  std::string library_version{};
  ProxyMap proxies{};
  std::optional<std::chrono::milliseconds> timeout{};  ///< Without a byte; unset: 10 s. `HF_HUB_ETAG_TIMEOUT` wins.
  Token token{};
  std::string user_agent{};
};

struct VerifyRepoChecksumsOptions {
  std::optional<std::filesystem::path> cache_dir{};  ///< Not together with `local_dir`.
  CallOptions call{};
  std::optional<std::filesystem::path> local_dir{};  ///< A folder of real files; unset: the cached snapshot.
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  Token token{};
};

/// URLs and metadata of files. Reached through `HfApi`. Const members are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT MetadataApi {
 public:
  /// The URL that answers with the content of a file: `<endpoint>/<id>/resolve/<revision>/<path>`. Sends nothing.
  ///
  /// @throws HFValidationError  `repo_id` or `filename` cannot be one.
  std::string hf_hub_url(const std::string& repo_id, const std::string& filename,
                         const HfHubUrlOptions& options = {}) const;

  /// Asks for the commit, the ETag, the size and the place of the file at `url` (as `hf_hub_url` makes it), with
  /// HEAD requests: one, or one more for each redirect inside the Hub. The token never leaves the Hub.
  ///
  /// Members that the server did not give are unset.
  ///
  /// @throws RepositoryNotFoundError, GatedRepoError, RevisionNotFoundError, RemoteEntryNotFoundError
  /// @throws OfflineModeIsEnabled  nothing was sent.
  /// @par Retries  None: one try, as in Python.
  HfFileMetadata get_hf_file_metadata(const std::string& url, const GetHfFileMetadataOptions& options = {}) const;

  /// Compares the files of a cached snapshot, or of `local_dir`, with the digests that the Hub lists: SHA-256 for
  /// LFS files, git blob ids for others (`spec/cache.md` 13). Changes nothing.
  ///
  /// @throws HFValidationError  both `local_dir` and `cache_dir`; no such folder; revision not in the cache; several
  ///                            cached revisions and none named.
  FolderVerification verify_repo_checksums(const std::string& repo_id,
                                           const VerifyRepoChecksumsOptions& options = {}) const;

 protected:
  MetadataApi() = default;
  MetadataApi(const MetadataApi&) = default;
  MetadataApi& operator=(const MetadataApi&) = default;
  virtual ~MetadataApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
