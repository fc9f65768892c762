// SPDX-License-Identifier: Apache-2.0
/// @file
/// The file that a download writes into before it has its final name.
#pragma once

#include "core/files.hpp"
#include "transfer/byte_range.hpp"
#include "transfer/piece_journal.hpp"

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/result.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Which part file is wanted.
struct PartRequest {
  std::filesystem::path path{};         ///< `<stem>.<8 hex>.incomplete`, a name that nobody else makes.
  std::string etag{};                   ///< What identifies the content, in all processes.
  std::optional<std::uint64_t> size{};  ///< Of the content.
  bool may_resume{true};                ///< False: nothing of before is used, nor is anything left for later.
  /// Start of the names of part files of the same file with any content; empty where names begin with the ETag, so
  /// that another content is another file.
  std::string family{};
};

/// A part file that belongs to this process alone: it lies under a name of its own, and as long as it is open it is
/// locked (`flock`), whatever its size, which says that its owner lives. Content of more than 8 MiB has a journal, so that a later
/// process can go on where this one ended, however it ended.
///
/// One thread at a time. Movable.
class PartFile {
 public:
  /// Makes the file. What a dead process left of the same content is taken over: renamed to `request.path`, which one
  /// of several wins, and checked against its journal. Other left-overs of the file are removed; so are those of
  /// another content, which a log line says. Never touched: what has no journal of ours, and what is locked.
  static Result<PartFile> open(const PartRequest& request, const CancellationToken& cancel);

  PartFile(PartFile&& other) noexcept = default;
  PartFile& operator=(PartFile&& other) noexcept;
  /// Leaves the file for later if 8 MiB of it are there; removes it otherwise.
  ~PartFile();

  /// Reserves space for the whole content where the file system can do that, and begins the journal; before anything
  /// is written. Takes a file system in memory as long as writing would, so it is done while an answer is waited for.
  /// Nothing to do the second time, nor for what was taken over.
  Result<void> reserve();

  files::PositionalFile& file() noexcept { return file_; }
  /// Null where the content is too small for one, or of unknown size.
  PieceJournal* journal() noexcept { return journal_ ? &*journal_ : nullptr; }
  /// What was taken over, in order.
  [[nodiscard]] const std::vector<ByteRange>& present() const noexcept { return present_; }

  /// The content is whole: cuts the journal off and closes the file, which is then the caller's.
  Result<void> finish(std::uint64_t size);
  /// Nothing of it is any good: it will not be left for later.
  void discard() noexcept { is_worthless_ = true; }

 private:
  PartFile() = default;
  static std::optional<PartFile> adopt(const PartRequest& request);
  Result<void> create(const PartRequest& request);
  void close_unfinished() noexcept;

  files::PositionalFile file_{};
  std::filesystem::path path_{};
  std::optional<PieceJournal> journal_{};
  std::vector<ByteRange> present_{};
  std::uint64_t to_reserve_{0};
  bool is_longer_{false};  ///< Space was reserved, or there is a journal behind the content.
  bool is_worthless_{false};
};

/// What can be seen of the part files of one content: two that differ mean that somebody writes.
struct PartTrace {
  std::size_t count{0};
  std::uint64_t bytes{0};
  std::int64_t changed{0};  ///< The latest time, in nanoseconds.
  friend bool operator==(const PartTrace&, const PartTrace&) = default;
};

/// The part files of the content that `part` would be one of, whoever makes them.
PartTrace trace_parts(const std::filesystem::path& part);

/// Bytes on the disk that part files in `folder` take, which a download may find to be its own.
std::uint64_t disk_space_of_parts(const std::filesystem::path& folder);

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
