// SPDX-License-Identifier: Apache-2.0
#include "operations/snapshot_fallback.hpp"

#include "cache/writer.hpp"
#include "core/log.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace {

bool has_all(const cache::RepoFolder& repo, const std::string& commit, const cache::TreeListing& files, bool by_size) {
  return std::all_of(files.begin(), files.end(), [&](const auto& file) {
    if (by_size) return cache::find_file({repo}, commit, file.first, file.second.content_size()).has_value();
    std::error_code ignored;
    return fs::is_regular_file(repo.pointer(commit, file.first), ignored);
  });
}

struct Borrowed {
  const std::string* filename;
  const std::string* etag;
  fs::path content;
};

}  // namespace

std::optional<fs::path> whole_snapshot_in_fallback(const DownloadCall& call, const std::string& commit,
                                                   const cache::TreeListing& files) {
  if (call.fallbacks.empty() || call.ref_lags_behind(call.revision, commit)) return std::nullopt;
  if (has_all(call.repo(), commit, files, /*by_size=*/false)) return std::nullopt;
  for (const cache::RepoFolder& repo : call.fallbacks) {
    std::error_code ignored;
    if (!fs::is_directory(repo.snapshot(commit), ignored)) continue;
    if (has_all(repo, commit, files, /*by_size=*/true)) return repo.snapshot(commit);
  }
  return std::nullopt;
}

bool complete_from_fallbacks(const DownloadCall& call, const std::string& commit, const cache::TreeListing& files) {
  const cache::Writer writer(call.repo(), call.config().disable_symlinks);
  std::vector<Borrowed> missing;
  for (const auto& [path, listed] : files) {
    if (writer.has_pointer(commit, path)) continue;
    auto content = cache::find_content(call.fallbacks, commit, path, listed.etag(), listed.content_size());
    if (!content) return false;
    missing.push_back({&path, &listed.etag(), std::move(*content)});
  }
  for (const Borrowed& file : missing) {
    if (const Result<void> made = writer.borrow(commit, *file.filename, *file.etag, file.content); !made.ok()) {
      log_debug("A snapshot is not completed from a fallback: " + made.error().message);
      return false;
    }
  }
  return true;
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
