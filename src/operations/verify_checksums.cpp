// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/api/metadata_api.hpp"

#include "core/digest.hpp"
#include "core/executor.hpp"
#include "core/text.hpp"
#include "operations/download_call.hpp"
#include "operations/snapshot_listing.hpp"

#include "huggingface_hub/cache/lookup.hpp"
#include "huggingface_hub/patterns.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

namespace fs = std::filesystem;

struct Target {
  fs::path folder{};
  std::string revision{};
};

// The cached snapshot that is meant (spec/cache.md 13).
Target cached_target(const operations::DownloadCall& call, bool has_revision) {
  const cache::RepoFolder repo = call.repo();
  std::string commit;
  if (std::optional<std::string> known = cache::resolve_cached_revision(repo, call.revision)) {
    commit = std::move(*known);
  } else if (has_revision) {
    throw_error(ErrorCode::validation, "There is no " + call.subject() + " in the cache. Download it first, or name "
                                       "another revision.");
  } else {
    const std::vector<std::string> commits = cache::cached_revisions(repo);
    if (commits.empty()) {
      throw_error(ErrorCode::validation, "There is no revision of " + call.repo_id + " in the cache. Download it first.");
    }
    if (commits.size() > 1) {
      throw_error(ErrorCode::validation, "Ambiguous cached revision of " + call.repo_id + ": there are " +
                                             std::to_string(commits.size()) + ". Name the one to verify.");
    }
    commit = commits.front();
  }
  fs::path folder = repo.snapshot(commit);
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    throw_error(ErrorCode::validation, "There is no snapshot of commit " + commit + " in the cache: " + folder.string() +
                                       ". Download it first.");
  }
  return {std::move(folder), std::move(commit)};
}

Target find_target(const operations::DownloadCall& call, bool has_revision) {
  if (!call.local_dir) return cached_target(call, has_revision);
  std::error_code ignored;
  if (!fs::is_directory(*call.local_dir, ignored)) {
    throw_error(ErrorCode::validation, "The folder to verify is none: " + call.local_dir->string() + ".");
  }
  return {*call.local_dir, call.revision};
}

std::map<std::string, fs::path> local_files(const fs::path& folder) {
  const PathFilter filter(std::nullopt, default_ignore_patterns());
  std::map<std::string, fs::path> files;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    if (!entry->is_regular_file(ignored)) continue;
    std::string name = entry->path().lexically_relative(folder).generic_string();
    if (filter.keeps(name)) files.emplace(std::move(name), entry->path());
  }
  return files;
}

struct Pair {
  std::string path{};
  fs::path file{};
  cache::ListedFile listed{};
};

Result<std::optional<ChecksumMismatch>> compare(const Pair& pair) {
  const bool lfs = pair.listed.lfs_sha256.has_value();
  Result<FileDigest> digest = digest_file(pair.file, lfs, !lfs);
  if (!digest.ok()) return digest.error();
  ChecksumMismatch mismatch;
  mismatch.path = pair.path;
  mismatch.expected = to_lower(pair.listed.etag());
  mismatch.actual = lfs ? digest->sha256 : digest->git_blob_id;
  mismatch.algorithm = lfs ? "sha256" : "git-sha1";
  if (mismatch.actual == mismatch.expected) return std::optional<ChecksumMismatch>();
  return std::optional<ChecksumMismatch>(std::move(mismatch));
}

void compare_all(const std::vector<Pair>& pairs, const CancellationToken& cancel, FolderVerification& report) {
  std::mutex mutex;
  const std::size_t workers = std::max(1U, std::min(8U, std::thread::hardware_concurrency()));
  const auto one = [&](std::size_t index, const CancellationToken&) -> Result<void> {
    Result<std::optional<ChecksumMismatch>> mismatch = compare(pairs[index]);
    if (!mismatch.ok()) return mismatch.error();
    if (*mismatch) {
      const std::lock_guard lock(mutex);
      report.mismatches.push_back(std::move(**mismatch));
    }
    return {};
  };
  parallel_for(pairs.size(), workers, cancel, one).value();
  std::sort(report.mismatches.begin(), report.mismatches.end(),
            [](const ChecksumMismatch& a, const ChecksumMismatch& b) { return a.path < b.path; });
}

}  // namespace

FolderVerification MetadataApi::verify_repo_checksums(const std::string& repo_id,
                                                      const VerifyRepoChecksumsOptions& options) const {
  if (options.local_dir && options.cache_dir) {
    throw_error(ErrorCode::validation, "local_dir and cache_dir exclude each other. Give one of them.");
  }
  HfHubDownloadOptions asked;
  asked.cache_dir = options.cache_dir;
  asked.call = options.call;
  asked.local_dir = options.local_dir;
  asked.repo_type = options.repo_type;
  asked.revision = options.revision;
  asked.token = options.token;
  operations::DownloadCall call = operations::make_call(session(), repo_id, asked);
  const Target target = find_target(call, options.revision.has_value());
  call.revision = target.revision;

  FolderVerification report;
  report.verified_path = target.folder;
  report.revision = take(operations::resolve_commit(call));
  const cache::TreeListing remote = take(operations::fetch_listing(call, report.revision));
  std::map<std::string, fs::path> local = local_files(target.folder);

  std::vector<Pair> pairs;
  for (const auto& [path, listed] : remote) {
    const auto found = local.find(path);
    if (found == local.end()) {
      report.missing_paths.push_back(path);
      continue;
    }
    pairs.push_back({path, found->second, listed});
    local.erase(found);
  }
  for (const auto& [path, file] : local) report.extra_paths.push_back(path);
  report.checked_count = pairs.size();
  compare_all(pairs, call.call.cancel, report);
  return report;
}

HUGGINGFACE_HUB_NAMESPACE_END
