// SPDX-License-Identifier: Apache-2.0
#include "server/repo_info.hpp"

#include "core/text.hpp"
#include "server/api_error.hpp"
#include "server/card_metadata.hpp"
#include "server/discussions.hpp"
#include "server/safetensors_info.hpp"

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

json used_storage(const Snapshot* snapshot) {
  std::uint64_t total = 0;
  if (snapshot) {
    for (const auto& file : snapshot->files) total += file.second.size;
  }
  return total;
}

// Library, own tags, then what the metadata says in `key:value` form.
json tags_of(const RepoState& state, const Snapshot* snapshot, const json& card) {
  json tags = json::array();
  const auto add = [&](const std::string& tag) {
    if (std::find(tags.begin(), tags.end(), json(tag)) == tags.end()) tags.push_back(tag);
  };
  const auto add_all = [&](const char* name, const std::string& prefix) {
    if (!card.is_object() || !card.contains(name)) return;
    for (const std::string& value : strings_of(card[name])) add(prefix + value);
  };
  add_all("library_name", "");
  if (snapshot && state.type == RepoType::model &&
      std::any_of(snapshot->files.begin(), snapshot->files.end(),
                  [](const auto& file) { return file.first.ends_with(".safetensors"); })) {
    add("safetensors");
  }
  if (!state.sdk.empty()) add(state.sdk);
  add_all("tags", "");
  add_all("pipeline_tag", "");
  add_all("task_categories", "task_categories:");
  add_all("task_ids", "task_ids:");
  add_all("language", state.type == RepoType::dataset ? "language:" : "");
  add_all("size_categories", "size_categories:");
  add_all("multilinguality", "multilinguality:");
  add_all("language_creators", "language_creators:");
  add_all("datasets", "dataset:");
  add_all("base_model", "base_model:");
  add_all("license", "license:");
  add("region:us");
  return tags;
}

void add_model_properties(const Repository& repo, const Snapshot* snapshot, const json& card, json& all) {
  for (const char* name : {"library_name", "pipeline_tag", "mask_token", "model-index", "widget"}) {
    if (!card.is_object() || !card.contains(name)) continue;
    all[std::string_view(name) == "widget" ? "widgetData" : name] = card[name];
  }
  all["spaces"] = json::array();
  all["childrenModelCount"] = 0;
  all["evalResults"] = json::array();
  all["inferenceProviderMapping"] = json::array();
  if (card.is_object() && card.contains("base_model")) {
    json models = json::array();
    for (const std::string& id : strings_of(card["base_model"])) models.push_back({{"id", id}});
    all["baseModels"] = {{"relation", card.value("base_model_relation", json("finetune"))}, {"models", std::move(models)}};
  }
  if (!snapshot) return;
  if (auto summary = safetensors_summary(repo, *snapshot)) all["safetensors"] = std::move(*summary);
  if (const auto text = read_small_file(repo, *snapshot, "config.json")) {
    const json config = json::parse(*text, nullptr, false);
    json part = json::object();
    for (const char* name : {"architectures", "model_type", "auto_map", "quantization_config"}) {
      if (config.is_object() && config.contains(name)) part[name] = config[name];
    }
    if (!part.empty()) all["config"] = std::move(part);
  }
}

void add_space_properties(const RepoState& state, const json& card, json& all) {
  std::string subdomain = state.id;
  for (char& c : subdomain) {
    if (c == '/' || c == '_' || c == '.') c = '-';
  }
  all["sdk"] = state.sdk;
  all["subdomain"] = to_lower(subdomain);
  all["host"] = "https://" + to_lower(subdomain) + ".hf.space";
  all["region"] = "us";
  all["runtime"] = {{"stage", "RUNNING"},
                    {"hardware", {{"current", nullptr}, {"requested", nullptr}}},
                    {"storage", nullptr},
                    {"gcTimeout", nullptr},
                    {"replicas", {{"current", 1}, {"requested", 1}}}};
  for (const char* name : {"models", "datasets"}) {
    all[name] = card.is_object() && card.contains(name) ? json(strings_of(card[name])) : json::array();
  }
}

// Everything that can be asked for; what this repository has not is left out, as on the Hub.
json all_properties(const Repository& repo, const RepoState& state, const std::string& commit,
                    const InfoRequest& wanted) {
  const auto snapshot = commit.empty() ? nullptr : repo.snapshot(commit);
  json card = nullptr;
  if (snapshot) {
    if (const auto readme = read_small_file(repo, *snapshot, "README.md")) card = check_card(*readme, state.type).data;
  }
  json all = {{"_id", state.oid},
              {"id", state.id},
              {"author", state.owner()},
              {"createdAt", iso_time(state.created_at)},
              {"disabled", state.disabled},
              {"downloads", state.downloads},
              {"downloadsAllTime", state.downloads},
              {"lastModified", iso_time(state.last_modified)},
              {"likes", 0},
              {"private", state.private_repo},
              {"siblings", siblings(snapshot.get(), wanted.blobs)},
              {"tags", tags_of(state, snapshot.get(), card)},
              {"trendingScore", 0},
              {"usedStorage", used_storage(snapshot.get())}};
  all["gated"] = state.gated.empty() ? json(false) : json(state.gated);
  if (!commit.empty()) all["sha"] = commit;
  if (state.type == RepoType::model) add_model_properties(repo, snapshot.get(), card, all);
  if (state.type == RepoType::space) add_space_properties(state, card, all);
  if (state.type == RepoType::dataset && !state.description.empty()) all["description"] = state.description;
  if (!card.is_null()) all["cardData"] = std::move(card);
  return all;
}

// What an answer without `expand` has, beside `_id` and `id`.
const std::vector<std::string_view>& usual_properties(RepoType type) {
  static const std::vector<std::string_view> model{
      "author", "cardData",    "config",  "createdAt", "disabled",    "downloads", "gated",  "lastModified",
      "library_name", "likes", "mask_token", "model-index", "pipeline_tag", "private", "safetensors", "sha",
      "siblings", "spaces",    "tags",    "usedStorage", "widgetData"};
  static const std::vector<std::string_view> dataset{
      "author", "cardData", "createdAt", "description", "disabled", "downloads", "gated",
      "lastModified", "likes", "private", "sha", "siblings", "tags", "usedStorage"};
  static const std::vector<std::string_view> space{
      "author", "cardData", "createdAt", "datasets", "disabled", "gated", "host", "lastModified", "likes",
      "models", "private", "runtime", "sdk", "sha", "siblings", "subdomain", "tags", "usedStorage"};
  return type == RepoType::dataset ? dataset : type == RepoType::space ? space : model;
}

template <typename Names>
json selected(const json& all, const Names& names) {
  json part = {{"_id", all["_id"]}, {"id", all["id"]}};
  for (const auto& name : names) {
    const auto found = all.find(std::string(name));
    if (found != all.end()) part[std::string(name)] = *found;
  }
  return part;
}

}  // namespace

void check_expand(RepoType type, const std::vector<std::string>& expand) {
  const auto& known = known_properties(type);
  for (const std::string& name : expand) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw bad_request("Invalid option for `expand`: \"" + name + "\"");
    }
  }
}

json repo_info(const Repository& repo, const RepoState& state, const std::string& commit, const InfoRequest& wanted) {
  const json all = all_properties(repo, state, commit, wanted);
  if (!wanted.expand.empty()) return selected(all, wanted.expand);
  json info = selected(all, usual_properties(state.type));
  if (state.type == RepoType::model) info["modelId"] = state.id;
  if (wanted.security) info["securityRepoStatus"] = {{"scansDone", true}, {"filesWithIssues", json::array()}};
  return info;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
