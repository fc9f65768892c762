// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/scan.hpp"

#include "cache/cache_root.hpp"
#include "cache/shared_store.hpp"
#include "core/log.hpp"

#include <map>
#include <set>
#include <string>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

namespace fs = std::filesystem;

// Whoever downloads holds the lock of the blob (spec/cache.md 3), unless he got tired of waiting for it; then his part
// file is locked still.
bool is_being_downloaded(const fs::path& incomplete) {
  if (cache::is_part_in_use(incomplete)) return true;
  std::string etag = incomplete.stem().string();  // Without `.incomplete`; the random part goes now.
  if (const std::size_t dot = etag.rfind('.'); dot != std::string::npos) etag.resize(dot);
  const fs::path repo = incomplete.parent_path().parent_path();
  return cache::is_locked(repo.parent_path() / ".locks" / repo.filename() / (etag + ".lock"));
}

/// Commits that no ref of any repository leads to, with the number of revisions that have them. A plan to delete names
/// commits alone, and a repository that was moved has them under both names.
std::map<std::string, std::size_t> detached_commits(const HFCacheInfo& cache) {
  std::map<std::string, std::size_t> detached;
  std::set<std::string> wanted;
  for (const CachedRepoInfo& repo : cache.repos) {
    for (const CachedRevisionInfo& revision : repo.revisions) {
      if (revision.refs.empty()) {
        ++detached[revision.commit_hash];
      } else {
        wanted.insert(revision.commit_hash);
      }
    }
  }
  for (const std::string& commit : wanted) detached.erase(commit);
  return detached;
}

}  // namespace

std::vector<CachedSharedBlobInfo> HFCacheInfo::unreferenced_shared_blobs() const {
  const cache::SharedStore store(cache_dir);
  std::vector<CachedSharedBlobInfo> found;
  for (const cache::SharedStore::Payload& payload : store.payloads()) {
    const auto users = store.references(payload.xet_hash);
    if (users && users->empty()) found.push_back({store.payload_path(payload.xet_hash), payload.size});
  }
  return found;
}

PruneCacheStrategy HFCacheInfo::prune() const {
  PruneCacheStrategy plan;
  for (const auto& [commit, count] : detached_commits(*this)) {
    plan.commits.push_back(commit);
    plan.revision_count += count;
  }
  plan.revisions = delete_revisions(plan.commits);
  plan.shared_blobs = unreferenced_shared_blobs();
  plan.expected_freed_size = plan.revisions.expected_freed_size;
  for (const CachedIncompleteFileInfo& file : incomplete_files) {
    if (is_being_downloaded(file.file_path)) continue;
    plan.incomplete_files.push_back(file);
    plan.expected_freed_size += file.size_on_disk;
  }
  for (const CachedSharedBlobInfo& blob : plan.shared_blobs) plan.expected_freed_size += blob.size_on_disk;
  return plan;
}

void PruneCacheStrategy::execute() const {
  revisions.execute();
  for (const CachedIncompleteFileInfo& file : incomplete_files) {
    if (is_being_downloaded(file.file_path)) continue;
    std::error_code error;
    cache::remove_unused_part(file.file_path, error);
    if (error) log_warning("Could not delete " + file.file_path.string() + ": " + error.message() + ".");
  }
  const cache::SharedStore store(revisions.cache_dir);
  for (const CachedSharedBlobInfo& blob : shared_blobs) store.collect(blob.file_path.filename().string());
}

HUGGINGFACE_HUB_NAMESPACE_END
