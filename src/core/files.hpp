// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace files {

namespace fs = std::filesystem;

/// An `io` error that names the file, the reason, and what to do about the common ones (full disk, permission).
Error io_error(std::string_view what, const fs::path& path, int system_error);

/// The whole file; fails beyond `limit` bytes.
Result<std::string> read_text(const fs::path& path, std::uint64_t limit = std::uint64_t{64} << 20);

/// Writes `content` under a temporary name in the same folder, then renames. Folders are created.
/// On failure nothing is left but what was there before. `mode` are POSIX bits before umask; nothing: 0666.
Result<void> write_atomic(const fs::path& path, std::string_view content, std::optional<unsigned> mode = {});

/// As `write_atomic`, but an existing file with the same content is left alone (no write at all), and the temporary
/// file is in `staging`, for folders in which every file has a meaning: a killed process leaves none there. Where
/// `staging` cannot be used (another file system, a file in its place), it is beside `path` all the same.
Result<void> write_if_changed(const fs::path& path, std::string_view content, const fs::path& staging);

/// `mkdir -p`; a file in the way is an error that names it.
Result<void> create_directories(const fs::path& path);

/// Replaces `to` by `from` atomically, on one file system.
Result<void> rename(const fs::path& from, const fs::path& to);

/// Copies the content to `temporary`, which must not exist and be on the file system of `to`, then renames.
Result<void> copy_atomic(const fs::path& from, const fs::path& to, const fs::path& temporary);

/// A name that no other process makes: `<stem>.<random>.<suffix>`.
std::string unique_name(std::string_view stem, std::string_view suffix);

/// True if symlinks can be made in `folder` (tried once per folder and process, as Python does).
bool are_symlinks_supported(const fs::path& folder);

/// Bytes free for this user on the file system of `path` or of its nearest existing parent.
std::optional<std::uint64_t> free_space(const fs::path& path);

/// True if `relative`, as sent by a server, is a relative path that stays inside: no empty, `.`, `..` segment, no
/// leading slash, no backslash, no NUL, no drive letter, no segment above 255 bytes. THE check for names that
/// become part of a path.
bool is_safe_relative_path(std::string_view relative) noexcept;

/// As above for one path segment (ETag, commit id, hash).
bool is_safe_name(std::string_view name) noexcept;

/// An open file written at offsets. Movable.
class PositionalFile {
 public:
  PositionalFile() = default;
  ~PositionalFile();
  PositionalFile(PositionalFile&& other) noexcept;
  PositionalFile& operator=(PositionalFile&& other) noexcept;
  /// Creates; fails if the file is there.
  static Result<PositionalFile> create_new(const fs::path& path);
  static Result<PositionalFile> open_read(const fs::path& path);
  static Result<PositionalFile> open_read_write(const fs::path& path);
  Result<void> write_at(std::uint64_t offset, const void* data, std::size_t size);
  /// 0 at the end of the file.
  Result<std::size_t> read_at(std::uint64_t offset, void* data, std::size_t size) const;
  Result<void> truncate(std::uint64_t size);
  /// Reserves space; not supported by the file system: success.
  Result<void> preallocate(std::uint64_t size);
  Result<std::uint64_t> size() const;
  Result<void> sync();
  /// Reports errors of delayed writes; the destructor closes silently.
  Result<void> close();
  [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }
  /// For system calls that have no place here; still owned by this object.
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }
  [[nodiscard]] const fs::path& path() const noexcept { return path_; }

 private:
  int descriptor_{-1};
  fs::path path_{};
};

}  // namespace files

HUGGINGFACE_HUB_NAMESPACE_END
