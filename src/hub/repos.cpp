// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/api/repos_api.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "hub/parse/fields.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <array>
#include <chrono>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

using parse::Json;

constexpr std::array<const char*, 4> kSpaceSdks = {"gradio", "streamlit", "docker", "static"};

// spec/hub-http.md 3.1: another creation for the same owner holds a lock on the server. Asking again is the
// documented way; the pause only keeps it from becoming a busy loop.
constexpr const char* kConflictText = "Cannot create repo: another conflicting operation is in progress";
constexpr std::chrono::milliseconds kConflictPause{100};

const char* to_string(Visibility visibility) noexcept {
  switch (visibility) {
    case Visibility::private_repo:
      return "private";
    case Visibility::protected_repo:
      return "protected";
    case Visibility::public_repo:
      break;
  }
  return "public";
}

std::optional<Visibility> resolve_visibility(std::optional<bool> private_repo, std::optional<Visibility> visibility,
                                             RepoType type) {
  if (private_repo && visibility) {
    throw_error(ErrorCode::validation, "`private_repo` and `visibility` say the same thing twice. Set one of them.");
  }
  if (private_repo) return *private_repo ? Visibility::private_repo : Visibility::public_repo;
  if (visibility == Visibility::protected_repo && type != RepoType::space) {
    throw_error(ErrorCode::validation, "Visibility 'protected' is for Spaces only.");
  }
  return visibility;
}

/// The template that `wanted` names, by id or by name without regard to case.
struct SpaceTemplate {
  std::string repo_id{};
  std::string sdk{};
  bool preferred_private{false};
};

SpaceTemplate find_template(const Session& session, const std::string& wanted, const CallOptions& call,
                            const Token& token) {
  const http::Response response =
      take(session.send(hub::request(http::Method::get, "/api/spaces/templates", call, token)));
  std::string names;
  const Json json = parse::json_of(response);
  for (const Json& item : parse::Fields(json, response.head, "list of Space templates").array("templates")) {
    const parse::Fields fields(item, response.head, "Space template");
    const std::string id = fields.text("repoId");
    const std::string name = fields.text("name");
    if (id == wanted || to_lower(name) == to_lower(wanted)) {
      return {id, fields.text("sdk"), fields.maybe_flag("preferredPrivate").value_or(false)};
    }
    names += (names.empty() ? "" : ", ") + name;
  }
  throw_error(ErrorCode::validation, "There is no Space template '" + wanted + "'. Templates are: " + names + ".");
}

template <typename Pair>
Json key_values(const std::vector<Pair>& pairs) {
  Json list = Json::array();
  for (const Pair& pair : pairs) {
    Json item = {{"key", pair.key}, {"value", pair.value}};
    if (pair.description) item["description"] = *pair.description;
    list.push_back(std::move(item));
  }
  return list;
}

Json volumes_json(const std::vector<Volume>& volumes) {
  Json list = Json::array();
  for (const Volume& volume : volumes) {
    Json item = {{"type", volume.type}, {"source", volume.source}, {"mountPath", volume.mount_path}};
    if (volume.revision) item["revision"] = *volume.revision;
    if (volume.read_only) item["readOnly"] = *volume.read_only;
    if (volume.path) item["path"] = *volume.path;
    list.push_back(std::move(item));
  }
  return list;
}

Json id_members(const std::string& repo_id, RepoType type) {
  validate_repo_id(repo_id);
  const hub::SplitId parts = hub::split_repo_id(repo_id);
  Json body = {{"name", parts.name}, {"organization", nullptr}};
  if (parts.owner) body["organization"] = *parts.owner;
  if (type != RepoType::model) body["type"] = to_string(type);
  return body;
}

void warn_of_ignored_space_options(const CreateRepoOptions& options) {
  std::string ignored;
  const auto note = [&](bool given, const char* name) {
    if (given) ignored += (ignored.empty() ? "" : ", ") + std::string(name);
  };
  note(options.space_sdk.has_value(), "space_sdk");
  note(options.space_hardware.has_value(), "space_hardware");
  note(options.space_sleep_time.has_value(), "space_sleep_time");
  note(!options.space_secrets.empty(), "space_secrets");
  note(!options.space_variables.empty(), "space_variables");
  note(!options.space_volumes.empty(), "space_volumes");
  if (!ignored.empty()) log_warning("Ignoring " + ignored + ": the repository to create is not a Space.");
}

void add_space_members(Json& body, const CreateRepoOptions& options, const std::optional<SpaceTemplate>& chosen) {
  if (chosen && options.space_sdk && *options.space_sdk != chosen->sdk) {
    throw_error(ErrorCode::validation, "`space_sdk` is '" + *options.space_sdk + "', but the template is made with '" +
                                           chosen->sdk + "'. Leave `space_sdk` unset.");
  }
  const std::string sdk = chosen ? chosen->sdk : options.space_sdk.value_or("");
  if (std::find(kSpaceSdks.begin(), kSpaceSdks.end(), sdk) == kSpaceSdks.end()) {
    throw_error(ErrorCode::validation, "A Space needs `space_sdk`: one of gradio, streamlit, docker, static.");
  }
  body["sdk"] = sdk;
  if (chosen) body["template"] = chosen->repo_id;
  if (options.space_hardware) body["hardware"] = *options.space_hardware;
  if (options.space_sleep_time) body["sleepTimeSeconds"] = *options.space_sleep_time;
  if (!options.space_secrets.empty()) body["secrets"] = key_values(options.space_secrets);
  if (!options.space_variables.empty()) body["variables"] = key_values(options.space_variables);
  if (!options.space_volumes.empty()) body["volumes"] = volumes_json(options.space_volumes);
  if (options.space_sleep_time && options.space_hardware == "cpu-basic") {
    log_warning(
        "A Space on 'cpu-basic' sleeps after 48 hours without a visitor; space_sleep_time has no effect there.");
  }
}

Json create_body(const Session& session, const std::string& repo_id, const CreateRepoOptions& options,
                 const CallOptions& call) {
  Json body = id_members(repo_id, options.repo_type);
  std::optional<Visibility> visibility =
      resolve_visibility(options.private_repo, options.visibility, options.repo_type);
  const bool is_space = options.repo_type == RepoType::space;
  std::optional<SpaceTemplate> chosen;
  if (options.space_template) {
    if (!is_space) throw_error(ErrorCode::validation, "`space_template` is for Spaces only.");
    chosen = find_template(session, *options.space_template, call, options.token);
    if (chosen->preferred_private && !visibility) visibility = Visibility::private_repo;
  }
  if (visibility) body["visibility"] = to_string(*visibility);
  if (is_space) {
    add_space_members(body, options, chosen);
  } else {
    warn_of_ignored_space_options(options);
  }
  if (options.resource_group_id) body["resourceGroupId"] = *options.resource_group_id;
  if (options.region) body["region"] = *options.region;
  return body;
}

bool is_conflict(const Error& error) {
  return error.http != nullptr && error.http->status == 409 &&
         (error.http->server_message.find(kConflictText) != std::string::npos ||
          error.message.find(kConflictText) != std::string::npos);
}

bool may_hide_an_existing_repo(int status) { return status == 401 || status == 402 || status == 403; }

bool can_be_seen(const Session& session, RepoType type, const std::string& repo_id, const CallOptions& call,
                 const Token& token) {
  return session.send(hub::request(http::Method::get, hub::repo_path(type, repo_id), call, token)).ok();
}

/// The address of a repository that turned out to be there. A bare name stands for the namespace of the token's user.
RepoUrl existing_repo_url(const Session& session, const std::string& repo_id, RepoType type, const CallOptions& call,
                          const Token& token) {
  if (repo_id.find('/') == std::string::npos) {
    const Result<http::Response> user = session.send(hub::request(http::Method::get, "/api/whoami-v2", call, token));
    if (user.ok()) {
      const Json json = parse::json_of(*user);
      const std::optional<std::string> name = parse::Fields(json, user->head, "user").maybe_text("name");
      if (name) return hub::make_repo_url(type, *name + "/" + repo_id, session.endpoint());
    }
  }
  return hub::make_repo_url(type, repo_id, session.endpoint());
}

}  // namespace

ReposApi::~ReposApi() = default;

RepoUrl ReposApi::create_repo(const std::string& repo_id, const CreateRepoOptions& options) const {
  const CallOptions call = hub::with_deadline(options.call);
  const Json body = create_body(session(), repo_id, options, call);
  const auto send = [&] {
    return session().send(hub::json_request(http::Method::post, "/api/repos/create", body, call, options.token));
  };
  Result<http::Response> result = send();
  while (!result.ok() && is_conflict(result.error())) {
    log_debug("Another creation for the same owner is in progress; asking again.");
    if (session().clock().wait(kConflictPause, call.cancel)) call.cancel.throw_if_cancelled();
    result = send();
  }
  if (result.ok()) {
    const Json json = parse::json_of(*result);
    return hub::parse_repo_url(parse::Fields(json, result->head, "answer").text("url"), session().endpoint());
  }

  const int status = hub::status_of(result.error());
  const bool exists =
      options.exist_ok && (status == 409 || (may_hide_an_existing_repo(status) &&
                                             can_be_seen(session(), options.repo_type, repo_id, call, options.token)));
  if (!exists) throw_error(result.error());
  return existing_repo_url(session(), repo_id, options.repo_type, call, options.token);
}

void ReposApi::delete_repo(const std::string& repo_id, const DeleteRepoOptions& options) const {
  const Result<http::Response> result = session().send(hub::json_request(
      http::Method::del, "/api/repos/delete", id_members(repo_id, options.repo_type), options.call, options.token));
  if (result.ok()) return;
  // GatedRepoError is a RepositoryNotFoundError in Python; here the codes differ.
  const ErrorCode code = result.error().code;
  if (options.missing_ok && (code == ErrorCode::repository_not_found || code == ErrorCode::gated_repo)) return;
  throw_error(result.error());
}

void ReposApi::move_repo(const std::string& from_id, const std::string& to_id, const MoveRepoOptions& options) const {
  for (const std::string& id : {from_id, to_id}) {
    validate_repo_id(id);
    if (id.find('/') == std::string::npos) {
      throw_error(ErrorCode::validation,
                  "Moving needs ids of the form 'namespace/name': '" + id + "' has no namespace.");
    }
  }
  const Json body = {{"fromRepo", from_id}, {"toRepo", to_id}, {"type", to_string(options.repo_type)}};
  const Result<http::Response> result =
      session().send(hub::json_request(http::Method::post, "/api/repos/move", body, options.call, options.token));
  if (result.ok()) return;
  Error error = result.error();
  if (error.http != nullptr) {
    error.message +=
        "\nFor what can be moved where, see "
        "https://hf.co/docs/hub/repositories-settings#renaming-or-transferring-a-repo.";
  }
  throw_error(error);
}

void ReposApi::update_repo_settings(const std::string& repo_id, const UpdateRepoSettingsOptions& options) const {
  hub::require_model_dataset_or_space(options.repo_type, "update_repo_settings");
  const std::optional<Visibility> visibility =
      resolve_visibility(options.private_repo, options.visibility, options.repo_type);
  Json body = Json::object();
  if (options.gated) {
    switch (*options.gated) {
      case Gated::no:
        body["gated"] = false;
        break;
      case Gated::automatic:
        body["gated"] = "auto";
        break;
      case Gated::manual:
        body["gated"] = "manual";
        break;
    }
  }
  if (visibility) body["visibility"] = to_string(*visibility);
  if (body.empty()) throw_error(ErrorCode::validation, "At least one setting must be updated.");
  (void)take(session().send(hub::json_request(
      http::Method::put, hub::repo_path(options.repo_type, repo_id) + "/settings", body, options.call, options.token)));
}

HUGGINGFACE_HUB_NAMESPACE_END
