// SPDX-License-Identifier: Apache-2.0
/// @file
/// Caches of others that are searched after the own one and never written to: the shared models of a cluster.
#pragma once

#include "cache/tree_listing.hpp"

#include "huggingface_hub/cache/layout.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

/// The folders of one repository in the fallbacks that have one, in order of search.
using Fallbacks = std::vector<RepoFolder>;

/// `caches`, absolute paths, without `own` and without those that do not have the repository.
Fallbacks find_fallbacks(const std::vector<std::filesystem::path>& caches, const std::filesystem::path& own,
                         const std::string& repo_id, RepoType repo_type);

/// What the first fallback that knows `revision` takes it for.
std::optional<std::string> read_ref(const Fallbacks& fallbacks, std::string_view revision);

/// The file below `snapshots/` of a fallback. Not one that cannot be read or has not `size`, if that is known.
std::optional<std::filesystem::path> find_file(const Fallbacks& fallbacks, std::string_view commit,
                                               std::string_view filename, std::optional<std::uint64_t> size = {});

/// Any entry of a fallback with the content of `filename`: the blob of `etag`, whichever revision it came with, else
/// the file.
std::optional<std::filesystem::path> find_content(const Fallbacks& fallbacks, std::string_view commit,
                                                  std::string_view filename, std::string_view etag,
                                                  std::optional<std::uint64_t> size);

/// The first usable listing of `commit`.
std::optional<TreeListing> read_listing(const Fallbacks& fallbacks, std::string_view commit);

/// True for a link that leads out of the cache at `cache_dir`: it was made in place of a copy of what a fallback has,
/// takes no space and frees none.
bool leads_to_fallback(const std::filesystem::path& blob, const std::filesystem::path& cache_dir);

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
