// SPDX-License-Identifier: Apache-2.0
#include "server/discussions.hpp"
#include "server/routes.hpp"
#include "server/tree_entries.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

constexpr std::size_t kExpandedPageSize = 50;  // spec/hub-http.md 6.1
constexpr std::size_t kMaxPaths = 1000;        // spec/hub-http.md 6.2

// True for what lies in the folder `prefix` (empty, or with a slash at the end), directly or at any depth.
bool is_listed(const std::string& path, const std::string& prefix, bool recursive) {
  if (!path.starts_with(prefix) || path.size() == prefix.size()) return false;
  return recursive || path.find('/', prefix.size()) == std::string::npos;
}

// Folders first, then files, as the Hub lists them.
std::vector<std::string> listed_paths(const Snapshot& snapshot, const std::string& prefix, bool recursive) {
  std::vector<std::string> paths;
  for (auto folder = snapshot.folders.lower_bound(prefix); folder != snapshot.folders.end(); ++folder) {
    if (!folder->first.starts_with(prefix)) break;
    if (is_listed(folder->first, prefix, recursive)) paths.push_back(folder->first);
  }
  for (auto file = snapshot.files.lower_bound(prefix); file != snapshot.files.end(); ++file) {
    if (!file->first.starts_with(prefix)) break;
    if (is_listed(file->first, prefix, recursive)) paths.push_back(file->first);
  }
  return paths;
}

struct PathsRequest {
  bool expand{false};
  std::vector<std::string> paths{};
};

PathsRequest read_paths_request(const Call& call) {
  PathsRequest wanted;
  const std::string* type = call.request.header("content-type");
  if (type && type->starts_with("application/json")) {
    const json body = call.json_body();
    const json paths = body.value("paths", json::array());
    wanted.paths = paths.is_string() ? std::vector<std::string>{paths.get<std::string>()}
                                     : paths.get<std::vector<std::string>>();
    wanted.expand = body.value("expand", false);
  } else {
    const Query form(call.text_body());
    wanted.paths = form.all("paths");
    wanted.expand = form.flag("expand");
  }
  return wanted;
}

}  // namespace

HttpResponse list_tree(Call& call) {
  call.require_read();
  const std::string commit = call.repo->resolve(call.rest[0]);
  const auto snapshot = call.repo->snapshot(commit);
  std::string folder = call.rest_path(1);
  while (folder.ends_with('/')) folder.pop_back();
  if (!folder.empty() && snapshot->folders.count(folder) == 0) {
    throw entry_not_found(folder + " does not exist on \"" + call.rest[0] + "\"").with_header("X-Repo-Commit", commit);
  }
  const bool expand = call.query.flag("expand");
  const auto paths = listed_paths(*snapshot, folder.empty() ? folder : folder + "/", call.query.flag("recursive"));
  const std::size_t page_size = expand ? std::min(kExpandedPageSize, call.hub.options().page_size)
                                       : call.hub.options().page_size;
  HttpResponse response = paged_response(call, json(paths), page_size);
  const auto page = json::parse(response.body).get<std::vector<std::string>>();
  response.body = tree_entries(*call.repo, commit, page, expand).dump(-1, ' ', false, json::error_handler_t::replace);
  response.set("X-Repo-Commit", commit);
  return response;
}

HttpResponse paths_info(Call& call) {
  call.require_read();
  const std::string commit = call.repo->resolve(call.rest[0]);
  const PathsRequest wanted = read_paths_request(call);
  if (wanted.paths.size() > kMaxPaths) throw ApiError(413, "", "too many parameters");
  return json_response(tree_entries(*call.repo, commit, wanted.paths, wanted.expand));
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
