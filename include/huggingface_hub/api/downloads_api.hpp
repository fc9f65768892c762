// SPDX-License-Identifier: Apache-2.0
/// @file
/// Files and whole repositories from the Hub to the disk: into the shared cache, or into a folder of one's own.
#pragma once

#include "huggingface_hub/cache/lookup.hpp"
#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/progress.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/download.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

struct HfHubDownloadOptions {
  std::optional<std::filesystem::path> cache_dir{};            ///< Unset: that of `HfApi`, else `HF_HUB_CACHE`.
  std::optional<std::vector<std::filesystem::path>> cache_fallbacks{};  ///< Unset: those of `HfApi`.
  CallOptions call{};                                          ///< `timeout` bounds the whole call.
  std::optional<std::chrono::milliseconds> download_timeout{}; ///< Longest silence of a body; unset: 10 s.
  std::optional<std::string> endpoint{};
  std::optional<std::chrono::milliseconds> etag_timeout{};     ///< For the metadata; `HF_HUB_ETAG_TIMEOUT` wins.
  bool force_download{false};                                  ///< Fetch again what is there.
  std::string library_name{};                                  ///< For the user agent.
  std::string library_version{};
  std::optional<std::filesystem::path> local_dir{};            ///< Real files in this folder instead of the cache.
  bool local_files_only{false};                                ///< Ask nobody.
  ProgressCallback progress{};
  ProxyMap proxies{};
  RepoType repo_type{RepoType::model};
  std::optional<bool> resume_download{};                       ///< Accepted, without effect (as in Python).
  std::optional<std::string> revision{};                       ///< Branch, tag, PR ref or commit; unset: `main`.
  std::optional<std::string> subfolder{};                      ///< Put before the file name.
  Token token{};
  std::string user_agent{};
};

struct SnapshotDownloadOptions {
  std::optional<std::vector<std::string>> allow_patterns{};    ///< Unset: everything. An empty list: nothing.
  std::optional<std::filesystem::path> cache_dir{};
  std::optional<std::vector<std::filesystem::path>> cache_fallbacks{};
  CallOptions call{};
  std::optional<std::chrono::milliseconds> download_timeout{};
  std::optional<std::string> endpoint{};
  std::optional<std::chrono::milliseconds> etag_timeout{};
  bool force_download{false};
  std::vector<std::string> ignore_patterns{};
  std::string library_name{};
  std::string library_version{};
  std::optional<std::filesystem::path> local_dir{};
  bool local_files_only{false};
  /// Files in flight at a time. Unset: 8; and of small files, which travel in memory, as many more (up to 48) as the
  /// round trip to the Hub makes worth it.
  std::optional<int> max_workers{};
  ProgressCallback progress{};
  ProxyMap proxies{};
  RepoType repo_type{RepoType::model};
  std::optional<bool> resume_download{};                       ///< Accepted, without effect (as in Python).
  std::optional<std::string> revision{};
  Token token{};
  std::string user_agent{};
};

/// Downloads. Reached through `HfApi`. Const members are safe to call from any thread; any number of threads and
/// processes, C++ and Python mixed, may share one cache.
class HUGGINGFACE_HUB_EXPORT DownloadsApi {
 public:
  /// The path of `filename` on this machine, after fetching it if need be.
  ///
  /// What is cached for a commit is answered without any request; a branch or tag costs one HEAD. Bytes go to a
  /// private temporary file, are checked against the size and the digest (SHA-256 or git id) that the Hub promised
  /// while they arrive, and become visible under their name by one rename: nobody ever sees a part of a file.
  ///
  /// What `cache_fallbacks` (the caches that a cluster shares, say) hold is not fetched, nor copied: the result is then
  /// the file there. Nothing is ever written to them.
  ///
  /// The result lies below `snapshots/` of the cache and is usually a symlink to a file shared with other revisions:
  /// open it for reading only. With `local_dir` it is a file of its own.
  ///
  /// @throws HFValidationError        an argument cannot be meant; nothing was sent.
  /// @throws RepositoryNotFoundError, GatedRepoError, RevisionNotFoundError, RemoteEntryNotFoundError
  /// @throws LocalEntryNotFoundError  not in the cache, and the Hub may not or cannot be asked.
  /// @throws IntegrityError           the server sent other bytes than it promised; nothing was kept.
  /// @throws HfTransportError         the connection failed again and again while the body was arriving.
  /// @throws HfIoError                the disk said no (full, read-only, permission); nothing half-written is visible.
  /// @throws OperationCancelledError  nothing of the call runs any more.
  /// @par Retries
  /// A broken or silent body is continued where it broke, up to five times without progress. The call may be
  /// repeated at any time.
  std::filesystem::path hf_hub_download(const std::string& repo_id, const std::string& filename,
                                        const HfHubDownloadOptions& options = {}) const;

  /// What `hf_hub_download` would do with the same arguments (`dry_run=True` in Python). Fetches metadata at most.
  DryRunFileInfo hf_hub_download_dry_run(const std::string& repo_id, const std::string& filename,
                                         const HfHubDownloadOptions& options = {}) const;

  /// All files of a revision, or those that pass the patterns; the folder they are in.
  ///
  /// One request for the commit (none if `revision` is one), one listing, then one request a file. Files that are
  /// there cost nothing. The first failure stops the rest and is thrown; what was complete by then stays.
  ///
  /// Where the Hub cannot be reached, a cached snapshot is answered if it is complete.
  ///
  /// A fallback that holds all wanted files answers with its own folder. One that holds some of them is linked to: the
  /// snapshot in the cache gets symlinks for these, and only the rest is fetched.
  ///
  /// @throws IncompleteSnapshotError  a cached snapshot lacks files, and the Hub may not or cannot be asked.
  /// @throws                          also what `hf_hub_download` throws.
  std::filesystem::path snapshot_download(const std::string& repo_id,
                                          const SnapshotDownloadOptions& options = {}) const;

  /// What `snapshot_download` would do with the same arguments, one entry a file.
  /// @throws DryRunError  the Hub cannot be asked.
  std::vector<DryRunFileInfo> snapshot_download_dry_run(const std::string& repo_id,
                                                        const SnapshotDownloadOptions& options = {}) const;

  /// Looks in the cache of this `HfApi` without any request; see the free function of the same name.
  CacheLookup try_to_load_from_cache(const std::string& repo_id, const std::string& filename,
                                     const TryToLoadFromCacheOptions& options = {}) const;

 protected:
  DownloadsApi() = default;
  DownloadsApi(const DownloadsApi&) = default;
  DownloadsApi& operator=(const DownloadsApi&) = default;
  virtual ~DownloadsApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
