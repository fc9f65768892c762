// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/scan.hpp"

#include "cache/fallbacks.hpp"
#include "cache/shared_store.hpp"
#include "core/files.hpp"
#include "core/log.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <set>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

namespace fs = std::filesystem;

/// Blobs that are to go, and what that frees.
class Account {
 public:
  explicit Account(const fs::path& cache_dir) : cache_dir_(cache_dir), store_(cache_dir) {}

  void drop(const CachedFileInfo& file) {
    if (!dropped_.insert(file.blob_path).second) return;
    if (std::optional<std::string> hash = store_.payload_behind(file.blob_path)) {
      payloads_.emplace(std::move(*hash), file.size_on_disk);
    } else if (!cache::leads_to_fallback(file.blob_path, cache_dir_)) {
      freed_ += file.size_on_disk;
    }
  }

  // A shared payload is free once every link to it is among what goes (spec/cache.md 12).
  [[nodiscard]] std::uint64_t freed() const {
    std::uint64_t total = freed_;
    for (const auto& [hash, size] : payloads_) {
      const auto links = store_.references(hash);
      if (links && std::all_of(links->begin(), links->end(),
                               [&](const fs::path& link) { return dropped_.count(link) != 0; })) {
        total += size;
      }
    }
    return total;
  }

 private:
  fs::path cache_dir_;
  cache::SharedStore store_;
  std::set<fs::path> dropped_{};
  std::set<std::pair<std::string, std::uint64_t>> payloads_{};
  std::uint64_t freed_{0};
};

bool is_selected(const std::set<std::string>& commits, const CachedRevisionInfo& revision) {
  return commits.count(revision.commit_hash) != 0;
}

void plan_repo(const CachedRepoInfo& repo, const std::set<std::string>& commits, DeleteCacheStrategy& plan,
               Account& account) {
  const auto selected = [&](const CachedRevisionInfo& revision) { return is_selected(commits, revision); };
  if (std::none_of(repo.revisions.begin(), repo.revisions.end(), selected)) return;
  const bool whole = std::all_of(repo.revisions.begin(), repo.revisions.end(), selected);
  std::set<fs::path> kept;
  for (const CachedRevisionInfo& revision : repo.revisions) {
    if (selected(revision)) continue;
    for (const CachedFileInfo& file : revision.files) kept.insert(file.blob_path);
  }
  std::set<fs::path> blobs;
  for (const CachedRevisionInfo& revision : repo.revisions) {
    if (!selected(revision)) continue;
    for (const CachedFileInfo& file : revision.files) {
      if (kept.count(file.blob_path) != 0) continue;
      account.drop(file);
      if (file.blob_path != file.file_path) blobs.insert(file.blob_path);  // Else it goes with its snapshot.
    }
    if (whole) continue;
    plan.snapshots.push_back(revision.snapshot_path);
    for (const std::string& ref : revision.refs) plan.refs.push_back(repo.repo_path / "refs" / ref);
  }
  if (whole) {
    plan.repos.push_back(repo.repo_path);
  } else {
    plan.blobs.insert(plan.blobs.end(), blobs.begin(), blobs.end());
  }
}

// The payloads of the shared store behind what is going to be unlinked.
std::set<std::string> payloads_behind(const cache::SharedStore& store, const DeleteCacheStrategy& plan) {
  std::set<std::string> hashes;
  const auto note = [&](const fs::path& blob) {
    if (std::optional<std::string> hash = store.payload_behind(blob)) hashes.insert(std::move(*hash));
  };
  for (const fs::path& blob : plan.blobs) note(blob);
  for (const fs::path& repo : plan.repos) {
    std::error_code error;
    for (fs::directory_iterator entry(repo / "blobs", error), end; !error && entry != end; entry.increment(error)) {
      note(entry->path());
    }
  }
  return hashes;
}

// Never follows a link; what is gone is fine.
void remove_quietly(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error && error != std::errc::no_such_file_or_directory) {
    log_warning("Could not delete " + path.string() + ": " + error.message() + ".");
  }
}

}  // namespace

DeleteCacheStrategy HFCacheInfo::delete_revisions(const std::vector<std::string>& commits) const {
  std::set<std::string> wanted(commits.begin(), commits.end());
  DeleteCacheStrategy plan;
  plan.cache_dir = cache_dir;
  Account account(cache_dir);
  for (const CachedRepoInfo& repo : repos) plan_repo(repo, wanted, plan, account);
  plan.expected_freed_size = account.freed();

  for (const CachedRepoInfo& repo : repos) {
    for (const CachedRevisionInfo& revision : repo.revisions) wanted.erase(revision.commit_hash);
  }
  if (!wanted.empty()) {
    std::string names;
    for (const std::string& commit : wanted) names += (names.empty() ? "" : ", ") + commit;
    log_warning("Revision(s) not found in the cache, so not deleted: " + names);
  }
  return plan;
}

DeleteCacheStrategy HFCacheInfo::delete_files(const std::vector<CachedFileInfo>& files) const {
  DeleteCacheStrategy plan;
  plan.cache_dir = cache_dir;
  std::set<fs::path> going;
  for (const CachedFileInfo& file : files) going.insert(file.file_path);
  plan.files.assign(going.begin(), going.end());

  std::set<fs::path> kept;
  for (const CachedRepoInfo& repo : repos) {
    for (const CachedRevisionInfo& revision : repo.revisions) {
      for (const CachedFileInfo& file : revision.files) {
        if (going.count(file.file_path) == 0) kept.insert(file.blob_path);
      }
    }
  }
  Account account(cache_dir);
  std::set<fs::path> blobs;
  for (const CachedFileInfo& file : files) {
    if (kept.count(file.blob_path) != 0) continue;
    account.drop(file);
    if (file.blob_path != file.file_path) blobs.insert(file.blob_path);
  }
  plan.blobs.assign(blobs.begin(), blobs.end());
  plan.expected_freed_size = account.freed();
  return plan;
}

void DeleteCacheStrategy::execute() const {
  const cache::SharedStore store(cache_dir);
  const std::set<std::string> payloads = payloads_behind(store, *this);
  for (const fs::path& file : files) {
    std::error_code error;
    fs::remove(file, error);
    if (error && error != std::errc::no_such_file_or_directory) {
      throw_error(files::io_error("delete", file, error.value()));
    }
  }
  for (const auto* list : {&repos, &snapshots, &refs, &blobs}) {
    for (const fs::path& path : *list) remove_quietly(path);
  }
  for (const std::string& hash : payloads) store.collect(hash);
}

HUGGINGFACE_HUB_NAMESPACE_END
