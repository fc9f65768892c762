// SPDX-License-Identifier: Apache-2.0
#include "hub/requests.hpp"

#include "core/log.hpp"
#include "core/text.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {
namespace {

// spec/transfer.md 3.5: answers name one of these, whatever endpoint was asked.
constexpr const char* kPublicEndpoints[] = {"https://huggingface.co", "https://hub-ci.huggingface.co"};

void replace_all(std::string& text, std::string_view from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

[[noreturn]] void no_repo_url(const std::string& url) {
  throw_error(ErrorCode::other, "The Hub named the repository " + redact_url(url) +
                                    ", which is no address of a repository. Check that the endpoint is a Hub.");
}

}  // namespace

std::string repo_path(RepoType type, const std::string& repo_id) {
  validate_repo_id(repo_id);
  return "/api/" + api_segment(type) + "/" + repo_id;
}

std::string revision_path(RepoType type, const std::string& repo_id, std::string_view what,
                          const std::optional<std::string>& revision) {
  if (revision) validate_revision(*revision);
  return repo_path(type, repo_id) + "/" + std::string(what) + "/" + percent_encode(revision.value_or(kDefaultRevision));
}

std::string resolve_path(RepoType type, const std::string& repo_id, const std::string& filename,
                         const std::optional<std::string>& revision) {
  validate_repo_id(repo_id);
  if (revision) validate_revision(*revision);
  return "/" + url_prefix(type) + repo_id + "/resolve/" + percent_encode(revision.value_or(kDefaultRevision)) + "/" +
         percent_encode(filename, "/");
}

void validate_revision(const std::string& revision) {
  if (revision.empty()) {
    throw_error(ErrorCode::validation,
                "The revision is empty. Leave it unset for 'main', or name a branch, tag or commit.");
  }
  std::size_t start = 0;
  while (start <= revision.size()) {
    const std::size_t end = std::min(revision.find('/', start), revision.size());
    const std::string_view segment = std::string_view(revision).substr(start, end - start);
    if (segment == ".." || segment == ".") {
      throw_error(ErrorCode::validation,
                  "The revision '" + revision + "' has a '.' or '..' segment, which no git ref can have.");
    }
    start = end + 1;
  }
  for (const char c : revision) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      throw_error(ErrorCode::validation, "The revision has a control character, which no git ref can have.");
    }
  }
}

void require_model_dataset_or_space(RepoType type, const char* what) {
  if (type != RepoType::kernel) return;
  throw_error(ErrorCode::validation,
              std::string("Invalid repo type: ") + what + " is for models, datasets and Spaces, not for kernels.");
}

ApiRequest request(http::Method method, std::string url, const CallOptions& call, const Token& token) {
  ApiRequest request;
  request.method = method;
  request.url = std::move(url);
  request.call = call;
  request.token = token;
  return request;
}

ApiRequest json_request(http::Method method, std::string url, const nlohmann::json& body, const CallOptions& call,
                        const Token& token) {
  return json_text_request(method, std::move(url), json_text(body), call, token);
}

ApiRequest json_text_request(http::Method method, std::string url, std::string body, const CallOptions& call,
                             const Token& token) {
  ApiRequest made = request(method, std::move(url), call, token);
  made.headers.set("Content-Type", "application/json");
  made.body = bytes_body(std::move(body));
  return made;
}

std::string json_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

CallOptions with_deadline(const CallOptions& call) {
  CallOptions bounded = call;
  if (call.timeout) bounded.cancel = call.cancel.with_timeout(*call.timeout);
  bounded.timeout.reset();
  return bounded;
}

std::string on_endpoint(std::string url, const std::string& endpoint) {
  for (const char* known : kPublicEndpoints) {
    if (endpoint == known) return url;
  }
  for (const char* known : kPublicEndpoints) replace_all(url, known, endpoint);
  return url;
}

RepoUrl parse_repo_url(const std::string& given, const std::string& endpoint) {
  const std::string url = on_endpoint(given, endpoint);
  const std::size_t scheme = url.find("://");
  const std::size_t path = scheme == std::string::npos ? std::string::npos : url.find('/', scheme + 3);
  if (path == std::string::npos) no_repo_url(url);
  // An endpoint may have a path of its own.
  std::string rest = url.rfind(endpoint + "/", 0) == 0 ? url.substr(endpoint.size() + 1) : url.substr(path + 1);
  while (!rest.empty() && rest.back() == '/') rest.pop_back();

  RepoType type = RepoType::model;
  for (const RepoType candidate : {RepoType::dataset, RepoType::space, RepoType::kernel}) {
    const std::string prefix = url_prefix(candidate);
    if (rest.rfind(prefix, 0) == 0) {
      type = candidate;
      rest.erase(0, prefix.size());
      break;
    }
  }
  if (repo_id_problem(rest)) no_repo_url(url);
  RepoUrl result = make_repo_url(type, rest, endpoint);
  result.url = url;
  return result;
}

RepoUrl make_repo_url(RepoType type, const std::string& repo_id, const std::string& endpoint) {
  SplitId parts = split_repo_id(repo_id);
  RepoUrl url;
  url.endpoint = endpoint;
  url.owner = std::move(parts.owner);
  url.repo_id = repo_id;
  url.repo_name = std::move(parts.name);
  url.repo_type = type;
  url.url = endpoint + "/" + url_prefix(type) + repo_id;
  return url;
}

SplitId split_repo_id(const std::string& repo_id) {
  const std::size_t slash = repo_id.find('/');
  if (slash == std::string::npos) return {std::nullopt, repo_id};
  return {repo_id.substr(0, slash), repo_id.substr(slash + 1)};
}

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
