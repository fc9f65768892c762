// SPDX-License-Identifier: Apache-2.0
#include "hub/requests.hpp"
#include "hub/tree.hpp"
#include "operations/commit.hpp"

#include "huggingface_hub/api/uploads_api.hpp"
#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/hf_uri.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

/// A place in a repository, and how to look at it.
class Place {
 public:
  Place(const Session& session, const std::string& uri, const CopyFilesOptions& options)
      : session_(session), options_(options), uri_(parse_hf_uri(uri)), ends_in_slash_(uri.back() == '/') {
    if (uri_.is_bucket()) {
      throw_error(ErrorCode::validation, "Cannot copy '" + uri + "': buckets are not supported, only repositories.");
    }
  }

  [[nodiscard]] const HfUri& uri() const noexcept { return uri_; }
  [[nodiscard]] const std::string& path() const noexcept { return uri_.path_in_repo; }
  [[nodiscard]] bool ends_in_slash() const noexcept { return ends_in_slash_; }

  /// What is at the path itself.
  [[nodiscard]] std::optional<RepoTreeEntry> entry() const {
    if (path().empty()) return std::nullopt;
    GetPathsInfoOptions look;
    look.call = options_.call;
    look.repo_type = uri_.repo_type();
    look.revision = uri_.revision;
    look.token = options_.token;
    std::vector<RepoTreeEntry> found = hub::get_paths_info(session_, uri_.id, {path()}, look);
    if (found.size() != 1) return std::nullopt;
    return std::move(found.front());
  }

  /// The paths of the files below it; none where there is no such folder.
  [[nodiscard]] std::vector<std::string> files() const {
    ListRepoTreeOptions list;
    list.call = options_.call;
    if (!path().empty()) list.path_in_repo = path();
    list.recursive = true;
    list.repo_type = uri_.repo_type();
    list.revision = uri_.revision;
    list.token = options_.token;
    std::vector<std::string> files;
    try {
      for (const RepoTreeEntry& each : hub::list_repo_tree(session_, uri_.id, list)) {
        if (const RepoFile* file = as_file(each)) files.push_back(file->path);
      }
    } catch (const RemoteEntryNotFoundError&) {
      return {};
    }
    return files;
  }

 private:
  const Session& session_;
  const CopyFilesOptions& options_;
  HfUri uri_;
  bool ends_in_slash_;
};

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }  // Whole without a slash.

std::string joined(const std::string& folder, const std::string& name) {
  return folder.empty() ? name : folder + "/" + name;
}

/// Pairs of source and destination (spec/hub-http.md 20).
std::vector<std::pair<std::string, std::string>> copies_between(const Place& from, const Place& to) {
  const std::optional<RepoTreeEntry> there = to.entry();
  const bool is_folder = to.path().empty() || (there && as_file(*there) == nullptr);
  const bool is_file = there && as_file(*there) != nullptr;

  const std::optional<RepoTreeEntry> source = from.entry();
  if (source && as_file(*source) != nullptr) {
    const bool goes_inside = is_folder || (to.ends_in_slash() && !is_file);
    return {{from.path(), goes_inside ? joined(to.path(), base_name(from.path())) : to.path()}};
  }
  // As `cp -r`: into a folder that is there, else under the new name.
  const bool keeps_its_name = is_folder && !from.path().empty() && !from.ends_in_slash();
  const std::string target = keeps_its_name ? joined(to.path(), base_name(from.path())) : to.path();
  std::vector<std::pair<std::string, std::string>> copies;
  for (const std::string& file : from.files()) {
    const std::string below = from.path().empty() ? file : file.substr(from.path().size() + 1);
    copies.emplace_back(file, joined(target, below));
  }
  return copies;
}

}  // namespace

CommitInfo UploadsApi::copy_files(const std::string& source, const std::string& destination,
                                  const CopyFilesOptions& options) const {
  CopyFilesOptions bounded = options;
  bounded.call = hub::with_deadline(options.call);
  const Place from(session(), source, bounded);
  const Place to(session(), destination, bounded);

  CopySource origin;
  origin.src_revision = from.uri().revision;
  if (from.uri().id != to.uri().id || from.uri().type != to.uri().type) {
    origin.src_repo_id = from.uri().id;
    origin.src_repo_type = from.uri().repo_type();
  }
  std::vector<CommitOperation> copies;
  for (const auto& [path, target] : copies_between(from, to)) {
    copies.emplace_back(CommitOperationCopy(path, target, origin));
  }
  const std::string where = std::string(to_prefix(from.uri().type)) + "/" + from.uri().id;
  if (copies.empty()) {
    throw_error(ErrorCode::remote_entry_not_found, "Cannot copy '" + source + "': there are no files in " + where + ".");
  }
  CreateCommitOptions commit;
  commit.call = bounded.call;
  commit.commit_message = "Copy files from " + where;
  commit.repo_type = to.uri().repo_type();
  commit.revision = to.uri().revision;
  commit.token = options.token;
  return operations::create_commit(session(), to.uri().id, copies, commit);
}

HUGGINGFACE_HUB_NAMESPACE_END
