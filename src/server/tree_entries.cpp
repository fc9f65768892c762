// SPDX-License-Identifier: Apache-2.0
#include "server/tree_entries.hpp"

#include "server/discussions.hpp"

#include <map>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

json file_entry(const std::string& path, const FileEntry& file) {
  json entry = {{"type", "file"}, {"oid", file.id}, {"size", file.size}, {"path", path}};
  if (file.lfs) {
    entry["lfs"] = {{"oid", file.lfs->oid},
                    {"size", file.lfs->size},
                    {"pointerSize", encode_pointer(*file.lfs).size()}};
  }
  return entry;
}

// The id of the file or folder at `path`; empty if there is none.
std::string id_at(const Snapshot& snapshot, const std::string& path) {
  if (const auto file = snapshot.files.find(path); file != snapshot.files.end()) return file->second.id;
  if (const auto folder = snapshot.folders.find(path); folder != snapshot.folders.end()) return folder->second;
  return {};
}

// Goes back through the history until every path has met the commit that made it what it is.
std::map<std::string, std::string> last_commits(const Repository& repo, const std::string& commit,
                                                const std::vector<std::string>& paths) {
  std::map<std::string, std::string> found;
  auto snapshot = repo.snapshot(commit);
  const std::vector<std::string> history = repo.history(commit);
  for (std::size_t i = 0; i < history.size() && found.size() < paths.size(); ++i) {
    const auto before = i + 1 < history.size() ? repo.snapshot(history[i + 1]) : nullptr;
    for (const std::string& path : paths) {
      if (found.count(path) != 0) continue;
      if (!before || id_at(*before, path) != id_at(*snapshot, path)) found.emplace(path, history[i]);
    }
    snapshot = before;
  }
  return found;
}

}  // namespace

json tree_entries(const Repository& repo, const std::string& commit, const std::vector<std::string>& paths,
                  bool expand) {
  const auto snapshot = repo.snapshot(commit);
  json entries = json::array();
  for (const std::string& path : paths) {
    if (const auto file = snapshot->files.find(path); file != snapshot->files.end()) {
      entries.push_back(file_entry(path, file->second));
    } else if (const auto folder = snapshot->folders.find(path); folder != snapshot->folders.end()) {
      entries.push_back({{"type", "directory"}, {"oid", folder->second}, {"size", 0}, {"path", path}});
    }
  }
  if (!expand) return entries;
  std::vector<std::string> present;
  for (const json& entry : entries) present.push_back(entry["path"].get<std::string>());
  const auto commits = last_commits(repo, commit, present);
  for (json& entry : entries) {
    const std::string id = commits.at(entry["path"].get<std::string>());
    const Commit data = repo.git().commit(id);
    entry["lastCommit"] = {{"id", id}, {"title", data.title()}, {"date", iso_time(data.date * 1000)}};
    if (entry["type"] == "file") {
      entry["securityFileStatus"] = {{"status", "unscanned"}, {"avScan", nullptr}, {"pickleImportScan", nullptr}};
    }
  }
  return entries;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
