// SPDX-License-Identifier: Apache-2.0
#include "server/hub.hpp"

#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "huggingface_hub/errors.hpp"
#include "server/git_patterns.hpp"
#include "server/routes.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

// What scripts in a browser may see of an answer.
constexpr const char* kExposedHeaders =
    "X-Repo-Commit,X-Request-Id,X-Error-Code,X-Error-Message,X-Total-Count,ETag,Link,Accept-Ranges,Content-Range,"
    "X-Linked-Size,X-Linked-ETag,X-Xet-Hash";

std::string trace_id() { return "Root=1-" + random_hex(8) + "-" + random_hex(24); }

void add_common_headers(HttpResponse& response) {
  response.set("Access-Control-Allow-Origin", "*");
  response.set("Access-Control-Expose-Headers", kExposedHeaders);
  response.set("Vary", "Origin");
  const bool has_id = std::any_of(response.headers.begin(), response.headers.end(),
                                  [](const auto& header) { return to_lower(header.first) == "x-request-id"; });
  if (!has_id) response.set("X-Request-Id", trace_id());
}

HttpResponse preflight_answer(const HttpRequest& request) {
  HttpResponse response;
  response.status = 204;
  response.set("Access-Control-Allow-Methods", "GET,HEAD,PUT,POST,DELETE,OPTIONS");
  const std::string* wanted = request.header("access-control-request-headers");
  response.set("Access-Control-Allow-Headers", wanted ? *wanted : "*");
  response.set("Access-Control-Max-Age", "86400");
  return response;
}

// A header holds ASCII; the body has the text as it is.
std::string header_text(std::string_view text) {
  std::string ascii(text);
  std::replace_if(
      ascii.begin(), ascii.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return ascii;
}

RepoState initial_state(const NewRepository& request) {
  RepoState state;
  state.id = request.id;
  state.type = request.options.repo_type;
  state.creator = request.creator;
  state.created_at = state.last_modified = Hub::now();
  state.disabled = request.options.disabled;
  state.gated = request.options.gated;
  state.private_repo = request.options.private_repo;
  state.oid = random_hex(24);
  if (state.type == RepoType::space) state.sdk = request.options.space_sdk;
  return state;
}

std::string space_readme(const RepoState& state) {
  const std::string name = state.id.substr(state.id.find('/') + 1);
  return "---\ntitle: " + name + "\nsdk: " + state.sdk + "\npinned: false\n---\n";
}

}  // namespace

Hub::Hub(EmbeddedHubOptions options, std::unique_ptr<Store> store)
    : options_(std::move(options)),
      store_(std::move(store)),
      git_(*store_),
      people_(options_),
      signed_urls_(random_hex(64), options_.signed_url_lifetime),
      uploads_(*store_) {
  load();
}

void Hub::load() {
  for (const std::string& key : store_->documents()) {
    const auto text = store_->read_document(key);
    if (!text) continue;
    try {
      RepoState state = parse_repo_state(*text);
      const Key name{state.type, state.id};
      repositories_[name] = std::make_shared<Repository>(git_, std::move(state));
    } catch (const std::exception& error) {
      throw_error(ErrorCode::io, "The repository '" + key + "' in the hub's folder cannot be read: " + error.what());
    }
  }
  for (const auto& [key, repository] : repositories_) {
    for (const std::string& former : repository->state()->former_ids) new_ids_[{key.first, former}] = key.second;
  }
  // A rename writes the new document first: where the process ended before the old one was removed, it goes now.
  for (const auto& [former, current] : new_ids_) {
    const auto stale = repositories_.find(former);
    if (stale == repositories_.end()) continue;
    const auto renamed = repositories_.find({former.first, current});
    if (renamed == repositories_.end() || renamed->second->state()->oid != stale->second->state()->oid) continue;
    store_->remove_document(document_key(former.first, former.second));
    repositories_.erase(stale);
  }
}

std::int64_t Hub::now() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string Hub::storage_url() const {
  std::string url = options_.storage_url;
  constexpr std::string_view port = "{port}";
  if (const std::size_t at = url.find(port); at != std::string::npos) {
    url.replace(at, port.size(), std::to_string(port_.load()));
  }
  return url;
}

std::shared_ptr<Repository> Hub::find(RepoType type, const std::string& id) const {
  const std::shared_lock lock(mutex_);
  const auto found = repositories_.find({type, id});
  return found == repositories_.end() ? nullptr : found->second;
}

std::optional<std::string> Hub::new_id(RepoType type, const std::string& id) const {
  const std::shared_lock lock(mutex_);
  const auto found = new_ids_.find({type, id});
  if (found == new_ids_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::shared_ptr<Repository>> Hub::list(RepoType type) const {
  const std::shared_lock lock(mutex_);
  std::vector<std::shared_ptr<Repository>> found;
  for (const auto& [key, repository] : repositories_) {
    if (key.first == type) found.push_back(repository);
  }
  return found;
}

std::shared_ptr<Repository> Hub::create(const NewRepository& request) {
  const Key key{request.options.repo_type, request.id};
  auto repository = std::make_shared<Repository>(git_, initial_state(request));
  const auto state = repository->state();
  const std::unique_lock lock(mutex_);
  if (repositories_.count(key) != 0) {
    throw conflict(std::string("You already created this ") + to_string(key.first) + " repo: " + request.id);
  }
  if (request.options.empty) {
    repository->update([](RepoState&) {});
  } else {
    CommitRequest first;
    first.author = request.creator;
    first.message = "initial commit";
    first.now = state->created_at;
    first.changes.push_back(PutFile{git_.add_blob(default_git_attributes(key.first)), ".gitattributes"});
    if (key.first == RepoType::space) first.changes.push_back(PutFile{git_.add_blob(space_readme(*state)), "README.md"});
    repository->commit(first);
  }
  repositories_.emplace(key, repository);
  new_ids_.erase(key);
  return repository;
}

void Hub::remove(RepoType type, const std::string& id) {
  const std::unique_lock lock(mutex_);
  const auto found = repositories_.find({type, id});
  if (found == repositories_.end()) throw ApiError(404, "RepoNotFound", "Repository not found");
  found->second->retire();
  store_->remove_document(document_key(type, id));
  repositories_.erase(found);
  for (auto former = new_ids_.begin(); former != new_ids_.end();) {
    const bool leads_here = former->first.first == type && former->second == id;
    former = leads_here ? new_ids_.erase(former) : std::next(former);
  }
}

void Hub::move(RepoType type, const std::string& from, const std::string& to) {
  const std::unique_lock lock(mutex_);
  const auto found = repositories_.find({type, from});
  if (found == repositories_.end()) throw ApiError(404, "RepoNotFound", "Repository not found");
  if (repositories_.count({type, to}) != 0) throw conflict("A repository called " + to + " is there already");
  const auto repository = found->second;
  repository->update([&](RepoState& state) {
    state.id = to;
    state.former_ids.erase(std::remove(state.former_ids.begin(), state.former_ids.end(), to), state.former_ids.end());
    state.former_ids.push_back(from);
  });
  store_->remove_document(document_key(type, from));
  repositories_.erase(found);
  repositories_.emplace(Key{type, to}, repository);
  for (auto& former : new_ids_) {
    if (former.first.first == type && former.second == from) former.second = to;
  }
  new_ids_.erase({type, to});
  new_ids_[{type, from}] = to;
}

HttpResponse Hub::handle(const HttpRequest& request, RequestBody& body) {
  RequestRecord record = make_record(request);
  const Identity who = people_.identify(request);
  record.user = who.known() ? who.user : who.presented ? "?" : "";
  log_.announce(record);
  HttpResponse response;
  if (auto scripted = log_.scripted(request)) {
    response = std::move(*scripted);
    record.scripted = true;
  } else {
    response = route(request, body, who);
    add_common_headers(response);
  }
  record.status = response.status;
  record.request_bytes = body.received();
  if (request.method != "HEAD" && response.status != 304) record.response_bytes = response.body_size();
  const std::uint64_t number = log_.add(std::move(record));
  response.on_sent = [this, number](std::uint64_t sent) { log_.set_sent(number, sent); };
  return response;
}

HttpResponse Hub::route(const HttpRequest& request, RequestBody& body, const Identity& who) {
  if (request.method == "OPTIONS") return preflight_answer(request);
  try {
    return dispatch(*this, request, body, who);
  } catch (const ApiError& error) {
    return error_response(error);
  } catch (const json::exception& error) {
    return error_response(bad_request(std::string("The body is not what was expected: ") + error.what()));
  } catch (const HfIoError& error) {
    log_warning("embedded hub: " + std::string(error.what()));
    return error_response(ApiError(error.system_error() == ENOSPC ? 507 : 500, "", "The storage of this hub failed"));
  }
}

json Call::json_body() const {
  json value = json::parse(text_body(), nullptr, false);
  if (value.is_discarded()) throw bad_request("The body is no JSON");
  return value;
}

std::string Call::text_body() const {
  constexpr std::size_t limit = std::size_t{64} << 20;
  auto text = read_whole(body, limit);
  if (!text) throw ApiError(413, "", "request entity too large");
  return std::move(*text);
}

std::string Call::rest_path(std::size_t first) const {
  std::string path;
  for (std::size_t i = first; i < rest.size(); ++i) {
    if (i > first) path += '/';
    path += rest[i];
  }
  return path;
}

std::string Call::repo_url() const { return base_url + "/" + url_prefix(state->type) + state->id; }

void Call::require_login() const {
  if (!who.known()) throw ApiError(401, "", "Invalid username or password.");
}

void Call::require_read() const {
  if (!hub.people().can_see(who, *state)) throw repo_not_found(who);
  if (state->disabled) throw ApiError(403, "", "Access to this resource is disabled.");
}

void Call::require_write() const {
  require_read();
  require_login();
  if (!hub.people().can_change(who, *state)) {
    throw forbidden(who.can_write ? "You don't have the required permissions to write to " + state->id
                                  : "Your token does not have write access: a token with the role write is needed");
  }
}

void Call::require_content() const {
  require_read();
  if (hub.people().can_read_files(who, *state)) return;
  const std::string start = std::string("Access to ") + to_string(state->type) + " " + state->id + " is restricted";
  if (!who.known()) {
    throw ApiError(401, "GatedRepo",
                   start + ". You must have access to it and be authenticated to access it. Please log in.");
  }
  throw ApiError(403, "GatedRepo",
                 start + " and you are not in the authorized list. Visit " + repo_url() + " to ask for access.");
}

HttpResponse json_response(const json& value, int status) {
  HttpResponse response;
  response.status = status;
  response.body = value.dump(-1, ' ', false, json::error_handler_t::replace);
  response.set("Content-Type", "application/json; charset=utf-8");
  return response;
}

HttpResponse error_response(const ApiError& error) {
  json body = {{"error", error.what()}};
  for (const auto& [name, value] : error.members()) body[name] = value;
  HttpResponse response = json_response(body, error.status());
  if (!error.code().empty()) response.set("X-Error-Code", error.code());
  response.set("X-Error-Message", header_text(error.what()));
  for (const auto& [name, value] : error.headers()) response.set(name, value);
  return response;
}

HttpResponse paged_response(const Call& call, const json& items, std::size_t page_size) {
  const std::size_t limit = std::clamp<std::size_t>(call.query.number("limit").value_or(page_size), 1, page_size);
  const auto cursor = base64_decode(call.query.get("cursor"));
  const std::size_t start = std::min(Query("at=" + cursor.value_or("")).number("at").value_or(0), items.size());
  const std::size_t end = std::min(start + limit, items.size());
  json page = json::array();
  for (std::size_t i = start; i < end; ++i) page.push_back(items[i]);
  HttpResponse response = json_response(page);
  response.set("X-Total-Count", std::to_string(items.size()));
  if (end < items.size()) {
    Query next = call.query;
    next.set("limit", std::to_string(limit));
    next.set("cursor", base64_encode(std::to_string(end)));
    response.set("Link", "<" + call.base_url + call.request.path + "?" + next.text() + ">; rel=\"next\"");
  }
  return response;
}

std::string string_member(const json& value, const char* name) {
  if (!value.is_object()) return {};
  const auto found = value.find(name);
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
