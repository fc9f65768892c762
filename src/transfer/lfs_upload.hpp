// SPDX-License-Identifier: Apache-2.0
/// @file
/// LFS content to the Hub's storage (spec/hub-http.md 9.2).
#pragma once

#include "transfer/lfs_object.hpp"
#include "transfer/upload_hashes.hpp"

#include <functional>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Hashes what is not hashed yet, asks for the whereabouts, sends what the storage does not have, and marks the items
/// as uploaded. The items go through these steps in groups, so that bytes leave while the next ones are hashed. At
/// most `workers` files or parts of files are read at a time; memory does not depend on sizes.
///
/// The first failure stops the rest, is at rest when this returns, and names its file. Every request is tried again on
/// transient failures, and a repeat of the call finds what is stored already.
Result<void> upload_lfs(const Session& session, const hub::UploadTarget& target, const std::vector<LfsItem>& items,
                        const UploadHashes& hashes, int workers, const std::function<void()>& tick);

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
