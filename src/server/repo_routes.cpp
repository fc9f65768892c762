// SPDX-License-Identifier: Apache-2.0
#include "core/text.hpp"
#include "server/routes.hpp"

#include <algorithm>
#include <array>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

RepoType type_of(const json& body) {
  const std::string name = string_member(body, "type");
  if (name.empty()) return RepoType::model;
  const auto type = repo_type_from_string(name);
  if (!type) throw bad_request("Invalid repo type: " + name);
  return *type;
}

// `organization` and `name`, or the caller's own namespace.
std::string id_of(const Call& call, const json& body) {
  const std::string name = string_member(body, "name");
  if (name.empty()) throw bad_request("A repository needs a name");
  if (name.find('/') != std::string::npos) return name;
  const std::string organization = string_member(body, "organization");
  return (organization.empty() ? call.who.user : organization) + "/" + name;
}

void check_id(const std::string& id) {
  if (const auto problem = repo_id_problem(id)) throw bad_request(*problem);
}

// Nothing where the body does not say.
std::optional<bool> private_of(const json& body, RepoType type) {
  const std::string visibility = string_member(body, "visibility");
  if (!visibility.empty()) {
    if (visibility == "protected" && type == RepoType::space) return false;
    if (visibility != "public" && visibility != "private") throw bad_request("Invalid visibility: " + visibility);
    return visibility == "private";
  }
  const auto found = body.find("private");
  if (found == body.end() || found->is_null()) return std::nullopt;
  if (!found->is_boolean()) throw bad_request("`private` must be true or false");
  return found->get<bool>();
}

std::string space_sdk_of(const json& body) {
  static constexpr auto known = std::to_array<std::string_view>({"docker", "gradio", "static", "streamlit"});
  const std::string sdk = string_member(body, "sdk");
  if (std::find(known.begin(), known.end(), sdk) == known.end()) {
    throw bad_request("A Space needs an sdk: docker, gradio, static or streamlit");
  }
  return sdk;
}

void require_namespace(const Call& call, RepoType type, const std::string& id) {
  call.require_login();
  const std::string owner = id.substr(0, id.find('/'));
  if (!call.who.can_write || !call.hub.people().belongs_to(call.who, owner)) {
    throw forbidden(std::string("You don't have the rights to create a ") + to_string(type) +
                    " under the namespace \"" + owner + "\"");
  }
}

// Files that come with the request, and a card for the licence: the first commit after the initial one.
void add_first_files(Call& call, Repository& repository, const json& body) {
  CommitRequest request;
  request.author = call.who.user;
  request.message = "Add the first files";
  request.now = Hub::now();
  const auto add = [&](const std::string& path, const std::string& content) {
    if (const auto problem = path_problem(path)) throw unprocessable(*problem);
    request.changes.emplace_back(PutFile{call.hub.git().add_blob(content), path});
  };
  const std::string license = string_member(body, "license");
  if (!license.empty()) add("README.md", "---\nlicense: " + license + "\n---\n");
  for (const json& file : body.value("files", json::array())) {
    const auto content = base64_decode(string_member(file, "content"));
    if (!content) throw bad_request("The content of a file is no base64");
    add(string_member(file, "path"), *content);
  }
  if (!request.changes.empty()) repository.commit(request);
}

}  // namespace

HttpResponse create_repository(Call& call) {
  call.require_login();
  const json body = call.json_body();
  if (!body.is_object()) throw bad_request("The body is no JSON object");
  NewRepository request;
  const RepoType type = type_of(body);
  request.creator = call.who.user;
  request.id = id_of(call, body);
  request.options.repo_type = type;
  check_id(request.id);
  require_namespace(call, type, request.id);
  request.options.private_repo = private_of(body, type).value_or(false);
  const std::string url = call.base_url + "/" + url_prefix(type) + request.id;
  if (call.hub.find(type, request.id)) {
    throw conflict(std::string("You already created this ") + to_string(type) + " repo: " + request.id)
        .with_member("url", url);
  }
  if (type == RepoType::space) request.options.space_sdk = space_sdk_of(body);
  try {
    const auto repository = call.hub.create(request);
    add_first_files(call, *repository, body);
    return json_response({{"url", url}, {"name", request.id}, {"id", repository->state()->oid}});
  } catch (ApiError& error) {
    throw error.with_member("url", url);  // Somebody else made it in between.
  }
}

HttpResponse delete_repository(Call& call) {
  call.require_login();
  const json body = call.json_body();
  const RepoType type = type_of(body);
  const std::string id = id_of(call, body);
  call.repo = call.hub.find(type, id);
  if (!call.repo) throw repo_not_found(call.who);
  call.state = call.repo->state();
  if (!call.hub.people().can_see(call.who, *call.state)) throw repo_not_found(call.who);
  if (!call.hub.people().can_change(call.who, *call.state)) {
    throw forbidden("You don't have the rights to delete this repository: " + id);
  }
  call.hub.remove(type, id);
  HttpResponse response;
  response.set("Content-Type", "text/plain; charset=utf-8");
  response.body = "OK";
  return response;
}

HttpResponse move_repository(Call& call) {
  call.require_login();
  const json body = call.json_body();
  const RepoType type = type_of(body);
  const std::string from = string_member(body, "fromRepo");
  const std::string to = string_member(body, "toRepo");
  check_id(to);
  call.repo = call.hub.find(type, from);
  if (!call.repo) throw repo_not_found(call.who);
  call.state = call.repo->state();
  call.require_write();
  require_namespace(call, type, to);
  call.hub.move(type, from, to);
  return json_response({{"url", call.base_url + "/" + url_prefix(type) + to}});
}

HttpResponse change_settings(Call& call) {
  call.require_write();
  const json body = call.json_body();
  if (!body.is_object()) throw bad_request("The body is no JSON object");
  const auto make_private = private_of(body, call.state->type);
  const auto gated = body.find("gated");
  std::optional<std::string> gate;
  if (gated != body.end() && !gated->is_null()) {
    gate = gated->is_boolean() && !gated->get<bool>() ? "" : string_member(body, "gated");
    if (gated->is_boolean() ? gated->get<bool>() : *gate != "auto" && *gate != "manual") {
      throw bad_request("`gated` must be \"auto\", \"manual\" or false");
    }
  }
  if (gate && call.state->type == RepoType::space) throw bad_request("A Space cannot be gated");
  call.repo->update([&](RepoState& state) {
    if (make_private) state.private_repo = *make_private;
    if (gate) state.gated = *gate;
    if (body.contains("description")) state.description = string_member(body, "description");
  });
  const auto state = call.repo->state();
  json answer = {{"private", state->private_repo}, {"gated", false}};
  if (!state->gated.empty()) answer["gated"] = state->gated;
  return json_response(answer);
}

HttpResponse check_auth(Call& call) {
  if (call.rest.empty()) {
    call.require_content();
  } else if (call.rest[0] == "write") {
    call.require_write();
  } else {
    throw ApiError(404, "", "Sorry, we can't find the page you are looking for.");
  }
  return json_response(json::object());
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
