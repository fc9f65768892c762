// SPDX-License-Identifier: Apache-2.0
/// @file
/// What stands behind a `CommitOperationAdd`: the content, and how far its upload has got.
#pragma once

#include "core/file_stamp.hpp"

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/result.hpp"
#include "huggingface_hub/types/commit_operation.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace detail {

struct AdditionState {
  explicit AdditionState(UploadSource from) : source(std::move(from)) {}

  std::string path_in_repo{};
  UploadSource source;
  std::filesystem::path file{};  ///< The path, expanded; empty for bytes and streams.
  std::uint64_t size{0};
  std::string sample{};  ///< The first 512 bytes, until the Hub was asked.
  std::shared_ptr<const std::string> kept{};  ///< All of a small file, read together with the sample.
  FileStamp stamp{};     ///< Of `file`, when the operation was made.
  /// What has been hashed cannot have been written to since without another stamp (`is_settled`).
  bool stamp_is_proof{false};

  std::optional<std::string> sha256{};       ///< Hex, once computed.
  std::optional<std::string> git_blob_id{};  ///< Hex, once computed; regular files only.
  std::optional<UploadMode> upload_mode{};
  std::optional<std::string> remote_oid{};  ///< What the Hub has at the path: SHA-256 (LFS) or git blob id.
  bool should_ignore{false};
  bool is_uploaded{false};
  bool is_committed{false};
  bool is_card_validated{false};  ///< README.md only.

  /// The id that `remote_oid` is compared with, if known.
  [[nodiscard]] const std::optional<std::string>& local_oid() const noexcept {
    return upload_mode == UploadMode::lfs ? sha256 : git_blob_id;
  }
};

}  // namespace detail

namespace hub {

using detail::AdditionState;

/// `path` as it goes to the Hub (spec/transfer.md 8.1).
/// @throws HFValidationError
std::string validate_path_in_repo(const std::string& path);

/// Reads content at offsets. One thread at a time.
class ContentReader {
 public:
  virtual ~ContentReader() = default;
  /// 0 at the end.
  virtual Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t capacity) = 0;
};

/// A vanished file is an `io` error that names it.
Result<std::unique_ptr<ContentReader>> open_content(const AdditionState& addition);

/// Computes `sha256` or `git_blob_id`, reading with a fixed buffer. An error if the content is no longer as long as it
/// was, or `cancel` says so.
Result<void> compute_sha256(AdditionState& addition, const CancellationToken& cancel);
Result<void> compute_git_blob_id(AdditionState& addition, const CancellationToken& cancel);

/// The whole content; for small files such as README.md.
Result<std::string> read_content(const AdditionState& addition);

/// An error if the file is not the one that the operation was made for. Nothing to check for bytes and streams.
Result<void> check_unchanged(const AdditionState& addition);

/// The `integrity` error for content that changed under the upload.
Error changed_error(const AdditionState& addition, const std::string& how);

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
