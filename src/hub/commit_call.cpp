// SPDX-License-Identifier: Apache-2.0
#include "hub/commit_call.hpp"

#include "hub/parse/fields.hpp"
#include "hub/preupload.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {
namespace {

constexpr const char* kDiscussions = "/discussions/";
constexpr const char* kCommit = "/commit/";
constexpr const char* kMissingFileText = "A file with this name doesn't exist";

Error with_commit_advice(Error error) {
  if (error.code == ErrorCode::remote_entry_not_found && error.message.find(kMissingFileText) != std::string::npos) {
    error.message += "\nTo delete a folder, end its path with '/' or say is_folder = true.";
  }
  return with_repo_advice(std::move(error));
}

void read_pull_request(const parse::Fields& fields, CommitInfo& commit) {
  std::optional<std::string> url = fields.maybe_text("pullRequestUrl");
  if (!url) url = fields.maybe_text("prUrl");
  if (!url) fields.refuse("pullRequestUrl", "text");
  const std::size_t at = url->rfind(kDiscussions);
  const std::string number =
      at == std::string::npos ? std::string() : url->substr(at + std::string(kDiscussions).size());
  constexpr std::size_t kMaxDigits = 18;  // Fits 64 bits.
  if (number.empty() || number.size() > kMaxDigits ||
      !std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    fields.refuse("pullRequestUrl", "the URL of a pull request");
  }
  commit.pr_num = std::stoull(number);
  commit.pr_revision = "refs/pr/" + number;
  commit.pr_url = std::move(url);
}

CommitInfo commit_of(const http::Response& response, const UploadTarget& target, const std::string& endpoint) {
  const parse::Json json = parse::json_of(response);
  const parse::Fields fields(json, response.head, "answer");
  CommitInfo commit;
  commit.oid = fields.text("commitOid");
  commit.commit_url = fields.text("commitUrl");
  if (target.create_pr) read_pull_request(fields, commit);
  commit.repo_url = make_repo_url(target.repo_type, target.repo_id, endpoint);
  const std::size_t at = commit.commit_url.rfind(kCommit);
  if (at != std::string::npos) commit.repo_url.url = commit.commit_url.substr(0, at);
  return commit;
}

}  // namespace

CommitInfo post_commit(const Session& session, const UploadTarget& target, std::shared_ptr<http::Body> body) {
  ApiRequest request =
      hub::request(http::Method::post, revision_path(target.repo_type, target.repo_id, "commit", target.revision),
                   target.call, target.token);
  if (target.create_pr) request.query.emplace_back("create_pr", "1");
  request.headers.set("Content-Type", "application/x-ndjson");
  request.body = std::move(body);
  request.retry = RetryPolicy::unsent;
  const Result<http::Response> response = session.send(request);
  if (!response.ok()) throw_error(with_commit_advice(response.error()));
  return commit_of(*response, target, session.endpoint());
}

std::uint64_t open_pull_request(const Session& session, const UploadTarget& target, const std::string& title,
                                const std::string& description) {
  const nlohmann::json body = {
      {"title", title},
      {"description", description.empty() ? "Pull request opened with huggingface_hub for C++." : description},
      {"pullRequest", true}};
  const Result<http::Response> response =
      session.send(json_request(http::Method::post, repo_path(target.repo_type, target.repo_id) + "/discussions", body,
                                target.call, target.token));
  if (!response.ok()) throw_error(with_repo_advice(response.error()));
  const parse::Json json = parse::json_of(*response);
  const parse::Fields fields(json, response->head, "pull request");
  const parse::Json* number = fields.find("num");
  if (number == nullptr || !number->is_number_unsigned()) fields.refuse("num", "the number of the pull request");
  return number->get<std::uint64_t>();
}

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
