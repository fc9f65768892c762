// SPDX-License-Identifier: Apache-2.0
#include "server/discussions.hpp"
#include "server/routes.hpp"

#include "core/text.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

constexpr std::size_t kPageSize = 10;

ApiError no_such_discussion() { return {404, "", "Discussion not found"}; }

int number_of(const Call& call) {
  const std::string& text = call.rest[0];
  const bool digits = !text.empty() && text.size() < 9 &&
                      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) throw no_such_discussion();
  return std::stoi(text);
}

const Discussion& find_discussion(const Call& call) {
  const Discussion* discussion = call.state->discussion(number_of(call));
  if (!discussion) throw no_such_discussion();
  return *discussion;
}

// Runs `change` on the discussion that the path names, and gives back its event.
template <typename F>
json change_discussion(Call& call, F&& change) {
  const int number = number_of(call);
  json event;
  call.repo->update([&](RepoState& state) {
    Discussion* discussion = state.discussion(number);
    if (!discussion) throw no_such_discussion();
    event = change(*discussion);
  });
  return event;
}

bool is_author_or_owner(const Call& call, const Discussion& discussion) {
  return discussion.author == call.who.user || call.hub.people().can_change(call.who, *call.state);
}

void require_author_or_owner(const Call& call) {
  if (!is_author_or_owner(call, find_discussion(call))) throw forbidden("You cannot change this discussion");
}

void require_writer(const Call& call) {
  call.require_read();
  call.require_login();
  if (!call.who.can_write) throw forbidden("Your token does not have write access: a token with the role write is needed");
}

bool is_listed(const Query& query, const Discussion& each) {
  const std::string type = query.get("type");
  const std::string status = query.get("status");
  const std::string author = query.get("author");
  const bool is_open = each.status == "open" || each.status == "draft";
  return (type.empty() || type == "all" || each.is_pull_request == (type == "pull_request")) &&
         (status.empty() || status == "all" || is_open == (status == "open")) &&
         (author.empty() || author == each.author);
}

HttpResponse comment(Call& call) {
  const std::string text = string_member(call.json_body(), "comment");
  if (text.empty()) throw bad_request("A comment needs a text");
  const json event = change_discussion(call, [&](Discussion& discussion) {
    return add_comment_event(discussion, call.who.user, text, Hub::now());
  });
  return json_response({{"newMessage", event}});
}

HttpResponse change_title(Call& call) {
  require_author_or_owner(call);
  const std::string title(trim(string_member(call.json_body(), "title")));
  if (title.size() < 3) throw bad_request("A title needs three characters at least");
  const json event = change_discussion(call, [&](Discussion& discussion) {
    return set_title(discussion, call.who.user, title, Hub::now());
  });
  return json_response({{"newTitle", event}});
}

HttpResponse change_status(Call& call) {
  require_author_or_owner(call);
  const json body = call.json_body();
  const std::string status = string_member(body, "status");
  if (status != "open" && status != "closed") throw bad_request("`status` must be \"open\" or \"closed\"");
  const json event = change_discussion(call, [&](Discussion& discussion) {
    if (discussion.status == "merged") throw bad_request("A merged pull request cannot change its status");
    const std::string text = string_member(body, "comment");
    if (!text.empty()) add_comment_event(discussion, call.who.user, text, Hub::now());
    return set_status(discussion, call.who.user, status, Hub::now());
  });
  return json_response({{"newStatus", event}});
}

HttpResponse merge(Call& call) {
  call.require_write();
  const std::string text = call.text_body();
  const json body = text.empty() ? json() : json::parse(text);
  call.repo->merge(find_discussion(call).num, call.who.user, string_member(body, "comment"), Hub::now());
  return json_response({{"success", true}});
}

json* find_comment(Discussion& discussion, const std::string& id) {
  for (json& event : discussion.events) {
    if (event["type"] == "comment" && event["id"] == id) return &event;
  }
  return nullptr;
}

HttpResponse change_comment(Call& call) {
  const std::string& action = call.rest[3];
  std::string content;
  if (action == "edit") content = string_member(call.json_body(), "content");
  if (action != "edit" && action != "hide") throw no_such_discussion();
  const json event = change_discussion(call, [&](Discussion& discussion) {
    json* found = find_comment(discussion, call.rest[2]);
    if (!found) throw ApiError(404, "", "Comment not found");
    if ((*found)["author"]["name"] != call.who.user && !call.hub.people().can_change(call.who, *call.state)) {
      throw forbidden("You cannot change this comment");
    }
    json& data = (*found)["data"];
    if (data["hidden"] == true) throw forbidden("A hidden comment cannot be changed");
    data["history"].push_back(data["latest"]);
    data["latest"]["raw"] = data["latest"]["html"] = content;
    data["latest"]["updatedAt"] = iso_time(Hub::now());
    data["latest"]["author"] = {{"name", call.who.user}};
    data[action == "edit" ? "edited" : "hidden"] = true;
    return *found;
  });
  return json_response({{"updatedComment", event}});
}

}  // namespace

HttpResponse list_discussions(Call& call) {
  call.require_read();
  json matching = json::array();
  for (auto each = call.state->discussions.rbegin(); each != call.state->discussions.rend(); ++each) {
    if (is_listed(call.query, *each)) matching.push_back(discussion_json(*each, *call.state, false));
  }
  const std::size_t start = std::min(call.query.number("p").value_or(0) * kPageSize, matching.size());
  json page = json::array();
  for (std::size_t i = start; i < std::min(start + kPageSize, matching.size()); ++i) page.push_back(matching[i]);
  return json_response({{"count", matching.size()}, {"start", start}, {"discussions", std::move(page)}});
}

HttpResponse create_discussion(Call& call) {
  require_writer(call);
  const json body = call.json_body();
  const std::string title(trim(string_member(body, "title")));
  if (title.size() < 3) throw bad_request("A title needs three characters at least");
  const bool pull_request = body.value("pullRequest", false);
  const int num = call.repo->open_discussion(call.who.user, title, string_member(body, "description"), pull_request,
                                             Hub::now());
  return json_response({{"num", num}, {"pullRequest", pull_request}, {"url", call.repo_url() + "/discussions/" + std::to_string(num)}});
}

HttpResponse show_discussion(Call& call) {
  call.require_read();
  json details = discussion_json(find_discussion(call), *call.state, true);
  if (call.query.has("diff")) details["diff"] = "";
  return json_response(details);
}

HttpResponse act_on_discussion(Call& call) {
  require_writer(call);
  static_cast<void>(find_discussion(call));
  const std::string& action = call.rest[1];
  if (call.rest.size() == 4 && action == "comment") return change_comment(call);
  if (call.rest.size() == 2 && action == "comment") return comment(call);
  if (call.rest.size() == 2 && action == "title") return change_title(call);
  if (call.rest.size() == 2 && action == "status") return change_status(call);
  if (call.rest.size() == 2 && action == "merge") return merge(call);
  throw no_such_discussion();
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
