// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a commit consists of, decided without any request (spec/transfer.md 8.2). The engine that uploads is apart from
/// this: it may be another one.
#pragma once

#include "hub/addition.hpp"
#include "hub/lfs_batch.hpp"

#include "huggingface_hub/types/commit_operation.hpp"

#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// `folder/` is `folder` wherever it is looked for.
std::string without_trailing_slashes(std::string path);

/// The additions among `operations`, in order.
std::vector<hub::AdditionState*> additions_in(const std::vector<CommitOperation>& operations);

/// @throws HFValidationError  title, parent or an operation cannot be meant.
void validate_commit(const std::vector<CommitOperation>& operations, const std::string& commit_message,
                     const std::optional<std::string>& parent_commit, const hub::UploadTarget& target);

/// Warnings about what is legal and probably not meant: a path written twice, or deleted after it was added; data files
/// outside of datasets.
std::vector<std::string> commit_warnings(const std::vector<CommitOperation>& operations, RepoType type);

/// What a copy moves, once source and destination were looked up.
struct ResolvedCopy {
  std::optional<std::string> content{};           ///< Of a regular file.
  std::optional<std::string> destination_blob{};  ///< What is at the destination now.
  std::optional<std::string> sha256{};            ///< Of an LFS file.
  std::optional<std::string> source_blob{};       ///< Only within one repository.
};

/// The operations that change something, in order. Dropped are additions and copies of what is there already, unless
/// the same commit deletes the path or a folder above it, and additions that the Hub ignores. `copies` has one entry
/// for each copy among `operations`, in order.
std::vector<std::size_t> effective_operations(const std::vector<CommitOperation>& operations,
                                              const std::vector<ResolvedCopy>& copies);

/// The content of a root `.gitignore` among `additions`.
Result<std::optional<std::string>> gitignore_in(const std::vector<hub::AdditionState*>& additions);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
