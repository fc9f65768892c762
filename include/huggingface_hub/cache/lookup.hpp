// SPDX-License-Identifier: Apache-2.0
/// @file
/// Finding files in the cache: no network, no lock, nothing written, nothing to link. Safe while other processes,
/// C++ or Python, write to the same cache: every file appears there by rename.
#pragma once

#include "huggingface_hub/cache/layout.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

namespace detail {

/// Reads up to `capacity` bytes of a file's start; 0 where there is none.
inline std::size_t read_start(const std::string& file, char* buffer, std::size_t capacity) noexcept {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  ssize_t size = 0;
  do {
    size = ::read(descriptor, buffer, capacity);
  } while (size < 0 && errno == EINTR);
  ::close(descriptor);
  return size > 0 ? static_cast<std::size_t>(size) : 0;
}

inline bool is_regular_file(const std::string& file) noexcept {
  struct ::stat status {};
  return ::stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace detail

/// The commit that the cache remembers for `revision` (`refs/<revision>`), or nothing. What a ref file holds is
/// checked: garbage, an empty file or a name that would leave the folder count as absent.
inline std::optional<std::string> read_ref(const RepoFolder& repo, std::string_view revision) {
  if (revision_problem(revision)) return std::nullopt;
  char buffer[256];
  std::string_view commit(buffer, detail::read_start(repo.native_ref(revision), buffer, sizeof buffer));
  const std::string_view blank = " \t\r\n";
  while (!commit.empty() && blank.find(commit.back()) != std::string_view::npos) commit.remove_suffix(1);
  while (!commit.empty() && blank.find(commit.front()) != std::string_view::npos) commit.remove_prefix(1);
  if (!is_plain_name(commit)) return std::nullopt;
  return std::string(commit);
}

namespace detail {

/// As `read_ref`, for look-ups one after another: as long as the file is the one that this thread read last, one call
/// says so. A file that had been written within a second before it was read is read again, since its times might not
/// tell the next change.
inline std::optional<std::string> read_ref_again(const RepoFolder& repo, std::string_view revision) {
  struct Last {
    std::string file{};
    struct ::stat status {};
    std::optional<std::string> commit{};
  };
  static thread_local Last last;
  std::string file = repo.native_ref(revision);
  struct ::stat now {};
  if (::stat(file.c_str(), &now) != 0) return read_ref(repo, revision);
  const struct ::stat& then = last.status;
  if (file == last.file && now.st_ino == then.st_ino && now.st_dev == then.st_dev && now.st_size == then.st_size &&
      now.st_mtim.tv_sec == then.st_mtim.tv_sec && now.st_mtim.tv_nsec == then.st_mtim.tv_nsec &&
      now.st_ctim.tv_sec == then.st_ctim.tv_sec && now.st_ctim.tv_nsec == then.st_ctim.tv_nsec) {
    return last.commit;
  }
  std::optional<std::string> commit = read_ref(repo, revision);
  struct ::timespec time {};
  if (::clock_gettime(CLOCK_REALTIME, &time) == 0 && time.tv_sec > now.st_ctim.tv_sec + 1) {
    last = {std::move(file), now, commit};
  } else {
    last = {};
  }
  return commit;
}

}  // namespace detail

/// The commit of `revision` without asking anybody: itself if it is a commit hash, else what the cache remembers.
inline std::optional<std::string> resolve_cached_revision(const RepoFolder& repo, std::string_view revision) {
  if (is_commit_hash(revision)) return std::string(revision);
  return read_ref(repo, revision);
}

/// The commits of which the cache holds at least a part, sorted. Empty where the repository is not cached.
inline std::vector<std::string> cached_revisions(const RepoFolder& repo) {
  std::vector<std::string> commits;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(repo.snapshots(), error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (entry->is_directory(ignored)) commits.push_back(entry->path().filename().string());
  }
  std::sort(commits.begin(), commits.end());
  return commits;
}

/// The branches, tags and pull-request refs that the cache remembers, with their commits.
inline std::map<std::string, std::string> cached_refs(const RepoFolder& repo) {
  std::map<std::string, std::string> refs;
  std::error_code error;
  const std::filesystem::path root = repo.refs();
  for (std::filesystem::recursive_directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    std::string name = entry->path().lexically_relative(root).generic_string();
    if (std::optional<std::string> commit = read_ref(repo, name)) refs.emplace(std::move(name), std::move(*commit));
  }
  return refs;
}

}  // namespace cache

/// What the cache knows about one file.
class CacheLookup {
 public:
  enum class Kind {
    unknown,       ///< Not in the cache; the Hub may have it.
    cached,        ///< It is there: `path()`.
    known_absent,  ///< The Hub said that this revision has no such file (Python: `_CACHED_NO_EXIST`).
  };

  CacheLookup() = default;
  explicit CacheLookup(Kind kind) : kind_(kind) {}
  explicit CacheLookup(std::filesystem::path path) : kind_(Kind::cached), path_(std::move(path)) {}

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_cached() const noexcept { return kind_ == Kind::cached; }
  [[nodiscard]] bool is_known_absent() const noexcept { return kind_ == Kind::known_absent; }
  /// True if the file is there.
  explicit operator bool() const noexcept { return is_cached(); }
  /// The file below `snapshots/`; empty unless it is cached. It may be a symlink: open it for reading only.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  Kind kind_{Kind::unknown};
  std::filesystem::path path_{};
};

struct TryToLoadFromCacheOptions {
  std::optional<std::filesystem::path> cache_dir{};  ///< Unset: `cache::default_cache_dir()`.
  /// Searched after `cache_dir`. Unset: `cache::default_cache_fallbacks()`.
  std::optional<std::vector<std::filesystem::path>> cache_fallbacks{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};             ///< Branch, tag, pull-request ref or commit; unset: `main`.
};

namespace cache {

/// The file `filename` of `commit` in one cache. What is there counts more than a note that the Hub once did not have it.
inline CacheLookup look_up_commit(const RepoFolder& repo, std::string_view commit, std::string_view filename) {
  std::string pointer = repo.native_pointer(commit, filename);
  if (detail::is_regular_file(pointer)) return CacheLookup(std::filesystem::path(std::move(pointer)));
  const bool is_absent = detail::is_regular_file(repo.native_no_exist(commit, filename));
  return CacheLookup(is_absent ? CacheLookup::Kind::known_absent : CacheLookup::Kind::unknown);
}

}  // namespace cache

/// Looks for `filename` of `repo_id` in the cache, as `try_to_load_from_cache` of the Python client
/// (`spec/cache.md` 7), then in the fallbacks. Two to five calls to the file system for each, no network, nothing
/// written. A ref means what the first cache that has it says.
///
/// @throws HFValidationError  repository id, file name or revision cannot be one.
inline CacheLookup try_to_load_from_cache(std::string_view repo_id, std::string_view filename,
                                          const TryToLoadFromCacheOptions& options = {}) {
  validate_repo_id(repo_id);
  cache::validate_filename(filename);
  const std::string revision = options.revision.value_or(cache::kDefaultRevision);
  cache::validate_revision(revision);

  const cache::RepoFolder own = options.cache_dir
                                    ? cache::RepoFolder(*options.cache_dir, repo_id, options.repo_type)
                                    : cache::RepoFolder::in_default_cache(repo_id, options.repo_type);
  // A ref wins over a commit of the same name, as in Python.
  std::optional<std::string> commit = cache::detail::read_ref_again(own, revision);
  std::vector<cache::RepoFolder> fallbacks;
  for (const auto& folder : options.cache_fallbacks ? *options.cache_fallbacks : cache::default_cache_fallbacks()) {
    fallbacks.emplace_back(folder, repo_id, options.repo_type);
    if (!commit) commit = cache::read_ref(fallbacks.back(), revision);
  }
  const std::string wanted = std::move(commit).value_or(revision);
  CacheLookup found = cache::look_up_commit(own, wanted, filename);
  for (const cache::RepoFolder& repo : fallbacks) {
    if (found.kind() != CacheLookup::Kind::unknown) break;
    found = cache::look_up_commit(repo, wanted, filename);
  }
  return found;
}

HUGGINGFACE_HUB_NAMESPACE_END
