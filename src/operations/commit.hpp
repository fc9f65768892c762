// SPDX-License-Identifier: Apache-2.0
/// @file
/// Commits as functions of a session.
#pragma once

#include "session/session.hpp"

#include "huggingface_hub/api/commits_api.hpp"

#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

CommitInfo create_commit(const Session& session, const std::string& repo_id,
                         const std::vector<CommitOperation>& operations, const CreateCommitOptions& options);

void preupload_lfs_files(const Session& session, const std::string& repo_id,
                         const std::vector<CommitOperationAdd>& additions, const PreuploadLfsFilesOptions& options);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
