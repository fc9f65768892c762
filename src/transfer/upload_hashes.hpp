// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hub/addition.hpp"
#include "transfer/hash_memo.hpp"

#include "huggingface_hub/config.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Computes the digests of what is uploaded, unless an earlier run has. Safe to share between threads, each with an
/// addition of its own.
class UploadHashes {
 public:
  /// `memo` may be null: then everything is read.
  explicit UploadHashes(std::unique_ptr<HashMemo> memo = nullptr) : memo_(std::move(memo)) {}

  /// With the memo for the files below `root` under the user's cache, where there is one and `bytes`, all there is to
  /// hash, are worth it.
  static UploadHashes remembered(const Config& config, const std::filesystem::path& root, std::uint64_t bytes);

  Result<void> compute_sha256(hub::AdditionState& addition, const CancellationToken& cancel) const;
  Result<void> compute_git_blob_id(hub::AdditionState& addition, const CancellationToken& cancel) const;

  /// The content was not what its digest says.
  void forget(const hub::AdditionState& addition) const;

  /// Makes sure that what is known outlives the process.
  void flush() const noexcept;

 private:
  std::unique_ptr<HashMemo> memo_;
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
