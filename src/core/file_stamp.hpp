// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/result.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// What tells whether a file is still the one it was. As exact as the clock of the file system, which may tick as
/// slowly as every few milliseconds: equal stamps alone do not prove equal bytes.
struct FileStamp {
  std::int64_t changed_ns{0};   ///< Time of the last change of content or attributes.
  std::uint64_t device{0};
  std::uint64_t inode{0};
  std::int64_t modified_ns{0};  ///< Time of the last change of content.
  std::uint64_t size{0};

  friend bool operator==(const FileStamp&, const FileStamp&) = default;
};

/// The stamp of the regular file at `path`, symlinks followed. An `io` error if there is none, or no regular file.
Result<FileStamp> file_stamp(const std::filesystem::path& path);

/// True if whatever is written to the file from `now` on is bound to give it another stamp: the times of `stamp` lie
/// further back than the clock of the file system ticks. False as well where they lie in the future.
bool is_settled(const FileStamp& stamp, std::chrono::system_clock::time_point now) noexcept;

HUGGINGFACE_HUB_NAMESPACE_END
