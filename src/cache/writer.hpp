// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/cache/layout.hpp"
#include "huggingface_hub/result.hpp"

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

namespace fs = std::filesystem;

/// Puts things into the folder of one repository in the cache, so that readers and other writers, C++ or Python, see
/// each of them whole or not at all (`spec/cache.md` 2 to 6). Order of publishing: blob, pointer, ref.
///
/// Const members are safe to call from any thread.
class Writer {
 public:
  /// `disable_symlinks`: `HF_HUB_DISABLE_SYMLINKS`. Nothing is created yet.
  Writer(RepoFolder repo, bool disable_symlinks) : repo_(std::move(repo)), disable_symlinks_(disable_symlinks) {}

  [[nodiscard]] const RepoFolder& repo() const noexcept { return repo_; }

  /// `CACHEDIR.TAG` in the root, and the folders of blob and pointer.
  Result<void> prepare(std::string_view commit, std::string_view filename) const;

  /// Remembers that `revision` is `commit`, unless they are the same or remembered already.
  Result<void> update_ref(std::string_view revision, std::string_view commit) const;

  /// Remembers that `commit` has no `filename`. A failure is logged: it only costs a request later.
  void record_absence(std::string_view commit, std::string_view filename) const;

  /// True if the content is there (links followed).
  [[nodiscard]] bool has_blob(std::string_view etag) const;
  /// True if the file is there (links followed).
  [[nodiscard]] bool has_pointer(std::string_view commit, std::string_view filename) const;

  /// A name beside the blob that nobody else makes: `<etag>.<8 hex>.incomplete`.
  [[nodiscard]] fs::path temporary_blob(std::string_view etag) const;

  /// Makes `temporary` the blob of `etag`, in place of whatever is there: never by writing through it.
  Result<void> publish_blob(const fs::path& temporary, std::string_view etag) const;

  /// Makes `snapshots/<commit>/<filename>` show `content`, a file in another cache: the blob becomes an absolute
  /// symlink to it, so that deleting here, by any client, never reaches there. A copy where links are not possible.
  Result<void> borrow(std::string_view commit, std::string_view filename, std::string_view etag,
                      const fs::path& content) const;

  enum class Source {
    fresh_blob,   ///< Just fetched: where symlinks are not possible, the blob is moved to the pointer.
    shared_blob,  ///< Others use it too: where symlinks are not possible, its content is copied.
  };

  /// Makes `snapshots/<commit>/<filename>` show the blob of `etag`: a relative symlink, or a file of its own where
  /// trying shows that symlinks cannot be made.
  Result<void> create_pointer(std::string_view commit, std::string_view filename, std::string_view etag,
                              Source source) const;

 private:
  Result<void> ensure_folder(const fs::path& folder) const;

  RepoFolder repo_;
  bool disable_symlinks_;
  mutable std::mutex mutex_{};
  mutable std::unordered_set<std::string> known_folders_{};  // So that a thousand files cost one mkdir a folder.
};

/// Writes `CACHEDIR.TAG` into `folder` if there is none, by way of a temporary file in `staging`: whatever else stands in
/// a cache is taken for a repository. Errors are ignored (`spec/cache.md` 2.7).
void write_cache_dir_tag(const fs::path& folder, const fs::path& staging);

/// Renames `from` over whatever entry is at `to` (a dangling symlink included); where the file system refuses that,
/// moves the old entry aside first (`spec/cache.md` 6).
Result<void> replace_entry(const fs::path& from, const fs::path& to);

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
