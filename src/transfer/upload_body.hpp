// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/digest.hpp"
#include "hub/addition.hpp"
#include "transfer/upload_progress.hpp"

#include "huggingface_hub/http/request.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Content on its way out, in slices that follow one another. What is sent is digested once more on the way, so that
/// content that changed since it was hashed is noticed before its last byte leaves: a storage then never holds a
/// complete object of it, and no commit can name it.
///
/// One thread at a time. Slices are sent one after another; the addition and the progress must outlive this.
class ContentSender {
 public:
  ContentSender(const hub::AdditionState& addition, UploadProgress::File* progress);

  /// The body for the next `size` bytes. The slice before must have been accepted (`commit_slice`).
  std::shared_ptr<http::Body> slice(std::uint64_t size);

  /// The slice was received by the server: a repeat never goes back behind it.
  void commit_slice();

 private:
  class Slice;

  [[nodiscard]] Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t capacity);

  const hub::AdditionState& addition_;
  UploadProgress::File* progress_;
  std::unique_ptr<hub::ContentReader> reader_{};
  Digest accepted_{DigestKind::sha256};  ///< Of everything before the current slice.
  Digest running_{DigestKind::sha256};
  std::uint64_t start_{0};  ///< Of the current slice.
  std::uint64_t slice_size_{0};
};

/// A part of the content of a file or of bytes, read by itself: several go out side by side. Instead of a digest, the
/// stamp of the file is looked at before the last byte of the part leaves.
class PartBody final : public http::Body {
 public:
  /// `sent` is how far this part has got in any of its tries; it and the others must outlive this.
  PartBody(const hub::AdditionState& addition, std::uint64_t start, std::uint64_t size, UploadProgress::File& progress,
           std::atomic<std::uint64_t>& sent)
      : addition_(addition), start_(start), size_(size), progress_(progress), sent_(sent) {}

  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }
  Result<std::size_t> read(char* buffer, std::size_t capacity) override;
  Result<void> rewind() override;

 private:
  const hub::AdditionState& addition_;
  const std::uint64_t start_;
  const std::uint64_t size_;
  UploadProgress::File& progress_;
  std::atomic<std::uint64_t>& sent_;
  std::unique_ptr<hub::ContentReader> reader_{};
  std::uint64_t position_{0};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
