// SPDX-License-Identifier: Apache-2.0
#include "server/discussions.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <chrono>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

json add_event(Discussion& discussion, const char* type, const std::string& author, json data, std::int64_t now) {
  json event = {{"id", random_hex(24)},
                {"type", type},
                {"createdAt", iso_time(now)},
                {"author", {{"name", author}, {"type", "user"}}},
                {"data", std::move(data)}};
  discussion.events.push_back(event);
  return event;
}

}  // namespace

std::string iso_time(std::int64_t milliseconds) {
  return format_iso8601(SystemTime(std::chrono::duration_cast<SystemTime::duration>(std::chrono::milliseconds(milliseconds))));
}

Discussion& add_discussion(RepoState& state, const NewDiscussion& request) {
  int last = 0;
  for (const Discussion& each : state.discussions) last = std::max(last, each.num);
  Discussion discussion;
  discussion.num = last + 1;
  discussion.author = request.author;
  discussion.title = request.title;
  discussion.created_at = request.now;
  discussion.is_pull_request = request.is_pull_request;
  discussion.status = request.is_pull_request ? "draft" : "open";
  state.discussions.push_back(std::move(discussion));
  add_comment_event(state.discussions.back(), request.author, request.description, request.now);
  return state.discussions.back();
}

json add_comment_event(Discussion& discussion, const std::string& author, const std::string& text, std::int64_t now) {
  json latest = {{"raw", text}, {"html", text}, {"updatedAt", iso_time(now)}, {"author", {{"name", author}}}};
  return add_event(discussion, "comment", author,
                   {{"edited", false}, {"hidden", false}, {"latest", std::move(latest)}, {"history", json::array()}},
                   now);
}

json add_commit_event(Discussion& discussion, const std::string& author, const std::string& message,
                      const std::string& commit, std::int64_t now) {
  return add_event(discussion, "commit", author,
                   {{"subject", message.substr(0, message.find('\n'))}, {"oid", commit}}, now);
}

json set_status(Discussion& discussion, const std::string& author, const std::string& status, std::int64_t now) {
  discussion.status = status;
  return add_event(discussion, "status-change", author, {{"status", status}}, now);
}

json set_title(Discussion& discussion, const std::string& author, const std::string& title, std::int64_t now) {
  json data = {{"from", discussion.title}, {"to", title}};
  discussion.title = title;
  return add_event(discussion, "title-change", author, std::move(data), now);
}

json discussion_json(const Discussion& discussion, const RepoState& state, bool details) {
  json value = {{"author", {{"name", discussion.author}, {"type", "user"}}},
                {"createdAt", iso_time(discussion.created_at)},
                {"isPullRequest", discussion.is_pull_request},
                {"num", discussion.num},
                {"repo", {{"name", state.id}, {"type", to_string(state.type)}}},
                {"status", discussion.status},
                {"title", discussion.title}};
  if (!details) return value;
  value["events"] = discussion.events;
  if (discussion.is_pull_request) {
    json changes = {{"base", "refs/heads/main"}};
    if (!discussion.merge_commit.empty()) changes["mergeCommitId"] = discussion.merge_commit;
    value["changes"] = std::move(changes);
    value["filesWithConflicts"] = json::array();
  }
  return value;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
