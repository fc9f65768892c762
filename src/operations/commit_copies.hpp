// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hub/lfs_batch.hpp"
#include "operations/commit_plan.hpp"
#include "session/session.hpp"

#include "huggingface_hub/types/commit_operation.hpp"

#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// Looks up source and destination of every copy, fetches regular files (at most 64 MiB each), and has the LFS files of
/// other repositories duplicated into the one of `target`.
///
/// @throws EntryNotFoundError    a source is not there.
/// @throws HFValidationError     a source is a folder, or LFS content of another repository that is not in Xet storage.
/// @throws FileDuplicationError  the Hub could not duplicate a file.
std::vector<ResolvedCopy> resolve_copies(const Session& session, const hub::UploadTarget& target,
                                         const std::vector<CommitOperation>& operations);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
