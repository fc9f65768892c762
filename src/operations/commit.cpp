// SPDX-License-Identifier: Apache-2.0
#include "operations/commit.hpp"

#include "core/log.hpp"
#include "hub/preupload.hpp"
#include "hub/requests.hpp"
#include "operations/commit_copies.hpp"
#include "operations/commit_plan.hpp"
#include "operations/commit_sequence.hpp"
#include "operations/commit_steps.hpp"
#include "transfer/upload_progress.hpp"

#include "huggingface_hub/errors.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {
namespace {

using hub::AdditionState;
using hub::UploadTarget;

/// Asks how the additions that are new to the Hub are stored.
void fetch_missing_modes(const Session& session, const UploadTarget& target,
                         const std::vector<AdditionState*>& additions, std::optional<std::string> gitignore) {
  if (!gitignore) gitignore = take(gitignore_in(additions));
  std::vector<AdditionState*> unknown;
  for (AdditionState* addition : additions) {
    if (!addition->is_uploaded && !addition->upload_mode) unknown.push_back(addition);
  }
  if (!unknown.empty()) hub::fetch_upload_modes(session, target, unknown, gitignore);
}

Counters count_files(transfer::UploadProgress& progress, const std::vector<AdditionState*>& additions, bool lfs_only) {
  Counters counters;
  for (const AdditionState* addition : additions) {
    if (addition->should_ignore || (lfs_only && !goes_to_storage(*addition))) continue;
    counters.emplace(addition, &progress.add_file(addition->path_in_repo, addition->size));
    if (addition->is_uploaded) counters.at(addition)->done();
  }
  return counters;
}

/// Digests of earlier runs are looked for by the folder of the first file.
transfer::UploadHashes hashes_of(const Session& session, const std::vector<AdditionState*>& additions) {
  std::filesystem::path folder;
  std::uint64_t bytes = 0;
  for (const AdditionState* addition : additions) {
    if (addition->file.empty()) continue;
    if (bytes == 0) folder = addition->file.parent_path();
    bytes += addition->size;
  }
  return transfer::UploadHashes::remembered(session.config(), folder, bytes);
}

void validate_readme(const Session& session, const UploadTarget& target, const std::vector<AdditionState*>& additions) {
  for (AdditionState* addition : additions) {
    if (addition->path_in_repo != "README.md") continue;
    if (!addition->is_card_validated) {
      hub::validate_card(session, take(hub::read_content(*addition)), target.repo_type, target.call, target.token);
      addition->is_card_validated = true;
    }
    return;  // Only the first: the one that counts.
  }
}

template <typename Options>
UploadTarget target_of(const std::string& repo_id, const Options& options) {
  UploadTarget target;
  target.call = hub::with_deadline(options.call);
  target.create_pr = options.create_pr;
  target.repo_id = repo_id;
  target.repo_type = options.repo_type;
  target.revision = options.revision.value_or(hub::kDefaultRevision);
  target.token = options.token;
  return target;
}

}  // namespace

CommitInfo create_commit(const Session& session, const std::string& repo_id,
                         const std::vector<CommitOperation>& operations, const CreateCommitOptions& options) {
  const UploadTarget target = target_of(repo_id, options);
  validate_commit(operations, options.commit_message, options.parent_commit, target);
  const std::vector<AdditionState*> additions = additions_in(operations);
  for (const std::string& warning : commit_warnings(operations, options.repo_type)) log_warning(warning);

  const transfer::UploadHashes hashes = hashes_of(session, additions);
  transfer::UploadProgress progress(options.progress);
  validate_readme(session, target, additions);
  fetch_missing_modes(session, target, additions, std::nullopt);
  const Counters counters = count_files(progress, additions, /*lfs_only=*/false);
  progress.start();
  upload_to_storage(session, target, additions, hashes, options.num_threads, progress, counters);
  hash_regular_files(target, additions, hashes, options.num_threads);
  const std::vector<ResolvedCopy> copies = resolve_copies(session, target, operations);

  const CommitText text{options.commit_description.value_or(""), options.commit_message, options.parent_commit};
  CommitSequence sequence(session, target, text, additions.size());
  sequence.keep_whole();
  progress.committing();
  sequence.commit({operations, counters, copies});
  if (!sequence.last()) log_warning("No file differs from the last commit of " + repo_id + ": no empty commit is made.");
  CommitInfo commit = sequence.last() ? *sequence.last() : head_commit(session, target);
  commit.commit_message = options.commit_message;
  commit.commit_description = options.commit_description.value_or("");
  progress.complete();
  return commit;
}

void preupload_lfs_files(const Session& session, const std::string& repo_id,
                         const std::vector<CommitOperationAdd>& operations, const PreuploadLfsFilesOptions& options) {
  const UploadTarget target = target_of(repo_id, options);
  hub::validate_revision(target.revision);
  std::vector<AdditionState*> additions;
  for (const CommitOperationAdd& operation : operations) additions.push_back(&operation.state());

  fetch_missing_modes(session, target, additions, options.gitignore_content);
  const transfer::UploadHashes hashes = hashes_of(session, additions);
  transfer::UploadProgress progress(options.progress);
  const Counters counters = count_files(progress, additions, /*lfs_only=*/true);
  progress.start();
  upload_to_storage(session, target, additions, hashes, options.num_threads, progress, counters);
  for (AdditionState* addition : additions) {
    if (options.free_memory && addition->is_uploaded && addition->file.empty()) {
      addition->source = UploadSource::from_bytes("");
    }
  }
  progress.complete();
}

}  // namespace operations

CommitInfo CommitsApi::create_commit(const std::string& repo_id, const std::vector<CommitOperation>& operations,
                                     const CreateCommitOptions& options) const {
  return operations::create_commit(session(), repo_id, operations, options);
}

void CommitsApi::preupload_lfs_files(const std::string& repo_id, const std::vector<CommitOperationAdd>& additions,
                                     const PreuploadLfsFilesOptions& options) const {
  operations::preupload_lfs_files(session(), repo_id, additions, options);
}

HUGGINGFACE_HUB_NAMESPACE_END
