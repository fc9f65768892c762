// SPDX-License-Identifier: Apache-2.0
/// @file
/// Reading files of the Hub without a copy on the disk.
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/remote_file.hpp"
#include "huggingface_hub/repo_id.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

struct OpenOptions {
  std::optional<std::filesystem::path> cache_dir{};  ///< Looked into first; unset: that of `HfApi`, else `HF_HUB_CACHE`.
  /// `cancel`, `headers` and `retry` hold for the reads as well; `timeout` is for the opening, and for each read.
  CallOptions call{};
  std::optional<std::chrono::milliseconds> download_timeout{};  ///< Longest silence of a body; unset: 10 s.
  std::optional<std::string> endpoint{};
  std::optional<std::chrono::milliseconds> etag_timeout{};  ///< For the metadata; `HF_HUB_ETAG_TIMEOUT` wins.
  std::string library_name{};  ///< For the user agent.
  std::string library_version{};
  bool local_files_only{false};  ///< Ask nobody: the file must be cached.
  ProxyMap proxies{};
  /// The longest block that is read ahead of somebody who reads in order, in bytes; two of them are held at a time, as
  /// far as the budget of memory has room. 0: nothing is read ahead.
  std::uint64_t read_ahead{std::uint64_t{8} << 20};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};   ///< Branch, tag, PR ref or commit; unset: `main`.
  std::optional<std::string> subfolder{};  ///< Put before the file name.
  Token token{};
  std::string user_agent{};
};

/// Files read over the network. Reached through `HfApi`. Const members are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT RemoteFilesApi {
 public:
  /// Opens `filename` for reading at any offset (`open` of Python's `HfFileSystem`, read only). Nothing is written.
  ///
  /// Costs one HEAD, which tells commit, size and ETag; none where the file of that commit is in the cache, or in a
  /// fallback, and `revision` is a commit. A cached file is read from the disk, also where the Hub cannot be reached.
  ///
  /// @throws HFValidationError        an argument cannot be meant; nothing was sent.
  /// @throws RepositoryNotFoundError, GatedRepoError, RevisionNotFoundError, RemoteEntryNotFoundError
  /// @throws LocalEntryNotFoundError  not in the cache, and the Hub may not or cannot be asked.
  /// @throws FileMetadataError        the answer does not say the size: such a file can only be downloaded.
  RemoteFile open(const std::string& repo_id, const std::string& filename, const OpenOptions& options = {}) const;

 protected:
  RemoteFilesApi() = default;
  RemoteFilesApi(const RemoteFilesApi&) = default;
  RemoteFilesApi& operator=(const RemoteFilesApi&) = default;
  virtual ~RemoteFilesApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
