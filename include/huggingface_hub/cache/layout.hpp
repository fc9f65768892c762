// SPDX-License-Identifier: Apache-2.0
/// @file
/// Names and places in the cache that all clients of the Hub share (`spec/cache.md` 1 and 2). Pure rules: nothing here
/// touches the disk but `default_cache_dir`, which reads the environment.
#pragma once

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/repo_id.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

constexpr const char* kDefaultRevision = "main";
constexpr const char* kCacheDirTagName = "CACHEDIR.TAG";
/// 191 bytes; the last line has a tab after `#` (`spec/cache.md` 2.7).
constexpr std::string_view kCacheDirTag =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# This file is a cache directory tag created by huggingface_hub.\n"
    "# For information about cache directory tags, see:\n"
    "#\thttps://bford.info/cachedir/\n";

/// True for the whole string `[0-9a-f]{40}` (`spec/cache.md` 4).
inline bool is_commit_hash(std::string_view text) noexcept {
  return text.size() == 40 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// True for a string that may stand as one name in a folder: an ETag, a commit, a hash. Whatever a server or a file
/// says has to pass before it becomes part of a path.
inline bool is_plain_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > 200 || name == "." || name == "..") return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f && c != '/' && c != '\\';
  });
}

/// `models--acme--tiny`, `datasets--acme--logs`, `models--gpt2`.
inline std::string repo_folder_name(std::string_view repo_id, RepoType repo_type = RepoType::model) {
  std::string name = api_segment(repo_type) + "--";
  for (const char c : repo_id) {
    if (c == '/') {
      name += "--";
    } else {
      name += c;
    }
  }
  return name;
}

/// The inverse of `repo_folder_name`; nothing where `folder` is no such name.
inline std::optional<std::pair<RepoType, std::string>> parse_repo_folder_name(std::string_view folder) {
  const std::size_t split = folder.find("--");
  if (split == std::string_view::npos || split < 2 || folder[split - 1] != 's') return std::nullopt;
  const std::optional<RepoType> type = repo_type_from_string(folder.substr(0, split - 1));
  if (!type) return std::nullopt;
  std::string id(folder.substr(split + 2));
  for (std::size_t at = id.find("--"); at != std::string::npos; at = id.find("--", at + 1)) id.replace(at, 2, "/");
  if (id.empty()) return std::nullopt;
  return std::make_pair(*type, std::move(id));
}

/// `W/"abc"` and `"abc"` become `abc` (`spec/cache.md` 2.6).
inline std::string normalize_etag(std::string_view etag) {
  while (!etag.empty() && (etag.front() == 'W' || etag.front() == '/')) etag.remove_prefix(1);
  while (!etag.empty() && etag.front() == '"') etag.remove_prefix(1);
  while (!etag.empty() && etag.back() == '"') etag.remove_suffix(1);
  return std::string(etag);
}

namespace detail {
inline bool has_parent_segment(std::string_view path) noexcept {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= path.size(); ++i) {
    if (i < path.size() && path[i] != '/' && path[i] != '\\') continue;
    if (path.substr(begin, i - begin) == "..") return true;
    begin = i + 1;
  }
  return false;
}

// As Windows reads it, on every platform: a drive (`C:x`), a root (`\x`), a share (`\\x`).
inline bool has_rooted_segment(std::string_view path) noexcept {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= path.size(); ++i) {
    if (i < path.size() && path[i] != '/') continue;
    const std::string_view segment = path.substr(begin, i - begin);
    if (!segment.empty() && segment.front() == '\\') return true;
    if (segment.size() > 1 && segment[1] == ':') return true;
    begin = i + 1;
  }
  return false;
}

inline bool has_control_character(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f';
  });
}

// `folder / name` of two paths as text: a `std::filesystem::path` takes longer to make than most calls that use it.
inline std::string join(std::string folder, std::string_view name) {
  if (!folder.empty() && folder.back() != '/') folder += '/';
  return folder.append(name);
}
}  // namespace detail

/// Nothing if `filename` may name a file of a repository; else what is wrong, as a whole sentence
/// (`spec/cache.md` 4).
inline std::optional<std::string> filename_problem(std::string_view filename) {
  const auto start = [filename] { return "Invalid filename '" + std::string(filename) + "': "; };
  if (filename.empty()) return start() + "it is empty. Give the path of a file in the repository.";
  if (filename.find('\0') != std::string_view::npos) return "Invalid filename: it holds a NUL byte.";
  if (detail::has_parent_segment(filename)) return start() + "it must not contain '..' as a path segment.";
  if (filename.front() == '/' || detail::has_rooted_segment(filename)) {
    return start() + "it must be a relative path, without drive or root.";
  }
  if (filename.back() == '/') return start() + "it names a folder. Give the path of a file in the repository.";
  return std::nullopt;
}

/// Nothing if `revision` may name a branch, tag, pull-request ref or commit; else what is wrong.
inline std::optional<std::string> revision_problem(std::string_view revision) {
  if (!revision.empty() && !detail::has_parent_segment(revision) && !detail::has_control_character(revision) &&
      revision.front() != '/' && revision.back() != '/' && !detail::has_rooted_segment(revision)) {
    return std::nullopt;
  }
  return "Invalid revision '" + std::string(revision) +
         "': a revision is a branch, a tag, 'refs/pr/<n>' or a commit hash, and has no '..' in it.";
}

/// @throws HFValidationError  `filename` cannot be one.
inline void validate_filename(std::string_view filename) {
  if (std::optional<std::string> problem = filename_problem(filename)) {
    throw_error(ErrorCode::validation, std::move(*problem));
  }
}

/// @throws HFValidationError  `revision` cannot be one.
inline void validate_revision(std::string_view revision) {
  if (std::optional<std::string> problem = revision_problem(revision)) {
    throw_error(ErrorCode::validation, std::move(*problem));
  }
}

/// What the symlink at `snapshots/<commit>/<filename>` says: `../../blobs/<etag>`, one more `../` per sub-folder.
inline std::string pointer_target(std::string_view filename, std::string_view etag) {
  std::string target = "../../";
  bool in_segment = false;
  for (const char c : filename) {
    if (c == '/' && in_segment) target += "../";
    in_segment = c != '/';
  }
  return target.append("blobs/").append(etag);
}

/// Where the parts of one repository lie. A value; nothing is created.
class RepoFolder {
 public:
  RepoFolder(const std::filesystem::path& cache_dir, std::string_view repo_id, RepoType repo_type = RepoType::model)
      : RepoFolder(repo_id, repo_type, cache_dir.native()) {}
  /// In `default_cache_dir()`.
  static RepoFolder in_default_cache(std::string_view repo_id, RepoType repo_type = RepoType::model);

  [[nodiscard]] std::filesystem::path cache_dir() const { return cache_dir_; }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] std::filesystem::path path() const { return path_; }

  [[nodiscard]] std::filesystem::path blobs() const { return path_ + "/blobs"; }
  [[nodiscard]] std::filesystem::path blob(std::string_view etag) const { return native_blob(etag); }
  [[nodiscard]] std::filesystem::path refs() const { return path_ + "/refs"; }
  [[nodiscard]] std::filesystem::path ref(std::string_view revision) const { return native_ref(revision); }
  [[nodiscard]] std::filesystem::path snapshots() const { return path_ + "/snapshots"; }
  [[nodiscard]] std::filesystem::path snapshot(std::string_view commit) const { return joined("/snapshots/", commit); }
  [[nodiscard]] std::filesystem::path pointer(std::string_view commit, std::string_view filename) const {
    return native_pointer(commit, filename);
  }
  [[nodiscard]] std::filesystem::path no_exist(std::string_view commit, std::string_view filename) const {
    return native_no_exist(commit, filename);
  }
  [[nodiscard]] std::filesystem::path tree(std::string_view commit) const { return joined("/trees/", commit) + ".json"; }
  [[nodiscard]] std::filesystem::path lock(std::string_view etag) const {
    return detail::join(cache_dir_, ".locks/").append(name_).append("/").append(etag).append(".lock");
  }

  // As `blob`, `pointer`, `no_exist` and `ref`, for those who only hand it to the system.
  [[nodiscard]] std::string native_blob(std::string_view etag) const { return joined("/blobs/", etag); }
  [[nodiscard]] std::string native_pointer(std::string_view commit, std::string_view filename) const {
    return joined("/snapshots/", commit, "/", filename);
  }
  [[nodiscard]] std::string native_no_exist(std::string_view commit, std::string_view filename) const {
    return joined("/.no_exist/", commit, "/", filename);
  }
  [[nodiscard]] std::string native_ref(std::string_view revision) const { return joined("/refs/", revision); }

 private:
  RepoFolder(std::string_view repo_id, RepoType repo_type, std::string cache_dir)
      : cache_dir_(std::move(cache_dir)),
        name_(repo_folder_name(repo_id, repo_type)),
        path_(detail::join(cache_dir_, name_)) {}

  std::string joined(std::string_view a, std::string_view b, std::string_view c = {}, std::string_view d = {}) const {
    std::string text;
    text.reserve(path_.size() + a.size() + b.size() + c.size() + d.size());
    return text.append(path_).append(a).append(b).append(c).append(d);
  }

  std::string cache_dir_;
  std::string name_;
  std::string path_;
};

namespace detail {
inline std::string environment_variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// `~`, then `$NAME` and `${NAME}`; a variable that is not set stays as it stands.
inline std::string expand_path(std::string text) {
  if (!text.empty() && text.front() == '~' && (text.size() == 1 || text[1] == '/')) {
    text.replace(0, 1, environment_variable("HOME"));
  }
  if (text.find('$') == std::string::npos) return text;
  std::string expanded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool braces = text[i] == '$' && i + 1 < text.size() && text[i + 1] == '{';
    const std::size_t begin = i + (braces ? 2 : 1);
    std::size_t end = begin;
    if (text[i] == '$') {
      while (end < text.size() && huggingface_hub::detail::is_word_character(text[end])) ++end;
    }
    const bool is_named = end > begin && (!braces || (end < text.size() && text[end] == '}'));
    const char* value = is_named ? std::getenv(text.substr(begin, end - begin).c_str()) : nullptr;
    if (value == nullptr) {
      expanded += text[i];
      continue;
    }
    expanded += value;
    i = braces ? end : end - 1;
  }
  return expanded;
}

inline std::string default_cache_dir_text() {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
    if (std::string value = environment_variable(name); !value.empty()) return expand_path(std::move(value));
  }
  std::string home = environment_variable("HF_HOME");
  if (home.empty()) {
    home = environment_variable("XDG_CACHE_HOME");
    home = (home.empty() ? "~/.cache" : home) + "/huggingface";
  }
  return join(expand_path(std::move(home)), "hub");
}
}  // namespace detail

/// The cache that every client uses unless told otherwise: `HF_HUB_CACHE`, else `HUGGINGFACE_HUB_CACHE`, else `hub`
/// in `HF_HOME`, which is by default `huggingface` in `XDG_CACHE_HOME` or `~/.cache` (`spec/cache.md` 1).
inline std::filesystem::path default_cache_dir() { return detail::default_cache_dir_text(); }

inline RepoFolder RepoFolder::in_default_cache(std::string_view repo_id, RepoType repo_type) {
  return RepoFolder(repo_id, repo_type, detail::default_cache_dir_text());
}

/// The folders that a variable names, divided by `:` as in `PATH`; empty ones are left out.
inline std::vector<std::string> split_folders(std::string_view text) {
  std::vector<std::string> folders;
  while (!text.empty()) {
    const std::string_view folder = text.substr(0, text.find(':'));
    if (!folder.empty()) folders.emplace_back(folder);
    text.remove_prefix((std::min)(folder.size() + 1, text.size()));
  }
  return folders;
}

/// Caches that are searched after the own one, in this order, and never written to: `HF_HUB_CACHE_FALLBACKS`.
inline std::vector<std::filesystem::path> default_cache_fallbacks() {
  std::vector<std::filesystem::path> caches;
  for (const std::string& folder : split_folders(detail::environment_variable("HF_HUB_CACHE_FALLBACKS"))) {
    caches.emplace_back(detail::expand_path(folder));
  }
  return caches;
}

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
