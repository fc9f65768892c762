// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/api/uploads_api.hpp"

#include "core/environment.hpp"
#include "hub/addition.hpp"
#include "hub/preupload.hpp"
#include "hub/requests.hpp"
#include "hub/tree.hpp"
#include "operations/commit.hpp"
#include "operations/folder_upload.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/patterns.hpp"

#include <algorithm>
#include <set>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

namespace fs = std::filesystem;

/// What all calls of this file hand on.
template <typename Options>
CreateCommitOptions commit_options(const Options& options, std::string default_message) {
  CreateCommitOptions commit;
  commit.call = hub::with_deadline(options.call);
  commit.commit_description = options.commit_description;
  commit.commit_message = options.commit_message.value_or(std::move(default_message));
  commit.create_pr = options.create_pr;
  commit.parent_commit = options.parent_commit;
  commit.repo_type = options.repo_type;
  commit.revision = options.revision;
  commit.token = options.token;
  return commit;
}

std::string strip_slashes(std::string path) {
  while (!path.empty() && path.front() == '/') path.erase(0, 1);
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path;
}

/// Deletions of the files below `path_in_repo` that match one of `patterns`.
std::vector<CommitOperationDelete> matching_deletions(const Session& session, const std::string& repo_id,
                                                      const std::string& path_in_repo, const StringList& patterns,
                                                      const CreateCommitOptions& commit) {
  std::vector<CommitOperationDelete> deletions;
  if (!patterns.given()) return deletions;
  ListRepoTreeOptions tree;
  tree.call = commit.call;
  tree.recursive = true;
  tree.repo_type = commit.repo_type;
  tree.revision = commit.create_pr && !commit.revision ? hub::kDefaultRevision : commit.revision;
  tree.token = commit.token;

  const bool is_root = path_in_repo.empty() || path_in_repo == "." || path_in_repo == "./";
  const std::string prefix = is_root ? "" : strip_slashes(path_in_repo) + "/";
  const PathFilter filter(patterns.optional(), {});
  for (const RepoTreeEntry& entry : hub::list_repo_tree(session, repo_id, tree)) {
    const RepoFile* file = as_file(entry);
    if (file == nullptr || file->path.rfind(prefix, 0) != 0 || file->path == ".gitattributes") continue;
    if (filter.keeps(file->path.substr(prefix.size()))) deletions.emplace_back(file->path, /*is_folder=*/false);
  }
  return deletions;
}

/// The Hub refuses a README.md whose metadata is wrong: asked before anything is hashed.
void validate_readme(const Session& session, const fs::path& folder, const UploadFolderOptions& options,
                     const CallOptions& call) {
  const CommitOperationAdd card("README.md", UploadSource(folder / "README.md"));
  hub::validate_card(session, take(hub::read_content(card.state())), options.repo_type, call, options.token);
}

/// The files of `folder` that pass the patterns.
std::vector<operations::FolderFile> files_to_upload(const Session& session, const fs::path& folder,
                                                    const UploadFolderOptions& options, const CallOptions& call) {
  std::vector<std::string> ignored = options.ignore_patterns.values();
  for (std::string& pattern : default_ignore_patterns()) ignored.push_back(std::move(pattern));
  const PathFilter filter(options.allow_patterns.optional(), ignored);

  std::vector<operations::FolderFile> files = operations::files_in_folder(folder);
  files.erase(std::remove_if(files.begin(), files.end(),
                             [&](const operations::FolderFile& file) { return !filter.keeps(file.name); }),
              files.end());
  const bool has_card = std::any_of(files.begin(), files.end(),
                                    [](const operations::FolderFile& file) { return file.name == "README.md"; });
  if (has_card) validate_readme(session, folder, options, call);
  return files;
}

}  // namespace

UploadsApi::~UploadsApi() = default;

CommitInfo UploadsApi::upload_file(const UploadSource& path_or_fileobj, const std::string& path_in_repo,
                                   const std::string& repo_id, const UploadFileOptions& options) const {
  CreateCommitOptions commit = commit_options(options, "Upload " + path_in_repo + " with huggingface_hub");
  commit.progress = options.progress;
  return operations::create_commit(session(), repo_id, {CommitOperationAdd(path_in_repo, path_or_fileobj)}, commit);
}

CommitInfo UploadsApi::upload_folder(const std::string& repo_id, const fs::path& folder_path,
                                     const UploadFolderOptions& options) const {
  if (options.create_pr && options.revision && *options.revision != hub::kDefaultRevision) {
    throw_error(ErrorCode::validation, "`create_pr` opens a pull request against 'main', so `revision` cannot be '" +
                                           *options.revision + "'. Leave it unset.");
  }
  CreateCommitOptions commit = commit_options(options, "Upload folder using huggingface_hub");
  if (commit.commit_message.empty()) commit.commit_message = "Upload folder using huggingface_hub";

  operations::FolderPlan plan;
  plan.folder = expand_user(folder_path.string(), environment_variable);
  const std::string path_in_repo = options.path_in_repo.value_or("");
  std::vector<CommitOperationDelete> deletions =
      matching_deletions(session(), repo_id, path_in_repo, options.delete_patterns, commit);
  plan.files = files_to_upload(session(), plan.folder, options, commit.call);
  if (!strip_slashes(path_in_repo).empty()) plan.prefix = strip_slashes(path_in_repo) + "/";

  std::set<std::string> added;
  if (!deletions.empty()) {
    for (const operations::FolderFile& file : plan.files) {
      added.insert(hub::validate_path_in_repo(plan.prefix + file.name));
    }
  }
  for (CommitOperationDelete& deletion : deletions) {  // What is replaced need not be deleted.
    if (added.count(deletion.path_in_repo()) == 0) plan.deletions.push_back(std::move(deletion));
  }
  hub::UploadTarget target;
  target.call = commit.call;
  target.create_pr = commit.create_pr;
  target.repo_id = repo_id;
  target.repo_type = commit.repo_type;
  target.revision = commit.revision.value_or(hub::kDefaultRevision);
  target.token = commit.token;
  return operations::upload_folder(
      session(), target, std::move(plan),
      {commit.commit_description.value_or(""), commit.commit_message, commit.parent_commit}, options.num_threads,
      options.progress);
}

CommitInfo UploadsApi::delete_file(const std::string& path_in_repo, const std::string& repo_id,
                                   const DeleteFileOptions& options) const {
  const CreateCommitOptions commit = commit_options(options, "Delete " + path_in_repo + " with huggingface_hub");
  return operations::create_commit(session(), repo_id, {CommitOperationDelete(path_in_repo)}, commit);
}

CommitInfo UploadsApi::delete_files(const std::string& repo_id, const StringList& delete_patterns,
                                    const DeleteFilesOptions& options) const {
  std::string names;
  for (const std::string& pattern : delete_patterns.values()) names += (names.empty() ? "" : " ") + pattern;
  const CreateCommitOptions commit = commit_options(options, "Delete files " + names + " with huggingface_hub");
  std::vector<CommitOperation> all;
  for (CommitOperationDelete& deletion : matching_deletions(session(), repo_id, "", delete_patterns, commit)) {
    all.emplace_back(std::move(deletion));
  }
  return operations::create_commit(session(), repo_id, all, commit);
}

CommitInfo UploadsApi::delete_folder(const std::string& path_in_repo, const std::string& repo_id,
                                     const DeleteFolderOptions& options) const {
  const CreateCommitOptions commit = commit_options(options, "Delete folder " + path_in_repo + " with huggingface_hub");
  return operations::create_commit(session(), repo_id, {CommitOperationDelete(path_in_repo, /*is_folder=*/true)},
                                   commit);
}

HUGGINGFACE_HUB_NAMESPACE_END
