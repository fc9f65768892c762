// SPDX-License-Identifier: Apache-2.0
#include "server/discussions.hpp"
#include "server/routes.hpp"

#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

json ref_json(const std::string& name, const std::string& ref, const std::string& commit) {
  return {{"name", name}, {"ref", ref}, {"targetCommit", commit}};
}

// git-check-ref-format, as far as it concerns names of branches and tags.
bool is_ref_name(std::string_view name) {
  if (name.empty() || name.size() > 255 || name.starts_with('/') || name.ends_with('/') || name.ends_with('.') ||
      name.starts_with('-') || name.starts_with('.') || name.ends_with(".lock") || name == "@") {
    return false;
  }
  for (const std::string_view part : {"..", "//", "@{", "/."}) {
    if (name.find(part) != std::string_view::npos) return false;
  }
  for (const char c : name) {
    if (static_cast<unsigned char>(c) <= ' ' || c == 0x7f || std::string_view("~^:?*[\\").find(c) != std::string_view::npos) {
      return false;
    }
  }
  return true;
}

std::string html_escape(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

HttpResponse ok() { return json_response({{"success", true}}); }

}  // namespace

HttpResponse list_refs(Call& call) {
  call.require_read();
  json branches = json::array();
  json converts = json::array();
  constexpr std::string_view convert = "refs/convert/";
  for (const auto& [name, commit] : call.state->branches) {
    if (name.starts_with(convert)) {
      converts.push_back(ref_json(name.substr(convert.size()), name, commit));
    } else {
      branches.push_back(ref_json(name, "refs/heads/" + name, commit));
    }
  }
  json tags = json::array();
  for (const auto& [name, tag] : call.state->tags) tags.push_back(ref_json(name, "refs/tags/" + name, tag.commit));
  json answer = {{"branches", std::move(branches)}, {"converts", std::move(converts)}, {"tags", std::move(tags)}};
  if (call.query.flag("include_prs")) {
    json pull_requests = json::array();
    for (const auto& [num, commit] : call.state->pull_requests) {
      const std::string ref = "refs/pr/" + std::to_string(num);
      pull_requests.push_back(ref_json(std::to_string(num), ref, commit));
    }
    answer["pullRequests"] = std::move(pull_requests);
  }
  return json_response(answer);
}

HttpResponse list_commits(Call& call) {
  call.require_read();
  const auto expand = call.query.all("expand");
  const bool formatted = std::find(expand.begin(), expand.end(), "formatted") != expand.end();
  const std::vector<std::string> history = call.repo->history(call.repo->resolve(call.rest[0]));
  HttpResponse response = paged_response(call, json(history), std::min<std::size_t>(call.hub.options().page_size, 50));
  json commits = json::array();
  for (const json& id : json::parse(response.body)) {
    const Commit data = call.repo->git().commit(id.get<std::string>());
    json entry = {{"id", id},
                  {"title", data.title()},
                  {"message", data.description()},
                  {"date", iso_time(data.date * 1000)},
                  {"authors", json::array({{{"user", data.author}, {"avatar", ""}}})}};
    if (formatted) {
      entry["formatted"] = {{"title", html_escape(data.title())}, {"message", html_escape(data.description())}};
    }
    commits.push_back(std::move(entry));
  }
  response.body = commits.dump(-1, ' ', false, json::error_handler_t::replace);
  return response;
}

HttpResponse create_branch(Call& call) {
  call.require_write();
  const std::string& name = call.rest[0];
  const std::string text = call.text_body();
  const json body = text.empty() ? json::object() : json::parse(text);
  const bool is_convert = name.starts_with("refs/convert/");
  if ((name.starts_with("refs/") && !is_convert) || !is_ref_name(name)) {
    throw bad_request("Invalid reference for a branch: " + name);
  }
  const std::string from = string_member(body, "startingPoint");
  std::string start;
  if (!body.value("emptyBranch", false)) start = call.repo->resolve(from.empty() ? "main" : from);
  call.repo->update([&](RepoState& state) {
    if (state.branches.count(name) != 0 && !body.value("overwrite", false)) {
      throw conflict("Reference already exists: refs/heads/" + name);
    }
    state.branches[name] = start;
  });
  return ok();
}

HttpResponse delete_branch(Call& call) {
  call.require_write();
  const std::string& name = call.rest[0];
  if (name == "main") throw forbidden("Cannot delete refs/heads/main");
  call.repo->update([&](RepoState& state) {
    if (state.branches.erase(name) == 0) throw ApiError(404, "", "Invalid rev id: " + name);
  });
  return ok();
}

HttpResponse create_tag(Call& call) {
  call.require_write();
  const json body = call.json_body();
  const std::string name = string_member(body, "tag");
  if (!is_ref_name(name)) throw bad_request("Invalid tag name: " + name);
  const std::string commit = call.repo->resolve(call.rest[0]);
  call.repo->update([&](RepoState& state) {
    if (state.tags.count(name) != 0) throw conflict("Tag reference exists already: refs/tags/" + name);
    state.tags[name] = {commit, string_member(body, "message")};
  });
  return ok();
}

HttpResponse delete_tag(Call& call) {
  call.require_write();
  const std::string& name = call.rest[0];
  call.repo->update([&](RepoState& state) {
    if (state.tags.erase(name) == 0) throw revision_not_found(name);
  });
  return ok();
}

HttpResponse super_squash(Call& call) {
  call.require_write();
  const std::string text = call.text_body();
  const json body = text.empty() ? json::object() : json::parse(text);
  const std::string message = string_member(body, "message");
  call.repo->squash(call.rest[0], call.who.user, message.empty() ? "Super-squash branch" : message, Hub::now());
  return ok();
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
