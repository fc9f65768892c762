// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/scan.hpp"

#include "cache/cache_root.hpp"
#include "cache/fallbacks.hpp"
#include "cache/shared_store.hpp"
#include "core/executor.hpp"
#include "core/open_folder.hpp"

#include "huggingface_hub/cache/layout.hpp"
#include "huggingface_hub/cache/lookup.hpp"
#include "huggingface_hub/errors.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <system_error>
#include <unordered_set>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

namespace fs = std::filesystem;
using TimePoint = std::chrono::system_clock::time_point;

constexpr std::size_t kScanThreads = 8;  // For folders of many files.

bool is_junk(std::string_view name) noexcept {
  return name == ".DS_Store" || name == "Thumbs.db" || name == "desktop.ini";
}

TimePoint to_time(const struct timespec& time) {
  return TimePoint(std::chrono::duration_cast<TimePoint::duration>(std::chrono::seconds(time.tv_sec) +
                                                                   std::chrono::nanoseconds(time.tv_nsec)));
}

/// The paths of the entries of `folder`, in order, so that reports do not depend on the file system.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::vector<std::string> names;
  if (const std::optional<files::OpenFolder> open = files::OpenFolder::at(folder.native())) {
    for (files::FolderEntry& entry : open->entries()) {
      if (!is_junk(entry.name)) names.push_back(std::move(entry.name));
    }
  }
  std::sort(names.begin(), names.end());
  std::vector<fs::path> paths;
  for (const std::string& name : names) paths.push_back(folder / name);
  return paths;
}

/// Where the symlink at `path`, which says `text`, leads: by one hop and by the text alone, since what lies behind a
/// link into the shared store belongs to others as well.
fs::path target_of(std::string_view path, std::string_view text) {
  std::string_view target = text;
  std::string_view folder = path.substr(0, path.rfind('/'));
  // What clients of the cache write: `../../blobs/<etag>`.
  constexpr std::string_view kUp = "../";
  while (target.substr(0, kUp.size()) == kUp && folder.rfind('/') != std::string_view::npos) {
    target.remove_prefix(kUp.size());
    folder = folder.substr(0, folder.rfind('/'));
  }
  const bool is_plain = target.find("./") == std::string_view::npos && target.find("//") == std::string_view::npos &&
                        !target.empty() && target.front() != '/' && target.back() != '.';
  if (is_plain) return fs::path(std::string(folder).append("/").append(target));
  return (fs::path(path).parent_path() / text).lexically_normal();
}

/// Reads one repository folder.
class RepoScan {
 public:
  RepoScan(const fs::path& folder, std::vector<CacheWarning>& warnings) : folder_(folder), warnings_(warnings) {}

  std::optional<CachedRepoInfo> run() {
    std::error_code ignored;
    if (!fs::is_directory(folder_, ignored)) return refuse("Repo path is not a directory");
    const std::string name = folder_.filename().string();
    const std::size_t split = name.find("--");
    if (split == std::string::npos) return refuse("Repo path is not a valid Hugging Face cache directory");
    const auto parsed = cache::parse_repo_folder_name(name);
    if (!parsed) {
      return refuse("Repo type must be one of ['datasets', 'kernels', 'models', 'spaces'], found `" +
                    name.substr(0, split) + "`");
    }
    if (!fs::is_directory(folder_ / "snapshots", ignored)) {
      return refuse("Snapshots dir doesn't exist in cached repo");
    }
    repo_.repo_type = parsed->first;
    repo_.repo_id = parsed->second;
    repo_.repo_path = folder_;
    read_refs();
    for (const fs::path& snapshot : entries_of(folder_ / "snapshots")) read_snapshot(snapshot);
    for (const auto& [commit, names] : refs_) {
      warn("Reference(s) refer to missing commit hashes: " + commit, folder_ / "refs" / names.front());
    }
    sum_up();
    return std::move(repo_);
  }

 private:
  std::optional<CachedRepoInfo> refuse(std::string message) {
    warn(std::move(message), folder_);
    return std::nullopt;
  }
  void warn(std::string message, const fs::path& path) {
    warnings_.push_back({std::move(message) + ": " + path.string(), path});
  }

  void read_refs() {
    const fs::path root = folder_ / "refs";
    std::error_code error;
    if (fs::exists(root, error) && !fs::is_directory(root, error)) {
      warn("Refs directory cannot be a file", root);
      return;
    }
    const cache::RepoFolder repo(folder_.parent_path(), repo_.repo_id, repo_.repo_type);
    for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end; entry.increment(error)) {
      std::error_code ignored;
      if (!entry->is_regular_file(ignored) || is_junk(entry->path().filename().string())) continue;
      std::string name = entry->path().lexically_relative(root).generic_string();
      if (const std::optional<std::string> commit = cache::read_ref(repo, name)) {
        refs_[*commit].push_back(std::move(name));
      } else {
        warn("The ref holds no commit", entry->path());
      }
    }
  }

  void read_snapshot(const fs::path& snapshot) {
    std::error_code error;
    if (!fs::is_directory(snapshot, error)) {
      warn("Snapshots folder corrupted. Found a file", snapshot);
      return;
    }
    CachedRevisionInfo revision;
    revision.commit_hash = snapshot.filename().string();
    revision.snapshot_path = snapshot;
    if (const std::optional<files::OpenFolder> folder = files::OpenFolder::at(snapshot.native())) {
      read_files(*folder, snapshot.native() + "/", revision.files);
    }
    if (const auto names = refs_.find(revision.commit_hash); names != refs_.end()) {
      revision.refs = std::move(names->second);
      std::sort(revision.refs.begin(), revision.refs.end());
      refs_.erase(names);
    }
    std::unordered_set<std::string_view> seen;
    for (const CachedFileInfo& file : revision.files) {
      revision.last_modified = std::max(revision.last_modified, file.blob_last_modified);
      if (seen.insert(file.blob_path.native()).second) revision.size_on_disk += file.size_on_disk;
    }
    struct stat status {};
    if (revision.files.empty() && ::stat(snapshot.c_str(), &status) == 0) {
      revision.last_modified = to_time(status.st_mtim);
    }
    repo_.revisions.push_back(std::move(revision));
  }

  /// All below `folder`, whose path with a `/` is `prefix`, in the order of their paths.
  void read_files(const files::OpenFolder& folder, const std::string& prefix, std::vector<CachedFileInfo>& found) {
    if (prefix.size() >= PATH_MAX) return warn("Folders too deep to be used", fs::path(prefix));
    std::vector<files::FolderEntry> entries = folder.entries();
    for (files::FolderEntry& entry : entries) {
      if (entry.type == fs::file_type::directory) entry.name += '/';  // As in the paths that are to be in order.
    }
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    std::vector<std::optional<FoundFile>> files(entries.size());
    parallel_in_batches(entries.size(), kScanThreads, {}, [&](std::size_t i) {
      if (entries[i].type != fs::file_type::directory) files[i] = look_at(folder, prefix, entries[i]);
    }).value();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const std::string& name = entries[i].name;
      if (files[i] && files[i]->is_there) {
        found.push_back(std::move(files[i]->info));
      } else if (files[i]) {
        warn("Blob missing (broken symlink)", files[i]->info.blob_path);
      } else if (entries[i].type == fs::file_type::directory) {
        if (const auto inner = folder.folder(name.substr(0, name.size() - 1))) read_files(*inner, prefix + name, found);
      }
    }
  }

  struct FoundFile {
    CachedFileInfo info{};
    bool is_there{false};  ///< What it leads to is.
  };

  // Nothing for links to folders.
  static std::optional<FoundFile> look_at(const files::OpenFolder& folder, const std::string& prefix,
                                          const files::FolderEntry& entry) {
    struct stat status {};
    FoundFile file;
    file.is_there = folder.stat(entry.name, status);
    if (file.is_there && S_ISDIR(status.st_mode)) return std::nullopt;
    const std::string path = prefix + entry.name;
    const std::optional<std::string> link =
        entry.type == fs::file_type::symlink ? folder.link_text(entry.name) : std::nullopt;
    file.info.file_path = path;
    file.info.file_name = entry.name;
    file.info.blob_path = link ? target_of(path, *link) : file.info.file_path;
    file.info.size_on_disk = static_cast<std::uint64_t>(status.st_size);
    file.info.blob_last_accessed = to_time(status.st_atim);
    file.info.blob_last_modified = to_time(status.st_mtim);
    return file;
  }

  void sum_up() {
    std::unordered_set<std::string_view> seen;
    for (const CachedRevisionInfo& revision : repo_.revisions) {
      for (const CachedFileInfo& file : revision.files) {
        if (!seen.insert(file.blob_path.native()).second) continue;
        repo_.size_on_disk += file.size_on_disk;
        repo_.last_accessed = std::max(repo_.last_accessed, file.blob_last_accessed);
        repo_.last_modified = std::max(repo_.last_modified, file.blob_last_modified);
      }
    }
    repo_.nb_files = seen.size();
    struct stat status {};
    if (seen.empty() && ::stat(folder_.c_str(), &status) == 0) {
      repo_.last_accessed = to_time(status.st_atim);
      repo_.last_modified = to_time(status.st_mtim);
    }
  }

  const fs::path folder_;
  std::vector<CacheWarning>& warnings_;
  CachedRepoInfo repo_{};
  std::map<std::string, std::vector<std::string>> refs_{};  ///< By commit; what is left has no snapshot.
};

/// What `blobs` of the repositories holds besides contents.
struct OddBlobs {
  std::unordered_set<std::string> borrowed{};           ///< Links to what a fallback has.
  std::vector<CachedIncompleteFileInfo> incomplete{};
};

void read_blobs(const fs::path& repo, const fs::path& root, OddBlobs& found) {
  constexpr std::string_view kEnding = ".incomplete";
  const std::string prefix = (repo / "blobs").native() + "/";
  const std::optional<files::OpenFolder> folder = files::OpenFolder::at(prefix);
  if (!folder) return;
  std::vector<std::string> incomplete;
  for (files::FolderEntry& entry : folder->entries()) {
    const std::string_view name = entry.name;
    if (entry.type == fs::file_type::symlink && cache::leads_to_fallback(prefix + entry.name, root)) {
      found.borrowed.insert(prefix + entry.name);
    }
    if (name.size() >= kEnding.size() && name.substr(name.size() - kEnding.size()) == kEnding) {
      incomplete.push_back(std::move(entry.name));
    }
  }
  std::sort(incomplete.begin(), incomplete.end());
  for (const std::string& name : incomplete) {
    std::error_code error;
    const std::uint64_t size = fs::file_size(prefix + name, error);
    if (!error) found.incomplete.push_back({prefix + name, size});
  }
}

std::uint64_t physical_size(const std::vector<CachedRepoInfo>& repos, const cache::SharedStore& store,
                            const std::unordered_set<std::string>& borrowed) {
  std::unordered_set<std::string_view> seen;
  std::uint64_t size = 0;
  const bool is_shared = store.is_valid();
  for (const CachedRepoInfo& repo : repos) {
    for (const CachedRevisionInfo& revision : repo.revisions) {
      for (const CachedFileInfo& file : revision.files) {
        if (!seen.insert(file.blob_path.native()).second || borrowed.count(file.blob_path.native()) != 0) continue;
        if (!is_shared || !store.payload_behind(file.blob_path)) size += file.size_on_disk;
      }
    }
  }
  for (const cache::SharedStore::Payload& payload : store.payloads()) size += payload.size;
  return size;
}

}  // namespace

HFCacheInfo scan_cache_dir(const std::optional<fs::path>& cache_dir) {
  const fs::path root = cache::existing_cache_root(cache_dir);
  HFCacheInfo info;
  info.cache_dir = root;
  const cache::SharedStore store(root);
  OddBlobs blobs;
  for (const fs::path& entry : entries_of(root)) {
    const std::string name = entry.filename().string();
    if (name == ".locks" || name == cache::kCacheDirTagName || (name == "blobs" && store.is_valid())) continue;
    read_blobs(entry, root, blobs);
    if (std::optional<CachedRepoInfo> repo = RepoScan(entry, info.warnings).run()) info.repos.push_back(std::move(*repo));
  }
  std::sort(info.repos.begin(), info.repos.end(), [](const CachedRepoInfo& a, const CachedRepoInfo& b) {
    return std::make_pair(a.repo_type, a.repo_id) < std::make_pair(b.repo_type, b.repo_id);
  });
  info.size_on_disk = physical_size(info.repos, store, blobs.borrowed);
  info.incomplete_files = std::move(blobs.incomplete);
  return info;
}

std::string format_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 8> kUnits = {"", "K", "M", "G", "T", "P", "E", "Z"};
  double value = static_cast<double>(bytes);
  std::size_t unit = 0;
  while (std::abs(value) >= 1000.0 && unit + 1 < kUnits.size()) {
    value /= 1000.0;
    ++unit;
  }
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f%s", value, kUnits[unit]);
  return text.data();
}

std::string format_timesince(TimePoint then, TimePoint now) {
  struct Unit {
    const char* name;
    double seconds;
    double most;  // Above that the next unit is taken. spec/cache.md 11
  };
  constexpr std::array<Unit, 7> kUnits = {{{"second", 1, 59},
                                           {"minute", 60, 59},
                                           {"hour", 3600, 23},
                                           {"day", 86400, 6},
                                           {"week", 604800, 6},
                                           {"month", 2592000, 11},
                                           {"year", 31536000, 0}}};
  const double passed = std::chrono::duration<double>(now - then).count();
  if (passed < 20) return "a few seconds ago";
  for (const Unit& unit : kUnits) {
    const double count = std::nearbyint(passed / unit.seconds);
    if (count > unit.most && unit.most > 0) continue;
    const long long whole = static_cast<long long>(count);
    return std::to_string(whole) + " " + unit.name + (whole == 1 ? "" : "s") + " ago";
  }
  return {};
}

HUGGINGFACE_HUB_NAMESPACE_END
