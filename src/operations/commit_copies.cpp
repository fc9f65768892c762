// SPDX-License-Identifier: Apache-2.0
#include "operations/commit_copies.hpp"

#include "hub/parse/fields.hpp"
#include "hub/requests.hpp"
#include "hub/tree.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {
namespace {

using nlohmann::json;

constexpr std::size_t kDuplicateBatchSize = 500;  // spec/hub-http.md 6.9

/// Where a copy comes from, with the defaults filled in.
struct Origin {
  std::string repo_id{};
  RepoType repo_type{RepoType::model};
  std::string revision{};
  bool is_other_repo{false};

  friend bool operator<(const Origin& a, const Origin& b) {
    return std::tie(a.repo_id, a.repo_type, a.revision, a.is_other_repo) <
           std::tie(b.repo_id, b.repo_type, b.revision, b.is_other_repo);
  }
};

Origin origin_of(const CommitOperationCopy& copy, const hub::UploadTarget& target) {
  const CopySource& source = copy.source();
  Origin origin;
  origin.is_other_repo = source.src_repo_id.has_value();
  origin.repo_id = source.src_repo_id.value_or(target.repo_id);
  origin.repo_type = source.src_repo_type.value_or(target.repo_type);
  origin.revision = source.src_revision.value_or(origin.is_other_repo ? hub::kDefaultRevision : target.revision);
  return origin;
}

/// What is at `paths`, by path.
std::map<std::string, RepoTreeEntry> look_up(const Session& session, const Origin& where,
                                             const hub::UploadTarget& target, std::vector<std::string> paths) {
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  GetPathsInfoOptions options;
  options.call = target.call;
  options.repo_type = where.repo_type;
  options.revision = where.revision;
  options.token = target.token;
  std::map<std::string, RepoTreeEntry> found;
  for (RepoTreeEntry& entry : hub::get_paths_info(session, where.repo_id, paths, options)) {
    std::string path = path_of(entry);
    found.emplace(std::move(path), std::move(entry));
  }
  return found;
}

const RepoFile& source_file(const std::map<std::string, RepoTreeEntry>& found, const CommitOperationCopy& copy,
                            const Origin& origin) {
  const std::string where =
      "'" + copy.src_path_in_repo() + "' of " + origin.repo_id + " at revision '" + origin.revision + "'";
  const auto entry = found.find(copy.src_path_in_repo());
  if (entry == found.end()) {
    throw_error(ErrorCode::remote_entry_not_found, "Cannot copy " + where + ": there is no such file.");
  }
  const RepoFile* file = as_file(entry->second);
  if (file == nullptr)
    throw_error(ErrorCode::validation, "Cannot copy " + where + ": it is a folder. Copy its files one by one.");
  return *file;
}

std::string fetch(const Session& session, const Origin& origin, const hub::UploadTarget& target,
                  const std::string& path) {
  ApiRequest request =
      hub::request(http::Method::get, hub::resolve_path(origin.repo_type, origin.repo_id, path, origin.revision),
                   target.call, target.token);
  return take(session.send(request)).body;
}

/// Asks the source repository to hand LFS files over (spec/hub-http.md 6.9).
void duplicate(const Session& session, const Origin& origin, const hub::UploadTarget& target,
               const std::vector<const RepoFile*>& files) {
  const std::string url = hub::repo_path(origin.repo_type, origin.repo_id) + "/lfs-files/duplicate";
  for (std::size_t start = 0; start < files.size(); start += kDuplicateBatchSize) {
    const std::size_t end = std::min(files.size(), start + kDuplicateBatchSize);
    json list = json::array();
    for (std::size_t i = start; i < end; ++i) {
      list.push_back(
          {{"xetHash", *files[i]->xet_hash}, {"sha256", files[i]->lfs->sha256}, {"filename", files[i]->path}});
    }
    const json body = {{"target", {{"type", to_string(target.repo_type)}, {"name", target.repo_id}}},
                       {"files", std::move(list)}};
    const http::Response response =
        take(session.send(hub::json_request(http::Method::post, url, body, target.call, target.token)));
    const json answer = parse::json_of(response);
    const parse::Fields fields(answer, response.head, "answer");
    if (fields.find("failed") == nullptr) continue;
    std::string failures;
    for (const json& item : fields.array("failed")) {
      const parse::Fields failure(item, response.head, "failure");
      failures += "\n" + failure.maybe_text("sha256").value_or("(no sha256)") + ": " +
                  failure.maybe_text("error").value_or("(no reason given)");
    }
    if (!failures.empty()) {
      throw_error(ErrorCode::file_duplication,
                  "The Hub could not copy files from " + origin.repo_id + " (SHA-256 and reason):" + failures);
    }
  }
}

void duplicate_lfs_files(const Session& session, const Origin& origin, const hub::UploadTarget& target,
                         const std::map<std::string, RepoTreeEntry>& found) {
  std::vector<const RepoFile*> files;
  std::set<std::string> seen;
  for (const auto& [path, entry] : found) {
    const RepoFile* file = as_file(entry);
    if (file == nullptr || !file->lfs || !seen.insert(file->lfs->sha256).second) continue;
    if (!file->xet_hash) {
      throw_error(ErrorCode::validation, "Cannot copy '" + path + "' of " + origin.repo_id +
                                             ": it is not in Xet storage. Download it and upload it instead.");
    }
    files.push_back(file);
  }
  duplicate(session, origin, target, files);
}

}  // namespace

std::vector<ResolvedCopy> resolve_copies(const Session& session, const hub::UploadTarget& target,
                                         const std::vector<CommitOperation>& operations) {
  std::vector<const CommitOperationCopy*> copies;
  std::vector<std::string> destinations;
  std::map<Origin, std::vector<std::size_t>> by_origin;
  for (const CommitOperation& operation : operations) {
    const auto* copy = std::get_if<CommitOperationCopy>(&operation);
    if (copy == nullptr) continue;
    by_origin[origin_of(*copy, target)].push_back(copies.size());
    copies.push_back(copy);
    destinations.push_back(copy->path_in_repo());
  }
  std::vector<ResolvedCopy> resolved(copies.size());
  if (copies.empty()) return resolved;

  const Origin here{target.repo_id, target.repo_type, target.revision, false};
  const std::map<std::string, RepoTreeEntry> present = look_up(session, here, target, destinations);
  for (const auto& [origin, indices] : by_origin) {
    std::vector<std::string> paths;
    for (const std::size_t i : indices) paths.push_back(copies[i]->src_path_in_repo());
    const std::map<std::string, RepoTreeEntry> found = look_up(session, origin, target, paths);
    for (const std::size_t i : indices) {
      const RepoFile& file = source_file(found, *copies[i], origin);
      if (file.lfs) {
        resolved[i].sha256 = file.lfs->sha256;
      } else {
        resolved[i].content = fetch(session, origin, target, file.path);
      }
      if (!origin.is_other_repo) resolved[i].source_blob = file.blob_id;
      const auto destination = present.find(copies[i]->path_in_repo());
      if (destination == present.end()) continue;
      if (const RepoFile* existing = as_file(destination->second)) resolved[i].destination_blob = existing->blob_id;
    }
    if (origin.is_other_repo) duplicate_lfs_files(session, origin, target, found);
  }
  return resolved;
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
