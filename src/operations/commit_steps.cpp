// SPDX-License-Identifier: Apache-2.0
#include "operations/commit_steps.hpp"

#include "hub/parse/repo_info.hpp"
#include "hub/preupload.hpp"
#include "hub/requests.hpp"
#include "transfer/jobs.hpp"
#include "transfer/lfs_upload.hpp"

#include "huggingface_hub/errors.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

using hub::AdditionState;
using hub::UploadTarget;

bool goes_to_storage(const AdditionState& addition) {
  return addition.upload_mode == UploadMode::lfs && !addition.should_ignore && !addition.is_uploaded;
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

std::shared_ptr<CommitBody> make_body(const std::vector<CommitOperation>& operations,
                                      const std::vector<std::size_t>& kept, const std::vector<ResolvedCopy>& copies,
                                      const CommitText& text, const Counters& counters) {
  auto body = std::make_shared<CommitBody>();
  body->add_header(text.message, text.description, text.parent_commit);
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

CommitInfo head_commit(const Session& session, const UploadTarget& target) {
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

void check_all_unchanged(const std::vector<AdditionState*>& additions) {
  for (const AdditionState* addition : additions) {
    if (!addition->should_ignore) take(hub::check_unchanged(*addition));
  }
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
