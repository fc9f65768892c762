// SPDX-License-Identifier: Apache-2.0
#include "server/repo_state.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

json discussion_to_json(const Discussion& each) {
  return {{"author", each.author},
          {"base", each.base},
          {"createdAt", each.created_at},
          {"events", each.events},
          {"isPullRequest", each.is_pull_request},
          {"mergeCommit", each.merge_commit},
          {"num", each.num},
          {"status", each.status},
          {"title", each.title}};
}

Discussion discussion_from_json(const json& value) {
  Discussion each;
  each.author = value.at("author").get<std::string>();
  each.base = value.at("base").get<std::string>();
  each.created_at = value.at("createdAt").get<std::int64_t>();
  each.events = value.at("events");
  each.is_pull_request = value.at("isPullRequest").get<bool>();
  each.merge_commit = value.at("mergeCommit").get<std::string>();
  each.num = value.at("num").get<int>();
  each.status = value.at("status").get<std::string>();
  each.title = value.at("title").get<std::string>();
  return each;
}

}  // namespace

std::string to_document(const RepoState& state) {
  json tags = json::object();
  for (const auto& [name, tag] : state.tags) tags[name] = {{"commit", tag.commit}, {"message", tag.message}};
  json pull_requests = json::object();
  for (const auto& [num, commit] : state.pull_requests) pull_requests[std::to_string(num)] = commit;
  json discussions = json::array();
  for (const Discussion& each : state.discussions) discussions.push_back(discussion_to_json(each));
  const json document = {{"access", state.access},
                         {"branches", state.branches},
                         {"createdAt", state.created_at},
                         {"creator", state.creator},
                         {"description", state.description},
                         {"disabled", state.disabled},
                         {"discussions", std::move(discussions)},
                         {"downloads", state.downloads},
                         {"formerIds", state.former_ids},
                         {"gated", state.gated},
                         {"id", state.id},
                         {"lastModified", state.last_modified},
                         {"oid", state.oid},
                         {"private", state.private_repo},
                         {"pullRequests", std::move(pull_requests)},
                         {"sdk", state.sdk},
                         {"tags", std::move(tags)},
                         {"type", to_string(state.type)}};
  return document.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

RepoState parse_repo_state(const std::string& text) {
  const json document = json::parse(text);
  RepoState state;
  document.at("access").get_to(state.access);
  document.at("branches").get_to(state.branches);
  document.at("createdAt").get_to(state.created_at);
  document.at("creator").get_to(state.creator);
  document.at("description").get_to(state.description);
  document.at("disabled").get_to(state.disabled);
  for (const json& each : document.at("discussions")) state.discussions.push_back(discussion_from_json(each));
  document.at("downloads").get_to(state.downloads);
  document.at("formerIds").get_to(state.former_ids);
  document.at("gated").get_to(state.gated);
  document.at("id").get_to(state.id);
  document.at("lastModified").get_to(state.last_modified);
  document.at("oid").get_to(state.oid);
  document.at("private").get_to(state.private_repo);
  for (const auto& [num, commit] : document.at("pullRequests").items()) {
    state.pull_requests[std::stoi(num)] = commit.get<std::string>();
  }
  document.at("sdk").get_to(state.sdk);
  for (const auto& [name, tag] : document.at("tags").items()) {
    state.tags[name] = {tag.at("commit").get<std::string>(), tag.at("message").get<std::string>()};
  }
  state.type = repo_type_from_string(document.at("type").get<std::string>()).value_or(RepoType::model);
  return state;
}

std::string document_key(RepoType type, const std::string& id) { return api_segment(type) + "/" + id; }

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
