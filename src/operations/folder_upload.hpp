// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/folder.hpp"
#include "operations/commit_sequence.hpp"

#include "huggingface_hub/progress.hpp"

#include <filesystem>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// What of a folder goes where.
struct FolderPlan {
  std::vector<CommitOperationDelete> deletions{};
  std::vector<FolderFile> files{};
  std::filesystem::path folder{};
  std::string prefix{};  ///< Before the name of each file in the repository; empty or with a slash at its end.
};

/// Uploads a folder of any size (spec/transfer.md 8.3): batch by batch, files are looked at, hashed, asked about and
/// sent, while the batch before is committed. Memory depends neither on the number of files nor on their sizes, but for
/// the names. Up to 1000 files with up to 100 MiB that the Hub keeps in git are one commit.
///
/// May be repeated after any failure: what is committed, stored or hashed is not sent, or read, again.
CommitInfo upload_folder(const Session& session, const hub::UploadTarget& target, FolderPlan plan,
                         const CommitText& text, int num_threads, const ProgressCallback& callback);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
