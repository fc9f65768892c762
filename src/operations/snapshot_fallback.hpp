// SPDX-License-Identifier: Apache-2.0
/// @file
/// Snapshots that the caches of others hold, whole or in part.
#pragma once

#include "cache/tree_listing.hpp"
#include "operations/download_call.hpp"

#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// The snapshot folder of a fallback that has all `files`, with their sizes; nothing where the own cache has them all,
/// or its ref could not follow.
std::optional<fs::path> whole_snapshot_in_fallback(const DownloadCall& call, const std::string& commit,
                                                   const cache::TreeListing& files);

/// Links what the own snapshot lacks to what fallbacks have. False: some file is nowhere, and nothing was changed; or
/// the own cache cannot be written.
bool complete_from_fallbacks(const DownloadCall& call, const std::string& commit, const cache::TreeListing& files);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
