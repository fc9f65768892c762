// SPDX-License-Identifier: Apache-2.0
/// @file
/// The endpoints of the hub, one source a family. Each takes a call whose repository (where the path names one) has
/// been found, checks what the caller may do, and answers or throws `ApiError`.
#pragma once

#include "server/hub.hpp"

#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// Finds the endpoint and runs it.
HttpResponse dispatch(Hub& hub, const HttpRequest& request, RequestBody& body, const Identity& who);

/// 401 for callers without a token, 404 for others: whether it exists is not told.
ApiError repo_not_found(const Identity& who);

// account_routes.cpp
HttpResponse whoami(Call& call);
HttpResponse validate_yaml(Call& call);

// repo_routes.cpp
HttpResponse create_repository(Call& call);
HttpResponse delete_repository(Call& call);
HttpResponse move_repository(Call& call);
HttpResponse change_settings(Call& call);
HttpResponse check_auth(Call& call);

// info_routes.cpp
HttpResponse repository_info(Call& call);
HttpResponse repository_info_at(Call& call);
HttpResponse sharded_safetensors(Call& call);

// tree_routes.cpp
HttpResponse list_tree(Call& call);
HttpResponse paths_info(Call& call);

// ref_routes.cpp
HttpResponse list_refs(Call& call);
HttpResponse list_commits(Call& call);
HttpResponse create_branch(Call& call);
HttpResponse delete_branch(Call& call);
HttpResponse create_tag(Call& call);
HttpResponse delete_tag(Call& call);
HttpResponse super_squash(Call& call);

// commit_routes.cpp
HttpResponse preupload(Call& call);
HttpResponse commit(Call& call);

// lfs_routes.cpp
HttpResponse lfs_batch(Call& call);
HttpResponse lfs_verify(Call& call);
HttpResponse storage(Call& call);
HttpResponse complete_multipart(Call& call);

// listing_routes.cpp
HttpResponse list_repositories(Call& call, RepoType type);

// discussion_routes.cpp
HttpResponse list_discussions(Call& call);
HttpResponse create_discussion(Call& call);
HttpResponse show_discussion(Call& call);
HttpResponse act_on_discussion(Call& call);

// access_routes.cpp
HttpResponse list_access_requests(Call& call);
HttpResponse change_access(Call& call);
HttpResponse ask_access(Call& call);

// resolve_routes.cpp
HttpResponse resolve_file(Call& call);
HttpResponse raw_file(Call& call);
HttpResponse resolve_cache(Call& call);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
