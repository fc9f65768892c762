// SPDX-License-Identifier: Apache-2.0
#include "server/repo_info.hpp"

#include "server/api_error.hpp"
#include "server/discussions.hpp"

#include <algorithm>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

const std::vector<std::string_view>& known_properties(RepoType type) {
  static const std::vector<std::string_view> model{
      "author",       "baseModels",    "cardData",     "childrenModelCount", "config",      "createdAt",
      "disabled",     "downloads",     "downloadsAllTime", "evalResults",    "gated",       "gguf",
      "inference",    "inferenceProviderMapping", "lastModified", "library_name", "likes",  "mask_token",
      "model-index",  "pipeline_tag",  "private",      "resourceGroup",      "safetensors", "sha",
      "siblings",     "spaces",        "tags",         "transformersInfo",   "trendingScore", "usedStorage",
      "widgetData"};
  static const std::vector<std::string_view> dataset{
      "author",   "cardData", "citation", "createdAt",        "description",   "disabled",      "downloads",
      "downloadsAllTime",     "gated",    "lastModified",     "likes",         "mainSize",      "paperswithcode_id",
      "private",  "resourceGroup",        "sha",              "siblings",      "tags",          "trendingScore",
      "usedStorage"};
  static const std::vector<std::string_view> space{
      "author",  "cardData", "createdAt",     "datasets", "disabled", "lastModified", "likes", "models",
      "private", "region",   "resourceGroup", "runtime",  "sdk",      "sha",          "siblings", "subdomain",
      "tags",    "trendingScore",             "usedStorage"};
  return type == RepoType::dataset ? dataset : type == RepoType::space ? space : model;
}

json siblings(const Snapshot* snapshot, bool blobs) {
  json list = json::array();
  if (!snapshot) return list;
  for (const auto& [path, file] : snapshot->files) {
    json entry = {{"rfilename", path}};
    if (blobs) {
      entry["size"] = file.size;
      entry["blobId"] = file.id;
      if (file.lfs) {
        entry["lfs"] = {{"sha256", file.lfs->oid},
                        {"size", file.lfs->size},
                        {"pointerSize", encode_pointer(*file.lfs).size()}};
      }
    }
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace

void check_expand(RepoType type, const std::vector<std::string>& expand) {
  const auto& known = known_properties(type);
  for (const std::string& name : expand) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw bad_request("✖ Invalid option for `expand`: \"" + name + "\"");
    }
  }
}

json repo_info(const Repository& repo, const RepoState& state, const std::string& commit, const InfoRequest& wanted) {
  const auto snapshot = commit.empty() ? nullptr : repo.snapshot(commit);
  json info = {{"_id", state.oid},
               {"id", state.id},
               {"author", state.owner()},
               {"sha", commit},
               {"lastModified", iso_time(state.last_modified)},
               {"createdAt", iso_time(state.created_at)},
               {"private", state.private_repo},
               {"disabled", state.disabled},
               {"downloads", state.downloads},
               {"likes", 0},
               {"tags", json::array()},
               {"siblings", siblings(snapshot.get(), wanted.blobs)}};
  info["gated"] = state.gated.empty() ? json(false) : json(state.gated);
  return info;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
