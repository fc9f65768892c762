// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the calls of the Hub's API have in common: URLs and the first lines of a request.
#pragma once

#include "session/session.hpp"

#include "huggingface_hub/types/repo_url.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {

using Query = std::vector<std::pair<std::string, std::string>>;

/// Where a URL needs a revision and none was given (spec/hub-http.md 1.2).
inline constexpr const char* kDefaultRevision = "main";

/// `/api/models/<id>`.
/// @throws HFValidationError  `repo_id` cannot be one.
std::string repo_path(RepoType type, const std::string& repo_id);

/// `/api/models/<id>/<what>/<revision, percent-encoded>`.
/// @throws HFValidationError  `repo_id` or `revision` cannot be one.
std::string revision_path(RepoType type, const std::string& repo_id, std::string_view what,
                          const std::optional<std::string>& revision);

/// `/[datasets/]<id>/resolve/<revision>/<filename>`, below the endpoint (spec/hub-http.md 7.1).
std::string resolve_path(RepoType type, const std::string& repo_id, const std::string& filename,
                         const std::optional<std::string>& revision);

/// @throws HFValidationError  empty, or with a `..` segment or a control character: never a revision.
void validate_revision(const std::string& revision);

/// @throws HFValidationError  `type` is a kernel, which the call called `what` does not serve.
void require_model_dataset_or_space(RepoType type, const char* what);

/// A request with method, URL, token and call options set.
ApiRequest request(http::Method method, std::string url, const CallOptions& call, const Token& token);

/// The same with a JSON body.
ApiRequest json_request(http::Method method, std::string url, const nlohmann::json& body, const CallOptions& call,
                        const Token& token);
/// The same with one that is text already.
ApiRequest json_text_request(http::Method method, std::string url, std::string body, const CallOptions& call,
                             const Token& token);

/// `value` as it is sent. Text of the caller that is not UTF-8 becomes U+FFFD: JSON has no other way to carry it.
std::string json_text(const nlohmann::json& value);

/// For calls of several requests: the timeout of `call` starts now and becomes part of its token.
CallOptions with_deadline(const CallOptions& call);

/// The status of the answer that `error` is about; 0 where there was none.
inline int status_of(const Error& error) { return error.http == nullptr ? 0 : error.http->status; }

/// `url` as the server gave it, with the public Hubs replaced by the endpoint in use (spec/transfer.md 3.5).
std::string on_endpoint(std::string url, const std::string& endpoint);

/// Reads type and id out of a web address of a repository.
/// @throws HfHubError  it is none; `where` says who sent it.
RepoUrl parse_repo_url(const std::string& url, const std::string& endpoint);

/// `<endpoint>/[datasets/]<id>` and what it says.
RepoUrl make_repo_url(RepoType type, const std::string& repo_id, const std::string& endpoint);

/// `name` and, before the slash, `namespace`.
struct SplitId {
  std::optional<std::string> owner{};
  std::string name{};
};
SplitId split_repo_id(const std::string& repo_id);

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
