// SPDX-License-Identifier: Apache-2.0
#include "server/body_lines.hpp"
#include "server/card_metadata.hpp"
#include "server/git_patterns.hpp"
#include "server/routes.hpp"
#include "server/upload_mode.hpp"

#include "core/text.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestLine = std::size_t{48} << 20;  // Base64 of some 36 MB: what is larger goes to LFS.
constexpr std::size_t kMaxPreupload = 1000;

std::string checked_path(const json& value) {
  std::string path = string_member(value, "path");
  if (const auto problem = path_problem(path)) throw unprocessable(*problem);
  return path;
}

void check_readme(const std::string& content, RepoType type) {
  const CardCheck check = check_card(content, type);
  if (!check.errors.empty()) throw bad_request("Invalid metadata in README.md: " + check.errors.front());
}

PutFile regular_file(const Call& call, const json& value) {
  std::string path = checked_path(value);
  std::string content = string_member(value, "content");
  const std::string encoding = string_member(value, "encoding");
  if (encoding == "base64") {
    auto decoded = base64_decode(content);
    if (!decoded) throw bad_request("The content of '" + path + "' is no base64");
    content = std::move(*decoded);
  } else if (!encoding.empty() && encoding != "utf-8") {
    throw bad_request("Unknown encoding: " + encoding);
  }
  if (path == "README.md") check_readme(content, call.state->type);
  return {call.hub.git().add_blob(content), std::move(path)};
}

PutFile lfs_file(const Call& call, const json& value) {
  std::string path = checked_path(value);
  const std::string algorithm = value.value("algo", "sha256");
  const std::string oid = string_member(value, "oid");
  if (algorithm != "sha256" || !is_lower_hex(oid, 64)) throw bad_request("'" + path + "' has no valid SHA-256");
  const auto stored = call.repo->has_lfs_object(oid) ? call.hub.store().open(ObjectKind::lfs, oid) : nullptr;
  if (!stored) {
    throw bad_request("Your push was rejected because an LFS pointer pointed to a file that does not exist: " + path);
  }
  const auto size = value.find("size");  // Left out for a file that is copied.
  if (size != value.end() && size->is_number_unsigned() && size->get<std::uint64_t>() != stored->size()) {
    throw bad_request("The size of '" + path + "' is not that of its LFS object");
  }
  return {call.hub.git().add_pointer({oid, stored->size()}), std::move(path)};
}

RemoveFolder removed_folder(const json& value) {
  std::string path = string_member(value, "path");
  while (path.ends_with('/')) path.pop_back();
  if (!path.empty()) {
    if (const auto problem = path_problem(path)) throw unprocessable(*problem);
  }
  return {std::move(path)};
}

CopyFile copied_file(const json& value) {
  CopyFile copy;
  copy.path = checked_path(value);
  copy.from = string_member(value, value.contains("srcPath") ? "srcPath" : "from");
  copy.from_revision = string_member(value, "srcRevision");
  return copy;
}

struct Header {
  std::string description{};
  std::string summary{};
};

void read_header(const json& value, CommitRequest& request, Header& header) {
  header.summary = string_member(value, "summary");
  header.description = string_member(value, "description");
  const std::string parent = string_member(value, "parentCommit");
  if (!parent.empty()) request.parent_commit = parent;
  if (trim(header.summary).empty()) throw bad_request("A commit needs a summary");
  request.message = header.summary;
  if (!header.description.empty()) request.message += "\n\n" + header.description;
}

void read_operation(const Call& call, const std::string& key, const json& value, CommitRequest& request) {
  if (key == "file") {
    request.changes.emplace_back(regular_file(call, value));
  } else if (key == "lfsFile") {
    request.changes.emplace_back(lfs_file(call, value));
  } else if (key == "deletedFile") {
    request.changes.emplace_back(RemoveFile{checked_path(value)});
  } else if (key == "deletedFolder") {
    request.changes.emplace_back(removed_folder(value));
  } else if (key == "copyFile") {
    request.changes.emplace_back(copied_file(value));
  } else {
    throw bad_request("Unknown operation in commit: " + key);
  }
}

Header read_commit(const Call& call, CommitRequest& request) {
  BodyLines lines(call.body, kLongestLine);
  Header header;
  bool has_header = false;
  while (const auto line = lines.next()) {
    if (trim(*line).empty()) continue;
    const json item = json::parse(*line, nullptr, false);
    if (!item.is_object() || !item.contains("value") || !item["value"].is_object()) {
      throw bad_request("A line of the commit is no JSON object with `key` and `value`");
    }
    const std::string key = string_member(item, "key");
    if (key == "header") {
      read_header(item["value"], request, header);
      has_header = true;
    } else if (!has_header) {
      throw bad_request("The first line of a commit is its header");
    } else {
      read_operation(call, key, item["value"], request);
    }
  }
  if (!has_header) throw bad_request("A commit needs a header");
  return header;
}

void require_commit_rights(const Call& call, bool pull_request) {
  call.require_read();
  call.require_login();
  if (call.hub.people().can_change(call.who, *call.state)) return;
  if (!call.who.can_write) {
    throw forbidden("Your token does not have write access: a token with the role write is needed");
  }
  if (!pull_request) throw forbidden("Forbidden: pass `create_pr=1` as a query parameter to create a Pull Request");
}

bool is_own_pull_request(const Call& call, const std::string& revision) {
  if (!revision.starts_with("refs/pr/")) return false;
  const Discussion* discussion = call.state->discussion(std::atoi(revision.c_str() + 8));
  return discussion && discussion->author == call.who.user;
}

json preupload_answer(const json& file, const Snapshot* present, const LfsRules& lfs,
                      const IgnoreRules& ignored) {
  const std::string path = string_member(file, "path");
  if (path.empty()) throw bad_request("A file has no path");
  const auto sample = base64_decode(string_member(file, "sample"));
  if (!sample) throw bad_request("The sample of '" + path + "' is no base64");
  const bool to_lfs = goes_to_lfs(path, file.value("size", std::uint64_t{0}), *sample, lfs);
  json answer = {{"path", path}, {"uploadMode", to_lfs ? "lfs" : "regular"}, {"shouldIgnore", ignored.matches(path)}};
  if (present) {
    const auto found = present->files.find(path);
    if (found != present->files.end()) answer["oid"] = found->second.content_id();
  }
  return answer;
}

}  // namespace

HttpResponse preupload(Call& call) {
  require_commit_rights(call, call.query.flag("create_pr") || is_own_pull_request(call, call.rest[0]));
  const json body = call.json_body();
  const auto head = call.repo->find_revision(call.rest[0]);
  const bool is_empty = call.state->branches.empty() && call.rest[0] == "main";
  if (!head && !is_empty) throw revision_not_found(call.rest[0]);
  const auto present = head ? call.repo->snapshot(*head) : nullptr;
  const json files = body.value("files", json::array());
  if (files.size() > kMaxPreupload) throw ApiError(413, "", "too many files");
  const LfsRules lfs(body.contains("gitAttributes") ? string_member(body, "gitAttributes")
                                                    : stored_text(*call.repo, present.get(), ".gitattributes"));
  const IgnoreRules ignored(body.contains("gitIgnore") ? string_member(body, "gitIgnore")
                                                       : stored_text(*call.repo, present.get(), ".gitignore"));
  json answers = json::array();
  for (const json& file : files) answers.push_back(preupload_answer(file, present.get(), lfs, ignored));
  json answer = {{"files", std::move(answers)}};
  if (head) answer["commitOid"] = *head;
  return json_response(answer);
}

HttpResponse commit(Call& call) {
  const bool create_pr = call.query.flag("create_pr");
  require_commit_rights(call, create_pr || is_own_pull_request(call, call.rest[0]));
  CommitRequest request;
  request.author = call.who.user;
  request.revision = call.rest[0];
  const bool first = call.state->branches.empty() && request.revision == "main";
  if (!first && !call.repo->find_revision(request.revision)) throw revision_not_found(request.revision);
  const Header header = read_commit(call, request);
  request.now = Hub::now();
  const CommitResult result = create_pr ? call.repo->commit_as_pull_request(request, header.description)
                                        : call.repo->commit(request);
  json answer = {{"success", true},
                 {"commitOid", result.commit},
                 {"commitUrl", call.repo_url() + "/commit/" + result.commit},
                 {"hookOutput", ""}};
  if (result.pull_request != 0) {
    answer["pullRequestUrl"] = call.repo_url() + "/discussions/" + std::to_string(result.pull_request);
  }
  return json_response(answer);
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
