// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a commit does: adds, deletes and copies.
#pragma once

#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace detail {
struct AdditionState;
}  // namespace detail

/// Where the content of an uploaded file comes from: `path_or_fileobj` in Python. Text is a path, as there; content
/// in memory is given by `from_bytes`.
class UploadSource {
 public:
  UploadSource(std::filesystem::path path) : path_(std::move(path)) {}                    // NOLINT(google-explicit-constructor)
  UploadSource(const std::string& path) : UploadSource(std::filesystem::path(path)) {}    // NOLINT(google-explicit-constructor)
  UploadSource(const char* path) : UploadSource(std::filesystem::path(path)) {}           // NOLINT(google-explicit-constructor)

  /// The content itself. Copies of the source share it.
  static UploadSource from_bytes(std::string content) {
    UploadSource source;
    source.bytes_ = std::make_shared<const std::string>(std::move(content));
    return source;
  }

  /// A binary stream that can seek; read from its beginning, more than once. Nobody else may use it until the
  /// commit is done.
  static UploadSource from_stream(std::shared_ptr<std::istream> stream) {
    UploadSource source;
    source.stream_ = std::move(stream);
    return source;
  }

  /// Empty for bytes and streams. A leading `~` is expanded.
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  /// Null for paths and streams.
  [[nodiscard]] const std::shared_ptr<const std::string>& bytes() const noexcept { return bytes_; }
  /// Null for paths and bytes.
  [[nodiscard]] const std::shared_ptr<std::istream>& stream() const noexcept { return stream_; }

 private:
  UploadSource() = default;
  std::filesystem::path path_{};
  std::shared_ptr<const std::string> bytes_{};
  std::shared_ptr<std::istream> stream_{};
};

/// How the Hub stores a file: in git, or outside of it with a pointer in git. The Hub decides.
enum class UploadMode { regular, lfs };

/// Adds a file, or replaces it.
///
/// Copies share one state, as in Python: what `preupload_lfs_files` has uploaded, `create_commit` does not upload
/// again. An operation can be committed once. One thread at a time.
class HUGGINGFACE_HUB_EXPORT CommitOperationAdd {
 public:
  /// Reads the size of the content and its first 512 bytes.
  ///
  /// @param path_in_repo     Path from the root of the repository. One leading `/` or `./` is dropped.
  /// @param path_or_fileobj  The content: a file, bytes, or a stream that can seek.
  ///
  /// @throws HFValidationError  `path_in_repo` is empty, is `.`, has a `..` segment, or one called `.git` or
  ///                            `.cache`; or the source is a path where no file is.
  /// @throws HfIoError          the source cannot be read.
  CommitOperationAdd(const std::string& path_in_repo, UploadSource path_or_fileobj);

  [[nodiscard]] const std::string& path_in_repo() const noexcept;
  /// Bytes of the content, as they were when the operation was made.
  [[nodiscard]] std::uint64_t size() const noexcept;
  /// Unset until the Hub was asked.
  [[nodiscard]] std::optional<UploadMode> upload_mode() const noexcept;
  /// The Hub's `.gitignore` matches the path: neither uploaded nor committed.
  [[nodiscard]] bool should_ignore() const noexcept;
  /// The content is in the Hub's storage (never for regular files, which travel in the commit itself).
  [[nodiscard]] bool is_uploaded() const noexcept;
  [[nodiscard]] bool is_committed() const noexcept;

  /// For the library itself.
  [[nodiscard]] detail::AdditionState& state() const noexcept { return *state_; }

 private:
  std::shared_ptr<detail::AdditionState> state_;
};

/// Deletes a file or a folder.
class HUGGINGFACE_HUB_EXPORT CommitOperationDelete {
 public:
  /// @param path_in_repo  As for `CommitOperationAdd`.
  /// @param is_folder     Unset: a folder if the path ends in `/`.
  /// @throws HFValidationError  as for `CommitOperationAdd`.
  explicit CommitOperationDelete(const std::string& path_in_repo, std::optional<bool> is_folder = std::nullopt);

  [[nodiscard]] const std::string& path_in_repo() const noexcept { return path_in_repo_; }
  [[nodiscard]] bool is_folder() const noexcept { return is_folder_; }

 private:
  std::string path_in_repo_;
  bool is_folder_;
};

/// Where a copy comes from, if not from the revision that is committed to.
struct CopySource {
  std::optional<std::string> src_repo_id{};     ///< Another repository, in the same storage region.
  std::optional<RepoType> src_repo_type{};      ///< Needed with `src_repo_id`, and only then.
  std::optional<std::string> src_revision{};    ///< Unset: the revision committed to; of another repository, `main`.
};

/// Copies a file. LFS content is not moved; a regular file is fetched and sent with the commit.
class HUGGINGFACE_HUB_EXPORT CommitOperationCopy {
 public:
  /// @throws HFValidationError  as for `CommitOperationAdd`; or only one of `src_repo_id` and `src_repo_type` is set.
  CommitOperationCopy(const std::string& src_path_in_repo, const std::string& path_in_repo, CopySource source = {});

  [[nodiscard]] const std::string& src_path_in_repo() const noexcept { return src_path_in_repo_; }
  [[nodiscard]] const std::string& path_in_repo() const noexcept { return path_in_repo_; }
  [[nodiscard]] const CopySource& source() const noexcept { return source_; }

 private:
  std::string src_path_in_repo_;
  std::string path_in_repo_;
  CopySource source_;
};

using CommitOperation = std::variant<CommitOperationAdd, CommitOperationDelete, CommitOperationCopy>;

HUGGINGFACE_HUB_NAMESPACE_END
