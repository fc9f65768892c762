// SPDX-License-Identifier: Apache-2.0
#include "server/discussions.hpp"
#include "server/routes.hpp"

#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

bool is_status(std::string_view text) { return text == "accepted" || text == "pending" || text == "rejected"; }

void require_gated(const Call& call) {
  call.require_write();
  if (call.state->gated.empty()) throw bad_request("This repository is not gated");
}

void set_access(Call& call, const std::string& user, const std::string& status) {
  if (!call.hub.people().is_user(user)) throw ApiError(404, "", "User not found: " + user);
  call.repo->update([&](RepoState& state) {
    const auto present = state.access.find(user);
    if (present != state.access.end() && present->second == status) {
      throw ApiError(404, "", "The request of " + user + " is in that state already");
    }
    state.access[user] = status;
  });
}

}  // namespace

HttpResponse list_access_requests(Call& call) {
  require_gated(call);
  if (!is_status(call.rest[0])) throw ApiError(404, "", "Sorry, we can't find the page you are looking for.");
  json items = json::array();
  for (const auto& [user, status] : call.state->access) {
    if (status != call.rest[0]) continue;
    items.push_back({{"requestId", user},
                     {"user", {{"user", user}, {"fullname", user}, {"email", user + "@example.com"}}},
                     {"status", status},
                     {"timestamp", iso_time(call.state->last_modified)}});
  }
  return paged_response(call, items, call.hub.options().page_size);
}

HttpResponse change_access(Call& call) {
  require_gated(call);
  const json body = call.json_body();
  std::string user = string_member(body, "user");
  if (user.empty()) user = string_member(body, "requestId");
  if (call.rest[0] == "grant") {
    set_access(call, user, "accepted");
  } else if (call.rest[0] == "handle") {
    const std::string status = string_member(body, "status");
    if (!is_status(status)) throw bad_request("`status` must be accepted, pending or rejected");
    set_access(call, user, status);
  } else {
    throw ApiError(404, "", "Sorry, we can't find the page you are looking for.");
  }
  return json_response({{"success", true}});
}

HttpResponse ask_access(Call& call) {
  call.require_read();
  call.require_login();
  if (call.state->gated.empty()) throw bad_request("This repository is not gated");
  call.repo->update([&](RepoState& state) {
    state.access.emplace(call.who.user, state.gated == "auto" ? "accepted" : "pending");
  });
  return json_response({{"success", true}});
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
