// SPDX-License-Identifier: Apache-2.0
#include "hub/preupload.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "hub/parse/fields.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <map>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {
namespace {

using parse::Fields;
using parse::Json;

struct Answer {
  UploadMode mode{UploadMode::regular};
  std::optional<std::string> oid{};
  bool should_ignore{false};
};

Answer answer_of(const Fields& fields) {
  Answer answer;
  const std::string mode = fields.text("uploadMode");
  if (mode != "lfs" && mode != "regular") fields.refuse("uploadMode", "'lfs' or 'regular'");
  answer.mode = mode == "lfs" ? UploadMode::lfs : UploadMode::regular;
  answer.should_ignore = fields.maybe_flag("shouldIgnore").value_or(false);
  answer.oid = fields.maybe_text("oid");
  return answer;
}

/// Written by hand: most of it is base64, in which nothing has to be escaped.
std::string question(std::vector<AdditionState*>::const_iterator first,
                     std::vector<AdditionState*>::const_iterator last, const std::optional<std::string>& gitignore) {
  std::string body = R"({"files":[)";
  for (; first != last; ++first) {
    const AdditionState& addition = **first;
    body += R"({"path":)" + json_text(addition.path_in_repo) + R"(,"sample":")";
    body += base64_encode(addition.sample);
    body += R"(","size":)" + std::to_string(addition.size) + "},";
  }
  if (body.back() == ',') body.pop_back();
  body += ']';
  if (gitignore) body += R"(,"gitIgnore":)" + json_text(*gitignore);
  return body + '}';
}

http::Response ask(const Session& session, const UploadTarget& target, const std::string& url, std::string body) {
  ApiRequest request = json_text_request(http::Method::post, url, std::move(body), target.call, target.token);
  if (target.create_pr) request.query.emplace_back("create_pr", "1");
  request.retry = RetryPolicy::full;
  Result<http::Response> response = session.send(request);
  if (!response.ok()) throw_error(with_repo_advice(response.error()));
  return *std::move(response);
}

void apply(const http::Response& response, std::vector<AdditionState*>::const_iterator first,
           std::vector<AdditionState*>::const_iterator last) {
  const Json json = parse::json_of(response);
  std::map<std::string, Answer> answers;
  for (const Json& item : Fields(json, response.head, "answer").array("files")) {
    const Fields fields(item, response.head, "file");
    answers.insert_or_assign(fields.text("path"), answer_of(fields));
  }
  for (; first != last; ++first) {
    AdditionState& addition = **first;
    const auto answer = answers.find(addition.path_in_repo);
    if (answer == answers.end())
      parse::unexpected_answer(response.head, "says nothing about '" + addition.path_in_repo + "'");
    // Storage takes no empty objects: they travel in the commit, whatever the answer.
    addition.upload_mode = addition.size == 0 ? UploadMode::regular : answer->second.mode;
    addition.should_ignore = answer->second.should_ignore;
    addition.remote_oid = answer->second.oid;
    addition.sample = {};  // Has done its duty; a folder may have very many files.
  }
}

}  // namespace

void fetch_upload_modes(const Session& session, const UploadTarget& target,
                        const std::vector<AdditionState*>& additions,
                        const std::optional<std::string>& gitignore_content) {
  const std::string url = revision_path(target.repo_type, target.repo_id, "preupload", target.revision);
  for (auto first = additions.begin(); first != additions.end();) {
    const auto last =
        first + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(kUploadBatchSize), additions.end() - first);
    apply(ask(session, target, url, question(first, last, gitignore_content)), first, last);
    first = last;
  }
}

void validate_card(const Session& session, const std::string& content, RepoType type, const CallOptions& call,
                   const Token& token) {
  const Json body = {{"content", content}, {"repoType", to_string(type)}};
  const Result<http::Response> response =
      session.send(json_request(http::Method::post, "/api/validate-yaml", body, call, token));
  if (!response.ok()) {
    Error error = response.error();
    if (error.code != ErrorCode::bad_request) throw_error(error);
    std::string reasons = error.http == nullptr ? std::string() : error.http->server_message;
    for (std::size_t at = reasons.find('\n'); at != std::string::npos; at = reasons.find('\n', at + 3)) {
      reasons.replace(at, 1, "\n- ");
    }
    error.code = ErrorCode::card;
    error.message = "Invalid metadata in README.md.\n- " + reasons;
    throw_error(error);
  }
  const Json json = parse::json_of(*response);
  const Fields fields(json, response->head, "answer");
  std::string warnings;
  if (const Json* list = fields.find("warnings"); list != nullptr && list->is_array()) {
    for (const Json& item : *list) {
      warnings += "\n- " + Fields(item, response->head, "warning").maybe_text("message").value_or("");
    }
  }
  if (!warnings.empty()) log_warning("Warnings while validating metadata in README.md:" + warnings);
}

Error with_repo_advice(Error error) {
  if (error.code == ErrorCode::repository_not_found) {
    error.message += "\nA commit needs a repository that exists: create it first with create_repo.";
  }
  return error;
}

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
