// SPDX-License-Identifier: Apache-2.0
/// @file
/// Finding files in the cache: no network, no lock, nothing written, nothing to link. Safe while other processes,
/// C++ or Python, write to the same cache: every file appears there by rename.
#pragma once

#include "huggingface_hub/cache/layout.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

/// The commit that the cache remembers for `revision` (`refs/<revision>`), or nothing. What a ref file holds is
/// checked: garbage, an empty file or a name that would leave the folder count as absent.
inline std::optional<std::string> read_ref(const RepoFolder& repo, std::string_view revision) {
  if (revision_problem(revision)) return std::nullopt;
  struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
  };
  const std::unique_ptr<std::FILE, Close> file(std::fopen(repo.ref(revision).string().c_str(), "rb"));
  if (!file) return std::nullopt;
  char buffer[256];
  const std::size_t size = std::fread(buffer, 1, sizeof buffer, file.get());
  std::string_view commit(buffer, size);
  const std::string_view blank = " \t\r\n";
  while (!commit.empty() && blank.find(commit.back()) != std::string_view::npos) commit.remove_suffix(1);
  while (!commit.empty() && blank.find(commit.front()) != std::string_view::npos) commit.remove_prefix(1);
  if (!is_plain_name(commit)) return std::nullopt;
  return std::string(commit);
}

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
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};             ///< Branch, tag, pull-request ref or commit; unset: `main`.
};

/// Looks for `filename` of `repo_id` in the cache, as `try_to_load_from_cache` of the Python client
/// (`spec/cache.md` 7). Four calls to the file system, no network, nothing written.
///
/// @throws HFValidationError  repository id, file name or revision cannot be one.
inline CacheLookup try_to_load_from_cache(std::string_view repo_id, std::string_view filename,
                                          const TryToLoadFromCacheOptions& options = {}) {
  validate_repo_id(repo_id);
  cache::validate_filename(filename);
  const std::string revision = options.revision.value_or(cache::kDefaultRevision);
  cache::validate_revision(revision);

  const cache::RepoFolder repo(options.cache_dir ? *options.cache_dir : cache::default_cache_dir(), repo_id,
                               options.repo_type);
  // A ref wins over a commit of the same name, as in Python.
  const std::string commit = cache::read_ref(repo, revision).value_or(revision);
  std::error_code ignored;
  if (std::filesystem::is_regular_file(repo.no_exist(commit, filename), ignored)) {
    return CacheLookup(CacheLookup::Kind::known_absent);
  }
  std::filesystem::path pointer = repo.pointer(commit, filename);
  if (std::filesystem::is_regular_file(pointer, ignored)) return CacheLookup(std::move(pointer));
  return {};
}

HUGGINGFACE_HUB_NAMESPACE_END
