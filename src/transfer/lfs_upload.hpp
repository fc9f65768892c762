// SPDX-License-Identifier: Apache-2.0
/// @file
/// LFS content to the Hub's storage (spec/hub-http.md 9.2).
#pragma once

#include "hub/addition.hpp"
#include "hub/lfs_batch.hpp"
#include "session/session.hpp"
#include "transfer/upload_progress.hpp"

#include <functional>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// One file to upload. Neither member is null; both outlive the call.
struct LfsItem {
  hub::AdditionState* addition{nullptr};
  UploadProgress::File* progress{nullptr};
};

/// Hashes what is not hashed yet, asks for the whereabouts, sends what the storage does not have, and marks the items
/// as uploaded. Up to `workers` files at a time, the parts of a file one after another; memory does not depend on
/// sizes.
///
/// The first failure stops the rest, is at rest when this returns, and names its file. Every request is tried again on
/// transient failures, and a repeat of the call finds what is stored already.
Result<void> upload_lfs(const Session& session, const hub::UploadTarget& target, const std::vector<LfsItem>& items,
                        int workers, const std::function<void()>& tick);

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
