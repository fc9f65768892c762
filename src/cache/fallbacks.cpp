// SPDX-License-Identifier: Apache-2.0
#include "cache/fallbacks.hpp"

#include "core/log.hpp"

#include "huggingface_hub/cache/lookup.hpp"

#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

namespace fs = std::filesystem;

namespace {

// Who may see a file may not be allowed to read it: these are caches of other users.
bool is_usable(const fs::path& path, std::optional<std::uint64_t> size) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return false;
  const bool fits = !size || fs::file_size(path, error) == *size;
  if (fits && !error && ::access(path.c_str(), R_OK) == 0) return true;
  log_debug("A file of a fallback has another size than expected or cannot be read: " + path.string());
  return false;
}

}  // namespace

Fallbacks find_fallbacks(const std::vector<fs::path>& caches, const fs::path& own, const std::string& repo_id,
                         RepoType repo_type) {
  Fallbacks found;
  for (const fs::path& folder : caches) {
    RepoFolder repo(folder, repo_id, repo_type);
    std::error_code ignored;
    if (folder != own && fs::is_directory(repo.snapshots(), ignored)) found.push_back(std::move(repo));
  }
  return found;
}

std::optional<std::string> read_ref(const Fallbacks& fallbacks, std::string_view revision) {
  for (const RepoFolder& repo : fallbacks) {
    if (std::optional<std::string> commit = read_ref(repo, revision)) return commit;
  }
  return std::nullopt;
}

std::optional<fs::path> find_file(const Fallbacks& fallbacks, std::string_view commit, std::string_view filename,
                                  std::optional<std::uint64_t> size) {
  for (const RepoFolder& repo : fallbacks) {
    fs::path pointer = repo.pointer(commit, filename);
    if (is_usable(pointer, size)) return pointer;
  }
  return std::nullopt;
}

std::optional<fs::path> find_content(const Fallbacks& fallbacks, std::string_view commit, std::string_view filename,
                                     std::string_view etag, std::optional<std::uint64_t> size) {
  for (const RepoFolder& repo : fallbacks) {
    fs::path blob = repo.blob(etag);
    if (is_usable(blob, size)) return blob;
  }
  return find_file(fallbacks, commit, filename, size);
}

std::optional<TreeListing> read_listing(const Fallbacks& fallbacks, std::string_view commit) {
  for (const RepoFolder& repo : fallbacks) {
    if (std::optional<TreeListing> listing = read_tree_listing(repo.tree(commit))) return listing;
  }
  return std::nullopt;
}

bool leads_to_fallback(const fs::path& blob, const fs::path& cache_dir) {
  std::error_code error;
  const fs::path target = fs::read_symlink(blob, error);
  if (error || !target.is_absolute()) return false;
  return std::mismatch(cache_dir.begin(), cache_dir.end(), target.begin(), target.end()).first != cache_dir.end();
}

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
