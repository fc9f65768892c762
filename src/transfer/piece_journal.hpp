// SPDX-License-Identifier: Apache-2.0
/// @file
/// What of an unfinished file is there, written down so that another process can believe it.
///
/// The journal lies behind the content, in the same file: at the next multiple of 4 KiB after the size that the whole
/// will have. One file can be locked, adopted by one rename, and cleaned away by any client of the cache; content and
/// journal never part. The finished file is cut to its size before it gets its final name.
///
///     offset 0     u64 magic  u64 size  u64 piece size  u64 checksum of the header
///                  u16 length, etag   u16 length, validator                       (1 KiB in all)
///     offset 1024  for each piece: u64 bytes of it that are there from its start, u64 checksum of them
///
/// Numbers are in the order of the machine: a part file that moved to another kind of machine is not trusted, nor is
/// one whose header is not whole. Nothing is synced: after a crash of the machine, checksums that do not match say what
/// was lost.
#pragma once

#include "core/files.hpp"
#include "transfer/byte_range.hpp"
#include "transfer/piece_hash.hpp"

#include "huggingface_hub/cancellation.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Pieces are noted as they grow, so a process that is killed loses at most a quarter of a MiB of each connection.
///
/// One thread. The file belongs to the caller and must stay open.
class PieceJournal {
 public:
  static constexpr std::uint64_t kPieceSize = std::uint64_t{1} << 20;

  /// A journal for content called `etag` of `size` bytes of which nothing is there.
  PieceJournal(std::string etag, std::uint64_t size);

  /// The journal behind the content of `file`, if there is one for exactly this content.
  static std::optional<PieceJournal> read(const files::PositionalFile& file, const std::string& etag,
                                          std::uint64_t size);
  /// True if `file` ends in the journal of any content, which only part files of this library do.
  static bool is_part(const files::PositionalFile& file);

  /// Bytes of the part file, journal included.
  [[nodiscard]] std::uint64_t file_size() const noexcept;
  /// Writes the header. What cannot be written is lost for a later process, and nothing else.
  void start(files::PositionalFile& file);
  /// Remembers the strong ETag that the storage calls the content by, for `If-Range`.
  void set_validator(files::PositionalFile& file, const std::string& validator);
  [[nodiscard]] const std::string& validator() const noexcept { return validator_; }

  /// Bytes that another process would find noted.
  [[nodiscard]] std::uint64_t noted_bytes() const noexcept;

  /// Reads what is noted and forgets what is not as it was. Fails where the file cannot be read or `cancel` says so.
  /// Gives the ranges that are there, in order, neighbours joined.
  Result<std::vector<ByteRange>> verify(files::PositionalFile& file, const CancellationToken& cancel);

  /// `size` bytes were written at `offset`. Each byte is to be noted once.
  void note(files::PositionalFile& file, std::uint64_t offset, const char* data, std::size_t size);

  /// The piece at `offset` is to be fetched again.
  void forget(files::PositionalFile& file, std::uint64_t offset);
  void forget_all(files::PositionalFile& file);

 private:
  struct Piece {
    std::uint64_t prefix{0};     ///< Bytes from its start that are there.
    std::uint64_t checksum{0};   ///< Of what the slot tells.
    std::uint64_t scattered{0};  ///< Bytes behind a gap.
    std::uint64_t noted{0};      ///< Of `prefix`, what stands in the slot.
  };

  [[nodiscard]] ByteRange range_of(std::uint64_t piece) const noexcept;
  [[nodiscard]] std::uint64_t base() const noexcept;
  void note_in_piece(files::PositionalFile& file, std::uint64_t piece, std::uint64_t offset, const char* data,
                     std::size_t size);
  void write_header(files::PositionalFile& file);
  void write_slot(files::PositionalFile& file, std::uint64_t piece);
  void write(files::PositionalFile& file, std::uint64_t offset, const void* data, std::size_t size);
  static Result<PieceHash> hash_of(const files::PositionalFile& file, ByteRange range, const CancellationToken& cancel);

  std::string etag_;
  std::uint64_t size_;
  std::string validator_{};
  std::vector<Piece> pieces_;
  std::map<std::uint64_t, PieceHash> growing_{};
  bool is_broken_{false};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
