// SPDX-License-Identifier: Apache-2.0
/// @file
/// The steps of a commit (spec/transfer.md 8.2), for one commit and for the many of a large folder.
#pragma once

#include "hub/addition.hpp"
#include "hub/lfs_batch.hpp"
#include "operations/commit_body.hpp"
#include "operations/commit_plan.hpp"
#include "session/session.hpp"
#include "transfer/upload_hashes.hpp"
#include "transfer/upload_progress.hpp"

#include "huggingface_hub/types/commit.hpp"

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// The counters of the files that an upload sends, by addition.
using Counters = std::map<const hub::AdditionState*, transfer::UploadProgress::File*>;

/// What a commit says of itself.
struct CommitText {
  std::string description{};
  std::string message{};
  std::optional<std::string> parent_commit{};
};

/// True if the content has yet to be sent to LFS storage.
bool goes_to_storage(const hub::AdditionState& addition);

/// Sends the content of those additions that go to storage. Their counters must be there.
void upload_to_storage(const Session& session, const hub::UploadTarget& target,
                       const std::vector<hub::AdditionState*>& additions, const transfer::UploadHashes& hashes,
                       int num_threads, transfer::UploadProgress& progress, const Counters& counters);

/// Computes the git ids of regular files: to find out which have not changed, and to notice those that change later.
void hash_regular_files(const hub::UploadTarget& target, const std::vector<hub::AdditionState*>& additions,
                        const transfer::UploadHashes& hashes, int num_threads);

/// The request for the operations at `kept` among `operations`, which must outlive it; `copies` as in
/// `effective_operations`.
std::shared_ptr<CommitBody> make_body(const std::vector<CommitOperation>& operations,
                                      const std::vector<std::size_t>& kept, const std::vector<ResolvedCopy>& copies,
                                      const CommitText& text, const Counters& counters);

/// The head of the revision, which stands for the commit where there is nothing to change. Title and description are
/// left empty.
CommitInfo head_commit(const Session& session, const hub::UploadTarget& target);

/// Nothing may have changed between hashing and the commit.
void check_all_unchanged(const std::vector<hub::AdditionState*>& additions);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
