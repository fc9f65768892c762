// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cache/tree_listing.hpp"
#include "cache/writer.hpp"
#include "operations/download_call.hpp"

#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// One of a listing, which has to outlive it: a repository may have very many.
struct SnapshotFile {
  const std::string& path;
  const cache::ListedFile& listed;
};

/// Puts `files` of `commit` into the cache, or the local folder, of `call`: one GET for each content that is not
/// there. At most `workers` are on their way at a time; unset:
/// 8, and of small ones as many more as the round trip makes worth it.
///
/// Small files do not occupy a thread while they travel: their requests run on the event loop, and the threads only
/// check and store what has arrived. The first failure cancels the rest and is returned once nothing runs any more.
Result<void> fetch_snapshot(const DownloadCall& call, const std::string& commit,
                            const std::vector<SnapshotFile>& files, std::optional<int> workers,
                            transfer::DownloadProgress& progress);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
