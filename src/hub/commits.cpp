// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/api/commits_api.hpp"

#include "core/text.hpp"
#include "hub/pages.hpp"
#include "hub/parse/git.hpp"
#include "hub/requests.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

CommitsApi::~CommitsApi() = default;

std::vector<GitCommitInfo> CommitsApi::list_repo_commits(const std::string& repo_id,
                                                         const ListRepoCommitsOptions& options) const {
  ApiRequest first =
      hub::request(http::Method::get, hub::revision_path(options.repo_type, repo_id, "commits", options.revision),
                   hub::with_deadline(options.call), options.token);
  if (options.formatted) first.query.emplace_back("expand[]", "formatted");
  return hub::pages<GitCommitInfo>(session(), std::move(first), parse::commit).to_vector();
}

void CommitsApi::super_squash_history(const std::string& repo_id, const SuperSquashHistoryOptions& options) const {
  hub::require_model_dataset_or_space(options.repo_type, "super_squash_history");
  const std::string branch = options.branch.value_or(hub::kDefaultRevision);
  const nlohmann::json body = {
      {"message", options.commit_message.value_or("Super-squash branch '" + branch + "' using huggingface_hub")}};
  (void)take(session().send(hub::json_request(http::Method::post,
                                              hub::revision_path(options.repo_type, repo_id, "super-squash", branch),
                                              body, options.call, options.token)));
}

HUGGINGFACE_HUB_NAMESPACE_END
