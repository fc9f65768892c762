// SPDX-License-Identifier: Apache-2.0
/// @file
/// What is in the cache, what it costs, and how to get rid of it (`spec/cache.md` 11 and 12).
#pragma once

#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// One file of a cached revision.
struct CachedFileInfo {
  std::filesystem::path blob_path{};  ///< The entry in `blobs/` of the repository; a file without one: `file_path`.
  std::filesystem::path file_path{};  ///< In the snapshot.
  std::string file_name{};            ///< The last part of `file_path`.
  std::uint64_t size_on_disk{0};      ///< Bytes.
  std::chrono::system_clock::time_point blob_last_accessed{};
  std::chrono::system_clock::time_point blob_last_modified{};
};

/// One revision of which the cache holds at least a part.
struct CachedRevisionInfo {
  std::string commit_hash{};
  std::vector<CachedFileInfo> files{};
  std::chrono::system_clock::time_point last_modified{};
  std::vector<std::string> refs{};        ///< Branches and tags that the cache takes for this commit. Sorted.
  std::uint64_t size_on_disk{0};          ///< Each content counted once; other revisions may share it.
  std::filesystem::path snapshot_path{};
};

struct CachedRepoInfo {
  std::chrono::system_clock::time_point last_accessed{};
  std::chrono::system_clock::time_point last_modified{};
  std::size_t nb_files{0};                ///< Contents, each counted once.
  std::string repo_id{};
  std::filesystem::path repo_path{};
  RepoType repo_type{RepoType::model};
  std::vector<CachedRevisionInfo> revisions{};  ///< By commit.
  std::uint64_t size_on_disk{0};

  /// Each ref with its commit.
  [[nodiscard]] std::map<std::string, std::string> refs() const {
    std::map<std::string, std::string> found;
    for (const CachedRevisionInfo& revision : revisions) {
      for (const std::string& ref : revision.refs) found[ref] = revision.commit_hash;
    }
    return found;
  }
  /// `model/acme/tiny`.
  [[nodiscard]] std::string cache_id() const { return std::string(to_string(repo_type)) + "/" + repo_id; }
};

/// A download that was never finished, or is going on right now.
struct CachedIncompleteFileInfo {
  std::filesystem::path file_path{};
  std::uint64_t size_on_disk{0};
};

/// A content of the shared store (`spec/cache.md` 17) that no repository of the cache uses any more.
struct CachedSharedBlobInfo {
  std::filesystem::path file_path{};
  std::uint64_t size_on_disk{0};
};

/// Something in the cache that is not as it should be. What else there is, is reported all the same.
struct CacheWarning {
  std::string message{};
  std::filesystem::path path{};
};

/// What deleting would do, and the means to do it. Made by `HFCacheInfo`.
class HUGGINGFACE_HUB_EXPORT DeleteCacheStrategy {
 public:
  std::vector<std::filesystem::path> blobs{};
  std::filesystem::path cache_dir{};
  std::uint64_t expected_freed_size{0};  ///< Bytes. What other repositories share is not counted.
  std::vector<std::filesystem::path> files{};
  std::vector<std::filesystem::path> refs{};
  std::vector<std::filesystem::path> repos{};
  std::vector<std::filesystem::path> snapshots{};

  /// Deletes, in an order that leaves a valid cache at any point: files, repositories, snapshots, refs, blobs, then
  /// what the shared store holds for nobody. What is gone already is fine; what cannot be deleted is logged and the
  /// rest goes on. May be repeated.
  /// @throws HfIoError  one of `files` cannot be removed; nothing else has been deleted then.
  void execute() const;
};

/// What nobody needs any more, and the means to get rid of it. Made by `HFCacheInfo::prune`.
class HUGGINGFACE_HUB_EXPORT PruneCacheStrategy {
 public:
  std::vector<std::string> commits{};                        ///< Of the revisions. Sorted.
  std::uint64_t expected_freed_size{0};                      ///< Bytes, of all three.
  std::vector<CachedIncompleteFileInfo> incomplete_files{};  ///< Of downloads that have ended or died.
  DeleteCacheStrategy revisions{};
  std::size_t revision_count{0};
  std::vector<CachedSharedBlobInfo> shared_blobs{};

  [[nodiscard]] bool empty() const noexcept {
    return revision_count == 0 && incomplete_files.empty() && shared_blobs.empty();
  }
  /// Deletes. What came into use in the meantime stays; what cannot be deleted is logged. May be repeated.
  void execute() const;
};

/// The whole cache, as `scan_cache_dir` found it. A value: it does not follow what happens afterwards.
struct HUGGINGFACE_HUB_EXPORT HFCacheInfo {
  std::filesystem::path cache_dir{};
  std::vector<CachedIncompleteFileInfo> incomplete_files{};
  std::vector<CachedRepoInfo> repos{};      ///< By type and id.
  std::uint64_t size_on_disk{0};            ///< Physical: a shared content is counted once.
  std::vector<CacheWarning> warnings{};

  [[nodiscard]] std::uint64_t incomplete_size_on_disk() const noexcept {
    std::uint64_t size = 0;
    for (const CachedIncompleteFileInfo& file : incomplete_files) size += file.size_on_disk;
    return size;
  }

  /// Plans the deletion of revisions by commit. Unknown ones are logged and left out. A repository of which nothing
  /// would be left goes as a whole. Nothing is deleted before `execute()`.
  [[nodiscard]] DeleteCacheStrategy delete_revisions(const std::vector<std::string>& commits) const;

  /// Plans the deletion of single files, and of the contents that nothing else in the cache uses.
  [[nodiscard]] DeleteCacheStrategy delete_files(const std::vector<CachedFileInfo>& files) const;

  /// What the shared store holds for nobody: left behind where a repository was deleted by hand or by an older client.
  [[nodiscard]] std::vector<CachedSharedBlobInfo> unreferenced_shared_blobs() const;

  /// Plans the deletion of revisions without a ref (a commit that several repositories have, as after a move on the
  /// Hub, goes only where none of them has a ref to it), of incomplete downloads, and of what the shared store holds for
  /// nobody. A download that is going on, in whatever process, is left alone. Nothing is deleted before `execute()`.
  [[nodiscard]] PruneCacheStrategy prune() const;
};

/// Reads the whole cache; no network, no lock, nothing written.
///
/// Never drops a repository for one bad entry: what is wrong goes to `warnings`, with its path, and the rest of the
/// repository is reported.
///
/// @param cache_dir  Unset: `HF_HUB_CACHE`.
/// @throws CacheNotFound      there is no such folder.
/// @throws HFValidationError  it is a file.
HUGGINGFACE_HUB_EXPORT HFCacheInfo
scan_cache_dir(const std::optional<std::filesystem::path>& cache_dir = std::nullopt);

/// `3.7K`, `12.0`, `1.2G`: bytes, divided by 1000 as often as it takes.
HUGGINGFACE_HUB_EXPORT std::string format_size(std::uint64_t bytes);

/// `a few seconds ago`, `1 hour ago`, `3 days ago`.
HUGGINGFACE_HUB_EXPORT std::string format_timesince(std::chrono::system_clock::time_point then,
                                                    std::chrono::system_clock::time_point now);

HUGGINGFACE_HUB_NAMESPACE_END
