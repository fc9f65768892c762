// SPDX-License-Identifier: Apache-2.0
#include "server/routes.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using Route = HttpResponse (*)(Call&);

// Behind `/api/{type}s/{id}/`.
struct RepoRoute {
  std::string_view method;
  std::string_view name;
  std::size_t fewest;  // Segments behind the name.
  std::size_t most;
  Route run;
};

constexpr std::size_t kAny = 1000;

constexpr auto kRepoRoutes = std::to_array<RepoRoute>({
    {"GET", "auth-check", 0, 1, check_auth},
    {"POST", "branch", 1, 1, create_branch},
    {"DELETE", "branch", 1, 1, delete_branch},
    {"POST", "commit", 1, 1, commit},
    {"GET", "commits", 1, 1, list_commits},
    {"GET", "discussions", 0, 0, list_discussions},
    {"POST", "discussions", 0, 0, create_discussion},
    {"GET", "discussions", 1, 1, show_discussion},
    {"POST", "discussions", 2, 4, act_on_discussion},
    {"POST", "paths-info", 1, 1, paths_info},
    {"POST", "preupload", 1, 1, preupload},
    {"GET", "refs", 0, 0, list_refs},
    {"GET", "revision", 1, 1, repository_info_at},
    {"GET", "safetensors-metadata", 1, kAny, sharded_safetensors},
    {"PUT", "settings", 0, 0, change_settings},
    {"POST", "super-squash", 1, 1, super_squash},
    {"POST", "tag", 1, 1, create_tag},
    {"DELETE", "tag", 1, 1, delete_tag},
    {"GET", "tree", 1, kAny, list_tree},
    {"GET", "user-access-request", 1, 1, list_access_requests},
    {"POST", "user-access-request", 1, 1, change_access},
});

struct TopRoute {
  std::string_view method;
  std::string_view path;
  Route run;
};

constexpr auto kTopRoutes = std::to_array<TopRoute>({
    {"GET", "/api/whoami-v2", whoami},
    {"POST", "/api/complete_multipart", complete_multipart},
    {"DELETE", "/api/repos/delete", delete_repository},
    {"POST", "/api/repos/create", create_repository},
    {"POST", "/api/repos/move", move_repository},
    {"POST", "/api/validate-yaml", validate_yaml},
});

// HEAD is answered as GET, without the body.
std::string_view effective_method(const HttpRequest& request) {
  return request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
}

std::optional<RepoType> type_of_segment(std::string_view segment) {
  if (!segment.ends_with('s')) return std::nullopt;
  return repo_type_from_string(segment.substr(0, segment.size() - 1));
}

ApiError no_such_page() { return {404, "", "Sorry, we can't find the page you are looking for."}; }

bool is_repo_route(std::string_view name) {
  return std::any_of(kRepoRoutes.begin(), kRepoRoutes.end(), [&](const RepoRoute& route) { return route.name == name; });
}

std::string base_url(const HttpRequest& request) {
  const std::string* host = request.header("x-forwarded-host");
  if (!host) host = request.header("host");
  const std::string* scheme = request.header("x-forwarded-proto");
  return (scheme ? *scheme : std::string("http")) + "://" + (host ? *host : std::string("localhost"));
}

// The rest of the path is the same under the new name.
HttpResponse redirect_to_new_id(const Call& call, const std::string& old_id, const std::string& new_id) {
  std::string target = call.request.target;
  const std::size_t at = target.find("/" + old_id);
  target.replace(at + 1, old_id.size(), new_id);
  HttpResponse response;
  response.status = 307;
  response.set("Location", target);
  response.set("Content-Type", "text/plain; charset=utf-8");
  response.body = "Temporary Redirect. Redirecting to " + target;
  return response;
}

// Fills in the repository, or gives the redirect to where it is now.
std::optional<HttpResponse> find_repository(Call& call, RepoType type, const std::string& id) {
  call.repo = call.hub.find(type, id);
  if (!call.repo) {
    const auto new_id = call.hub.new_id(type, id);
    if (new_id && call.request.target.find("/" + id) != std::string::npos) {
      return redirect_to_new_id(call, id, *new_id);
    }
    throw repo_not_found(call.who);
  }
  call.state = call.repo->state();
  if (!call.hub.people().can_see(call.who, *call.state)) throw repo_not_found(call.who);
  return std::nullopt;
}

// How many segments from `first` on are the id: one for a repository without namespace.
std::size_t id_length(const Call& call, RepoType type, const std::vector<std::string>& path, std::size_t first) {
  const bool bare = path.size() == first + 1 ||
                    (call.hub.find(type, path[first]) && !call.hub.find(type, path[first] + "/" + path[first + 1]));
  return bare ? 1 : 2;
}

HttpResponse repo_api(Call& call, RepoType type, const std::vector<std::string>& path) {
  constexpr std::size_t first = 2;  // `api`, `models`, then the id.
  const std::size_t length = id_length(call, type, path, first);
  const std::string id = length == 1 ? path[first] : path[first] + "/" + path[first + 1];
  const std::size_t name_at = first + length;
  const std::string name = path.size() > name_at ? path[name_at] : "";
  if (!name.empty() && !is_repo_route(name)) throw no_such_page();
  if (auto redirect = find_repository(call, type, id)) return std::move(*redirect);
  const std::string_view method = effective_method(call.request);
  if (name.empty()) {
    if (method != "GET") throw ApiError(405, "", "Method not allowed");
    return repository_info(call);
  }
  call.rest.assign(path.begin() + static_cast<std::ptrdiff_t>(name_at) + 1, path.end());
  if (!call.rest.empty() && call.rest.back().empty()) call.rest.pop_back();  // A slash at the end.
  bool known = false;
  for (const RepoRoute& route : kRepoRoutes) {
    if (route.name != name || call.rest.size() < route.fewest || call.rest.size() > route.most) continue;
    known = true;
    if (route.method == method) return route.run(call);
  }
  throw known ? ApiError(405, "", "Method not allowed") : no_such_page();
}

HttpResponse api(Call& call, const std::vector<std::string>& path) {
  const std::string_view method = effective_method(call.request);
  bool known = false;
  for (const TopRoute& route : kTopRoutes) {
    if (route.path != call.request.path) continue;
    known = true;
    if (route.method == method) return route.run(call);
  }
  if (known) throw ApiError(405, "", "Method not allowed");
  if (path.size() > 2 && path[1] == "telemetry") return HttpResponse{};
  if (path.size() > 3 && path[1] == "resolve-cache" && method == "GET") {
    call.rest.assign(path.begin() + 2, path.end());
    return resolve_cache(call);
  }
  const auto type = path.size() > 1 ? type_of_segment(path[1]) : std::nullopt;
  if (!type) throw no_such_page();
  if (path.size() == 2 && method == "GET") return list_repositories(call, *type);
  if (path.size() < 3) throw no_such_page();
  return repo_api(call, *type, path);
}

// `[datasets/]ns/name/resolve/rev/path` and `[datasets/]ns/name.git/info/lfs/…`.
HttpResponse web(Call& call, std::vector<std::string> path) {
  RepoType type = RepoType::model;
  if (const auto prefix = type_of_segment(path[0]); prefix && *prefix != RepoType::model) {
    type = *prefix;
    path.erase(path.begin());
  }
  const std::string_view method = effective_method(call.request);
  for (std::size_t length = 1; length <= 2 && length < path.size(); ++length) {
    std::string id = length == 1 ? path[0] : path[0] + "/" + path[1];
    const std::string& name = path[length];
    const auto behind = path.begin() + static_cast<std::ptrdiff_t>(length) + 1;
    const bool is_git = id.ends_with(".git") && name == "info";
    if (is_git) id.resize(id.size() - 4);
    const bool is_file = name == "resolve" || name == "raw";
    const bool asks = name == "ask-access" && length + 1 == path.size();
    if (!is_git && ((!is_file && !asks) || (length == 1 && !call.hub.find(type, id)))) continue;
    if (auto redirect = find_repository(call, type, id)) return std::move(*redirect);
    call.rest.assign(behind, path.end());
    if (is_file && method == "GET") return name == "raw" ? raw_file(call) : resolve_file(call);
    if (asks && method == "POST") return ask_access(call);
    const std::string rest = call.rest_path(0);
    if (is_git && method == "POST" && rest == "lfs/objects/batch") return lfs_batch(call);
    if (is_git && method == "POST" && rest == "lfs/verify") return lfs_verify(call);
  }
  throw no_such_page();
}

}  // namespace

ApiError repo_not_found(const Identity& who) {
  if (who.known()) return {404, "RepoNotFound", "Repository not found"};
  return {401, "RepoNotFound", "Invalid username or password."};
}

HttpResponse dispatch(Hub& hub, const HttpRequest& request, RequestBody& body, const Identity& who) {
  Call call{request, body, hub, who};
  call.base_url = base_url(request);
  call.query = Query(request.query);
  const std::vector<std::string> path = path_segments(request.path);
  if (path[0] == "_storage") return storage(call);
  if (who.presented && !who.known()) {
    throw ApiError(401, "", "Invalid credentials in Authorization header");
  }
  return path[0] == "api" ? api(call, path) : web(call, path);
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
