// SPDX-License-Identifier: Apache-2.0
#include "server/discussions.hpp"
#include "server/repo_info.hpp"
#include "server/routes.hpp"
#include "server/safetensors_info.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

HttpResponse info_at(Call& call, const std::string& revision) {
  call.require_read();
  InfoRequest wanted;
  wanted.blobs = call.query.flag("blobs");
  wanted.security = call.query.flag("securityStatus");
  wanted.expand = call.query.all("expand");
  check_expand(call.state->type, wanted.expand);
  const auto commit = call.repo->find_revision(revision);
  const bool is_empty = call.state->branches.empty() && revision == "main";
  if (!commit && !is_empty) throw revision_not_found(revision);
  HttpResponse response = json_response(repo_info(*call.repo, *call.state, commit.value_or(""), wanted));
  if (commit) response.set("X-Repo-Commit", *commit);
  return response;
}

}  // namespace

HttpResponse repository_info(Call& call) { return info_at(call, "main"); }

HttpResponse repository_info_at(Call& call) { return info_at(call, call.rest[0]); }

HttpResponse sharded_safetensors(Call& call) {
  call.require_content();
  const std::string path = call.rest_path(0);
  const auto metadata = sharded_headers(*call.repo, *call.repo->snapshot(call.repo->resolve("main")), path);
  if (!metadata) throw entry_not_found("No sharded safetensors weights at " + path);
  return json_response(*metadata);
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
