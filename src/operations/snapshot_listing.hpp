// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cache/tree_listing.hpp"
#include "operations/download_call.hpp"

#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// The commit that the revision of `call` stands for; itself if it is one, else one request.
/// `has_other`: something is at hand if the Hub cannot say, so neither a refusal nor a rate limit is waited for.
Result<std::string> resolve_commit(const DownloadCall& call, bool has_other = false);

/// All files of `commit`, by as many pages as it takes. A name, size or id that is missing, or that must not become
/// part of a path, makes the whole listing an error: `http` for what is no listing, `file_metadata` for what is not safe.
Result<cache::TreeListing> fetch_listing(const DownloadCall& call, const std::string& commit);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
