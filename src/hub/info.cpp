// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/api/info_api.hpp"

#include "core/text.hpp"
#include "hub/parse/repo_info.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

/// The two mutually exclusive ways of asking for more.
struct Wanted {
  const std::vector<std::string>& expand;
  bool files_metadata;
  bool security_status;
};

http::Response get_info(const Session& session, RepoType type, const std::string& repo_id,
                        const std::optional<std::string>& revision, const Wanted& wanted, const CallOptions& call,
                        const Token& token) {
  if (!wanted.expand.empty() && (wanted.files_metadata || wanted.security_status)) {
    throw_error(ErrorCode::validation, "`expand` cannot be used together with `files_metadata` or `securityStatus`.");
  }
  std::string url = hub::repo_path(type, repo_id);
  if (revision) {
    hub::validate_revision(*revision);
    url += "/revision/" + percent_encode(*revision);
  }
  ApiRequest request = hub::request(http::Method::get, std::move(url), call, token);
  if (wanted.security_status) request.query.emplace_back("securityStatus", "true");
  if (wanted.files_metadata) request.query.emplace_back("blobs", "true");
  for (const std::string& property : wanted.expand) request.query.emplace_back("expand", property);
  return take(session.send(request));
}

}  // namespace

InfoApi::~InfoApi() = default;

ModelInfo InfoApi::model_info(const std::string& repo_id, const ModelInfoOptions& options) const {
  const http::Response response =
      get_info(session(), RepoType::model, repo_id, options.revision,
               {options.expand, options.files_metadata, options.securityStatus}, options.call, options.token);
  return parse::model_info(parse::json_of(response), response.head);
}

DatasetInfo InfoApi::dataset_info(const std::string& repo_id, const DatasetInfoOptions& options) const {
  const http::Response response =
      get_info(session(), RepoType::dataset, repo_id, options.revision, {options.expand, options.files_metadata, false},
               options.call, options.token);
  return parse::dataset_info(parse::json_of(response), response.head);
}

SpaceInfo InfoApi::space_info(const std::string& repo_id, const SpaceInfoOptions& options) const {
  const http::Response response =
      get_info(session(), RepoType::space, repo_id, options.revision, {options.expand, options.files_metadata, false},
               options.call, options.token);
  return parse::space_info(parse::json_of(response), response.head);
}

KernelInfo InfoApi::kernel_info(const std::string& repo_id, const KernelInfoOptions& options) const {
  const http::Response response =
      get_info(session(), RepoType::kernel, repo_id, options.revision, {{}, false, false}, options.call, options.token);
  return parse::kernel_info(parse::json_of(response), response.head);
}

RepoInfo InfoApi::repo_info(const std::string& repo_id, const RepoInfoOptions& options) const {
  const bool is_kernel = options.repo_type == RepoType::kernel;
  const std::vector<std::string> none;
  const http::Response response = get_info(
      session(), options.repo_type, repo_id, options.revision,
      {is_kernel ? none : options.expand, !is_kernel && options.files_metadata, false}, options.call, options.token);
  const parse::Json json = parse::json_of(response);
  switch (options.repo_type) {
    case RepoType::dataset:
      return parse::dataset_info(json, response.head);
    case RepoType::space:
      return parse::space_info(json, response.head);
    case RepoType::kernel:
      return parse::kernel_info(json, response.head);
    case RepoType::model:
      break;
  }
  return parse::model_info(json, response.head);
}

bool InfoApi::repo_exists(const std::string& repo_id, const RepoExistsOptions& options) const {
  try {
    (void)get_info(session(), options.repo_type, repo_id, std::nullopt, {{}, false, false}, options.call,
                   options.token);
    return true;
  } catch (const GatedRepoError&) {
    return true;  // There, but not for this token.
  } catch (const RepositoryNotFoundError&) {
    return false;
  }
}

bool InfoApi::revision_exists(const std::string& repo_id, const std::string& revision,
                              const RevisionExistsOptions& options) const {
  try {
    (void)get_info(session(), options.repo_type, repo_id, revision, {{}, false, false}, options.call, options.token);
    return true;
  } catch (const RevisionNotFoundError&) {
    return false;
  } catch (const RepositoryNotFoundError&) {
    return false;
  }
}

bool InfoApi::file_exists(const std::string& repo_id, const std::string& filename,
                          const FileExistsOptions& options) const {
  if (filename.empty()) throw_error(ErrorCode::validation, "The file name is empty. Name a file of the repository.");
  ApiRequest request =
      hub::request(http::Method::head, hub::resolve_path(options.repo_type, repo_id, filename, options.revision),
                   options.call, options.token);
  request.headers.set("Accept-Encoding", "identity");
  request.redirects = RedirectPolicy::hub_only;
  request.total_timeout = session().config().etag_timeout;
  try {
    (void)take(session().send(request));
    return true;
  } catch (const GatedRepoError&) {
    throw;
  } catch (const RepositoryNotFoundError&) {
    return false;
  } catch (const RevisionNotFoundError&) {
    return false;
  } catch (const RemoteEntryNotFoundError&) {
    return false;
  }
}

HUGGINGFACE_HUB_NAMESPACE_END
