// SPDX-License-Identifier: Apache-2.0
#include "hub/tree.hpp"

#include "core/text.hpp"
#include "hub/pages.hpp"
#include "hub/parse/git.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {
namespace {

// spec/hub-http.md 6.2: the Hub refuses more than 1000 parameters with 413.
constexpr std::size_t kPathsPerRequest = 500;

const char* flag(bool value) { return value ? "true" : "false"; }

}  // namespace

Paginated<RepoTreeEntry> list_repo_tree(const Session& session, const std::string& repo_id,
                                        const ListRepoTreeOptions& options) {
  std::string url = revision_path(options.repo_type, repo_id, "tree", options.revision);
  if (options.path_in_repo && !options.path_in_repo->empty()) url += "/" + percent_encode(*options.path_in_repo);
  ApiRequest first = request(http::Method::get, std::move(url), options.call, options.token);
  first.query = {{"recursive", flag(options.recursive)}, {"expand", flag(options.expand)}};
  return pages<RepoTreeEntry>(session, std::move(first), parse::tree_entry);
}

std::vector<RepoTreeEntry> get_paths_info(const Session& session, const std::string& repo_id,
                                          const std::vector<std::string>& paths, const GetPathsInfoOptions& options) {
  const CallOptions call = with_deadline(options.call);
  const std::string url = revision_path(options.repo_type, repo_id, "paths-info", options.revision);
  std::vector<RepoTreeEntry> found;
  for (std::size_t start = 0; start < paths.size(); start += kPathsPerRequest) {
    const std::size_t end = std::min(paths.size(), start + kPathsPerRequest);
    std::string form;
    for (std::size_t i = start; i < end; ++i) form += "paths=" + percent_encode(paths[i]) + "&";
    form += std::string("expand=") + flag(options.expand);

    ApiRequest ask = request(http::Method::post, url, call, options.token);
    ask.headers.set("Content-Type", "application/x-www-form-urlencoded");
    ask.body = bytes_body(std::move(form));
    const http::Response response = take(session.send(ask));
    for (const parse::Json& item : parse::array_of(response)) found.push_back(parse::tree_entry(item, response.head));
  }
  return found;
}

}  // namespace hub

TreeApi::~TreeApi() = default;

Paginated<RepoTreeEntry> TreeApi::list_repo_tree(const std::string& repo_id, const ListRepoTreeOptions& options) const {
  return hub::list_repo_tree(session(), repo_id, options);
}

std::vector<std::string> TreeApi::list_repo_files(const std::string& repo_id,
                                                  const ListRepoFilesOptions& options) const {
  ListRepoTreeOptions tree;
  tree.call = hub::with_deadline(options.call);
  tree.recursive = true;
  tree.repo_type = options.repo_type;
  tree.revision = options.revision;
  tree.token = options.token;
  std::vector<std::string> paths;
  for (const RepoTreeEntry& entry : hub::list_repo_tree(session(), repo_id, tree)) {
    if (const RepoFile* file = as_file(entry)) paths.push_back(file->path);
  }
  return paths;
}

std::vector<RepoTreeEntry> TreeApi::get_paths_info(const std::string& repo_id, const std::vector<std::string>& paths,
                                                   const GetPathsInfoOptions& options) const {
  return hub::get_paths_info(session(), repo_id, paths, options);
}

HUGGINGFACE_HUB_NAMESPACE_END
