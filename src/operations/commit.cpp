// SPDX-License-Identifier: Apache-2.0
#include "operations/commit.hpp"

#include "core/log.hpp"
#include "hub/commit_call.hpp"
#include "hub/parse/repo_info.hpp"
#include "hub/preupload.hpp"
#include "hub/requests.hpp"
#include "operations/commit_body.hpp"
#include "operations/commit_copies.hpp"
#include "operations/commit_plan.hpp"
#include "transfer/jobs.hpp"
#include "transfer/lfs_upload.hpp"
#include "transfer/upload_progress.hpp"

#include "huggingface_hub/errors.hpp"

#include <map>
#include <memory>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {
namespace {

using hub::AdditionState;
using hub::UploadTarget;

/// The counters of the files that an upload sends, by addition.
using Counters = std::map<const AdditionState*, transfer::UploadProgress::File*>;

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

bool goes_to_storage(const AdditionState& addition) {
  return addition.upload_mode == UploadMode::lfs && !addition.should_ignore && !addition.is_uploaded;
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

void upload_to_storage(const Session& session, const UploadTarget& target, const std::vector<AdditionState*>& additions,
                       const transfer::UploadHashes& hashes, int num_threads, transfer::UploadProgress& progress,
                       const Counters& counters) {
  std::vector<transfer::LfsItem> items;
  for (AdditionState* addition : additions) {
    if (goes_to_storage(*addition)) items.push_back({addition, counters.at(addition)});
  }
  const auto tick = [&progress] { progress.tick(); };
  take(transfer::upload_lfs(session, target, items, hashes, num_threads,
                            progress.is_watched() ? tick : std::function<void()>()));
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

/// Computes the git ids of regular files: to find out which have not changed, and to notice those that change later.
void hash_regular_files(const UploadTarget& target, const std::vector<AdditionState*>& additions,
                        const transfer::UploadHashes& hashes, int num_threads) {
  std::vector<AdditionState*> regular;
  for (AdditionState* addition : additions) {
    if (addition->upload_mode == UploadMode::regular && !addition->should_ignore) regular.push_back(addition);
  }
  take(transfer::run_jobs(
      regular.size(), num_threads, target.call.cancel,
      [&](std::size_t i, const CancellationToken& stop) { return hashes.compute_git_blob_id(*regular[i], stop); }));
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

std::shared_ptr<CommitBody> make_body(const std::vector<CommitOperation>& operations,
                                      const std::vector<std::size_t>& kept, const std::vector<ResolvedCopy>& copies,
                                      const CreateCommitOptions& options, const Counters& counters) {
  auto body = std::make_shared<CommitBody>();
  body->add_header(options.commit_message, options.commit_description.value_or(""), options.parent_commit);
  std::size_t next_copy = 0;
  auto next_kept = kept.begin();
  for (std::size_t i = 0; i < operations.size() && next_kept != kept.end(); ++i) {
    const auto* copy = std::get_if<CommitOperationCopy>(&operations[i]);
    const ResolvedCopy* resolved = copy == nullptr ? nullptr : &copies[next_copy++];
    if (*next_kept != i) continue;
    ++next_kept;
    if (const auto* addition = std::get_if<CommitOperationAdd>(&operations[i])) {
      const AdditionState& state = addition->state();
      if (state.upload_mode == UploadMode::lfs) {
        body->add_lfs_file(state.path_in_repo, *state.sha256, state.size);
      } else {
        body->add_file(state, counters.at(&state));
      }
    } else if (const auto* deletion = std::get_if<CommitOperationDelete>(&operations[i])) {
      body->add_deletion(deletion->path_in_repo(), deletion->is_folder());
    } else if (resolved->sha256) {
      body->add_lfs_file(copy->path_in_repo(), *resolved->sha256, std::nullopt);
    } else {
      body->add_file(copy->path_in_repo(), *resolved->content);
    }
  }
  return body;
}

/// Nothing to change: the head of the revision stands for the commit.
CommitInfo head_commit(const Session& session, const UploadTarget& target) {
  log_warning("No file differs from the last commit of " + target.repo_id + ": no empty commit is made.");
  const std::string url = hub::revision_path(target.repo_type, target.repo_id, "revision", target.revision);
  const Result<http::Response> response = session.send(hub::request(http::Method::get, url, target.call, target.token));
  if (!response.ok()) throw_error(hub::with_repo_advice(response.error()));
  const parse::Json json = parse::json_of(*response);
  CommitInfo commit;
  commit.oid = parse::Fields(json, response->head, "repository").text("sha");
  commit.repo_url = hub::make_repo_url(target.repo_type, target.repo_id, session.endpoint());
  commit.commit_url = commit.repo_url.url + "/commit/" + commit.oid;
  return commit;
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

/// Nothing may have changed between hashing and the commit.
void check_all_unchanged(const std::vector<AdditionState*>& additions) {
  for (const AdditionState* addition : additions) {
    if (!addition->should_ignore) take(hub::check_unchanged(*addition));
  }
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

  const std::vector<std::size_t> kept = effective_operations(operations, copies);
  CommitInfo commit;
  if (kept.empty()) {
    commit = head_commit(session, target);
  } else {
    check_all_unchanged(additions);
    progress.committing();
    commit = hub::post_commit(session, target, make_body(operations, kept, copies, options, counters));
    for (AdditionState* addition : additions) addition->is_committed = true;
  }
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
