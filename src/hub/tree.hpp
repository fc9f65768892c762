// SPDX-License-Identifier: Apache-2.0
/// @file
/// The tree calls as functions of a session, for the layers above.
#pragma once

#include "session/session.hpp"

#include "huggingface_hub/api/tree_api.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {

Paginated<RepoTreeEntry> list_repo_tree(const Session& session, const std::string& repo_id,
                                        const ListRepoTreeOptions& options);

std::vector<RepoTreeEntry> get_paths_info(const Session& session, const std::string& repo_id,
                                          const std::vector<std::string>& paths, const GetPathsInfoOptions& options);

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
