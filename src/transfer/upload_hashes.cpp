// SPDX-License-Identifier: Apache-2.0
#include "transfer/upload_hashes.hpp"

#include <chrono>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {
namespace {

using hub::AdditionState;

// Below, hashing again takes less time than looking up.
constexpr std::uint64_t kWorthRemembering = std::uint64_t{1} << 20;

using Compute = Result<void> (*)(AdditionState&, const CancellationToken&);

/// Computes `digest`, a member of `addition`, or takes it from the memo.
Result<void> compute(AdditionState& addition, std::optional<std::string>& digest, HashMemo* memo, HashMemo::Kind kind,
                     Compute compute_anew, const CancellationToken& cancel) {
  if (digest) return {};
  if (addition.file.empty() || addition.kept) return compute_anew(addition, cancel);
  // The real clock, whatever the session's: it is compared with times of the file system.
  const bool is_proof = is_settled(addition.stamp, std::chrono::system_clock::now());
  if (memo != nullptr && is_proof) digest = memo->find(kind, addition.file, addition.stamp);
  if (!digest) {
    Result<void> computed = compute_anew(addition, cancel);
    if (!computed.ok()) return computed;
    const Result<FileStamp> now = file_stamp(addition.file);
    if (memo != nullptr && is_proof && now.ok() && *now == addition.stamp) {
      memo->record(kind, addition.file, addition.stamp, *digest);
    }
  }
  addition.stamp_is_proof = is_proof;
  return {};
}

}  // namespace

UploadHashes UploadHashes::remembered(const Config& config, const std::filesystem::path& root, std::uint64_t bytes) {
  if (config.hf_home.empty() || bytes < kWorthRemembering) return UploadHashes();
  return UploadHashes(HashMemo::open(config.hf_home / "cpp" / "upload-hashes", root));
}

Result<void> UploadHashes::compute_sha256(AdditionState& addition, const CancellationToken& cancel) const {
  return compute(addition, addition.sha256, memo_.get(), HashMemo::Kind::sha256, &hub::compute_sha256, cancel);
}

Result<void> UploadHashes::compute_git_blob_id(AdditionState& addition, const CancellationToken& cancel) const {
  return compute(addition, addition.git_blob_id, memo_.get(), HashMemo::Kind::git_blob, &hub::compute_git_blob_id,
                 cancel);
}

void UploadHashes::forget(const AdditionState& addition) const {
  if (!memo_ || addition.file.empty()) return;
  memo_->forget(HashMemo::Kind::sha256, addition.file);
  memo_->forget(HashMemo::Kind::git_blob, addition.file);
}

void UploadHashes::flush() const noexcept {
  if (memo_) memo_->flush();
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
