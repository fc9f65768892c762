// SPDX-License-Identifier: Apache-2.0
#include "server/repo_info.hpp"
#include "server/routes.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

bool has_item(const json& list, const std::string& item) {
  return std::find(list.begin(), list.end(), json(item)) != list.end();
}

// A filter may hold several tags, divided by commas; all are wanted.
bool has_tags(const json& tags, const std::string& filter) {
  std::string_view rest = filter;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string tag(trim(rest.substr(0, comma)));
    if (!tag.empty() && !has_item(tags, tag)) return false;
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
  }
  return true;
}

// Cheap tests first: they need the state alone.
bool matches_state(const Query& query, const RepoState& state) {
  const std::string author = query.get("author");
  if (!author.empty() && author != state.owner()) return false;
  const std::string id = to_lower(state.id);
  for (const std::string& search : query.all("search")) {
    if (id.find(to_lower(search)) == std::string::npos) return false;
  }
  if (query.has("gated") && query.flag("gated") == state.gated.empty()) return false;
  return true;
}

bool matches_info(const Query& query, const json& info) {
  for (const std::string& filter : query.all("filter")) {
    if (!has_tags(info["tags"], filter)) return false;
  }
  const std::string pipeline = query.get("pipeline_tag");
  if (!pipeline.empty() && info.value("pipeline_tag", "") != pipeline) return false;
  for (const char* name : {"datasets", "models"}) {
    for (const std::string& used : query.all(name)) {
      if (!info.contains(name) || !has_item(info[name], used)) return false;
    }
  }
  return true;
}

struct Found {
  std::shared_ptr<Repository> repo{};
  std::shared_ptr<const RepoState> state{};
};

// The largest first; `direction=1` turns that round.
void sort_found(const Query& query, RepoType type, std::vector<Found>& found) {
  const std::string key = query.get("sort");
  const auto number = [&](const Found& each) -> std::int64_t {
    if (key == "createdAt") return each.state->created_at;
    if (key == "downloads") return each.state->downloads;
    if (key == "likes" || key == "trendingScore") return 0;
    return each.state->last_modified;
  };
  const bool known = key.empty() || key == "createdAt" || key == "lastModified" || key == "likes" ||
                     key == "trendingScore" || (key == "downloads" && type != RepoType::space);
  if (!known) throw bad_request("Invalid sort parameter: " + key);
  const bool ascending = query.get("direction") == "1";
  std::stable_sort(found.begin(), found.end(), [&](const Found& left, const Found& right) {
    return ascending ? number(left) < number(right) : number(left) > number(right);
  });
}

std::vector<std::string> listed_properties(const Query& query, RepoType type) {
  std::vector<std::string> expand = query.all("expand");
  check_expand(type, expand);
  if (!expand.empty()) return expand;
  expand = {"createdAt", "likes", "private", "tags"};
  if (type == RepoType::space) expand.emplace_back("sdk");
  if (type != RepoType::space) expand.emplace_back("downloads");
  if (type == RepoType::model) expand.insert(expand.end(), {"library_name", "pipeline_tag", "trendingScore"});
  if (type == RepoType::dataset) expand.insert(expand.end(), {"author", "description", "disabled", "gated", "lastModified", "sha"});
  if (query.flag("full")) {
    expand.insert(expand.end(), {"author", "disabled", "lastModified", "sha", "siblings"});
    if (type != RepoType::space) expand.emplace_back("gated");
    if (type != RepoType::model) expand.emplace_back("cardData");
  }
  if (query.flag("cardData")) expand.emplace_back("cardData");
  if (query.flag("config") && type == RepoType::model) expand.emplace_back("config");
  if (query.flag("linked")) expand.insert(expand.end(), {"models", "datasets"});
  return expand;
}

std::string main_commit(const RepoState& state) {
  const auto main = state.branches.find("main");
  return main == state.branches.end() ? std::string() : main->second;
}

}  // namespace

HttpResponse list_repositories(Call& call, RepoType type) {
  const std::vector<std::string> properties = listed_properties(call.query, type);
  std::vector<Found> found;
  for (const auto& repo : call.hub.list(type)) {
    auto state = repo->state();
    if (!call.hub.people().can_see(call.who, *state) || !matches_state(call.query, *state)) continue;
    found.push_back({repo, std::move(state)});
  }
  sort_found(call.query, type, found);
  json items = json::array();
  std::vector<std::string> needed = properties;
  needed.insert(needed.end(), {"tags", "pipeline_tag", "models", "datasets"});
  for (const Found& each : found) {
    InfoRequest wanted;
    wanted.expand = needed;
    json info = repo_info(*each.repo, *each.state, main_commit(*each.state), wanted);
    if (!matches_info(call.query, info)) continue;
    for (const char* name : {"tags", "pipeline_tag", "models", "datasets"}) {
      if (std::find(properties.begin(), properties.end(), name) == properties.end()) info.erase(name);
    }
    if (type == RepoType::model) info["modelId"] = each.state->id;
    items.push_back(std::move(info));
  }
  return paged_response(call, items, call.hub.options().page_size);
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
