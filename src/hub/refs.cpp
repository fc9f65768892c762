// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/api/refs_api.hpp"

#include "core/text.hpp"
#include "hub/parse/git.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

std::string ref_path(RepoType type, const std::string& repo_id, const char* kind, const std::string& name) {
  if (name.empty()) throw_error(ErrorCode::validation, std::string("The name of the ") + kind + " is empty.");
  hub::validate_revision(name);
  return hub::repo_path(type, repo_id) + "/" + kind + "/" + percent_encode(name);
}

GitRefs get_refs(const Session& session, const std::string& repo_id, const ListRepoRefsOptions& options) {
  ApiRequest request = hub::request(http::Method::get, hub::repo_path(options.repo_type, repo_id) + "/refs",
                                    options.call, options.token);
  if (options.include_pull_requests) request.query.emplace_back("include_prs", "1");
  const http::Response response = take(session.send(request));
  return parse::refs(parse::json_of(response), response.head);
}

/// True if the branch can be seen, whatever the token may do with it.
bool has_branch(const Session& session, const std::string& repo_id, const std::string& branch,
                const CreateBranchOptions& options, const CallOptions& call) {
  ListRepoRefsOptions listing;
  listing.call = call;
  listing.repo_type = options.repo_type;
  listing.token = options.token;
  const Result<GitRefs> refs = as_result([&] { return get_refs(session, repo_id, listing); });
  return refs.ok() && std::any_of(refs->branches.begin(), refs->branches.end(),
                                  [&](const GitRefInfo& ref) { return ref.name == branch; });
}

}  // namespace

RefsApi::~RefsApi() = default;

GitRefs RefsApi::list_repo_refs(const std::string& repo_id, const ListRepoRefsOptions& options) const {
  return get_refs(session(), repo_id, options);
}

void RefsApi::create_branch(const std::string& repo_id, const std::string& branch,
                            const CreateBranchOptions& options) const {
  const CallOptions call = hub::with_deadline(options.call);
  nlohmann::json body = nlohmann::json::object();
  if (options.revision) body["startingPoint"] = *options.revision;
  const Result<http::Response> result = session().send(hub::json_request(
      http::Method::post, ref_path(options.repo_type, repo_id, "branch", branch), body, call, options.token));
  if (result.ok()) return;
  const int status = hub::status_of(result.error());
  if (options.exist_ok && status == 409) return;
  if (options.exist_ok && status == 403 && has_branch(session(), repo_id, branch, options, call)) return;
  throw_error(result.error());
}

void RefsApi::delete_branch(const std::string& repo_id, const std::string& branch,
                            const DeleteBranchOptions& options) const {
  (void)take(session().send(hub::request(http::Method::del, ref_path(options.repo_type, repo_id, "branch", branch),
                                         options.call, options.token)));
}

void RefsApi::create_tag(const std::string& repo_id, const std::string& tag, const CreateTagOptions& options) const {
  if (tag.empty()) throw_error(ErrorCode::validation, "The name of the tag is empty.");
  hub::validate_revision(tag);
  nlohmann::json body = {{"tag", tag}};
  if (options.tag_message) body["message"] = *options.tag_message;
  const std::string url = hub::revision_path(options.repo_type, repo_id, "tag", options.revision);
  const Result<http::Response> result =
      session().send(hub::json_request(http::Method::post, url, body, options.call, options.token));
  if (result.ok() || (options.exist_ok && hub::status_of(result.error()) == 409)) return;
  throw_error(result.error());
}

void RefsApi::delete_tag(const std::string& repo_id, const std::string& tag, const DeleteTagOptions& options) const {
  (void)take(session().send(
      hub::request(http::Method::del, ref_path(options.repo_type, repo_id, "tag", tag), options.call, options.token)));
}

HUGGINGFACE_HUB_NAMESPACE_END
