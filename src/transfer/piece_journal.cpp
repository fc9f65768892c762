// SPDX-License-Identifier: Apache-2.0
#include "transfer/piece_journal.hpp"

#include "core/log.hpp"

#include <algorithm>
#include <array>
#include <cstring>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

constexpr std::uint64_t kMagic = 0x31'4A'54'52'50'42'55'48;  // "HUBPRTJ1" where the lowest byte comes first.
constexpr std::uint64_t kAlignment = 4096;
constexpr std::size_t kHeaderSize = 1024;
constexpr std::size_t kSlotSize = 16;
constexpr std::uint64_t kNoteEach = std::uint64_t{256} << 10;
constexpr std::size_t kVerifySize = std::size_t{256} << 10;
constexpr std::size_t kTextAt = 32;

using Header = std::array<char, kHeaderSize>;

std::uint64_t base_for(std::uint64_t size) noexcept { return (size + kAlignment - 1) / kAlignment * kAlignment; }

std::uint64_t load(const char* from) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, from, sizeof value);
  return value;
}

void store(char* to, std::uint64_t value) noexcept { std::memcpy(to, &value, sizeof value); }

// The checksum stands in the header and counts as zero in itself.
std::uint64_t checksum_of(Header header) noexcept {
  store(header.data() + 24, 0);
  PieceHash hash(kMagic);
  hash.update(header.data(), header.size());
  return hash.value();
}

void append_text(Header& header, std::size_t& at, const std::string& text) {
  const auto length = static_cast<std::uint16_t>(std::min(text.size(), std::size_t{400}));
  std::memcpy(header.data() + at, &length, sizeof length);
  std::memcpy(header.data() + at + sizeof length, text.data(), length);
  at += sizeof length + length;
}

std::string read_text(const Header& header, std::size_t& at) {
  std::uint16_t length = 0;
  std::memcpy(&length, header.data() + at, sizeof length);
  at += sizeof length;
  if (length > 400) return {};
  std::string text(header.data() + at, length);
  at += length;
  return text;
}

std::optional<Header> read_header(const files::PositionalFile& file, std::uint64_t size) {
  Header header{};
  const Result<std::size_t> got = file.read_at(base_for(size), header.data(), header.size());
  if (!got.ok() || *got != header.size() || load(header.data()) != kMagic || load(header.data() + 8) != size ||
      load(header.data() + 16) != PieceJournal::kPieceSize || load(header.data() + 24) != checksum_of(header)) {
    return std::nullopt;
  }
  return header;
}

std::uint64_t pieces_of(std::uint64_t size) noexcept {
  return (size + PieceJournal::kPieceSize - 1) / PieceJournal::kPieceSize;
}

}  // namespace

PieceJournal::PieceJournal(std::string etag, std::uint64_t size)
    : etag_(std::move(etag)), size_(size), pieces_(static_cast<std::size_t>(pieces_of(size))) {}

std::uint64_t PieceJournal::base() const noexcept { return base_for(size_); }

std::uint64_t PieceJournal::file_size() const noexcept { return base() + kHeaderSize + kSlotSize * pieces_.size(); }

ByteRange PieceJournal::range_of(std::uint64_t piece) const noexcept {
  return {piece * kPieceSize, std::min((piece + 1) * kPieceSize, size_)};
}

std::optional<PieceJournal> PieceJournal::read(const files::PositionalFile& file, const std::string& etag,
                                               std::uint64_t size) {
  const std::optional<Header> header = read_header(file, size);
  if (!header) return std::nullopt;
  std::size_t at = kTextAt;
  if (read_text(*header, at) != etag) return std::nullopt;
  PieceJournal journal(etag, size);
  journal.validator_ = read_text(*header, at);

  std::vector<char> slots(kSlotSize * journal.pieces_.size());
  const Result<std::size_t> got = file.read_at(journal.base() + kHeaderSize, slots.data(), slots.size());
  if (!got.ok()) return std::nullopt;
  for (std::size_t i = 0; (i + 1) * kSlotSize <= *got; ++i) {
    Piece& piece = journal.pieces_[i];
    piece.prefix = load(slots.data() + i * kSlotSize);
    piece.checksum = load(slots.data() + i * kSlotSize + 8);
    if (piece.prefix > journal.range_of(i).size()) piece = {};
    piece.noted = piece.prefix;
  }
  return journal;
}

bool PieceJournal::is_part(const files::PositionalFile& file) {
  const Result<std::uint64_t> total = file.size();
  if (!total.ok()) return false;
  // The header lies at a multiple of 4 KiB, with less than a slot for each piece behind it.
  const std::uint64_t longest = kHeaderSize + kAlignment + kSlotSize * (pieces_of(*total) + 1);
  std::uint64_t at = *total / kAlignment * kAlignment;
  for (;;) {
    std::array<char, kTextAt> start{};
    const Result<std::size_t> got = file.read_at(at, start.data(), start.size());
    if (!got.ok()) return false;
    if (*got == start.size() && load(start.data()) == kMagic) {
      const std::uint64_t size = load(start.data() + 8);
      if (base_for(size) == at && read_header(file, size)) return true;
    }
    if (at < kAlignment || *total - at > longest) return false;
    at -= kAlignment;
  }
}

void PieceJournal::write(files::PositionalFile& file, std::uint64_t offset, const void* data, std::size_t size) {
  if (is_broken_) return;
  if (const Result<void> written = file.write_at(offset, data, size); !written.ok()) {
    is_broken_ = true;
    log_debug("What has arrived is not noted any more: " + written.error().message);
  }
}

void PieceJournal::write_header(files::PositionalFile& file) {
  Header header{};
  store(header.data(), kMagic);
  store(header.data() + 8, size_);
  store(header.data() + 16, kPieceSize);
  std::size_t at = kTextAt;
  append_text(header, at, etag_);
  append_text(header, at, validator_);
  store(header.data() + 24, checksum_of(header));
  write(file, base(), header.data(), header.size());
}

void PieceJournal::write_slot(files::PositionalFile& file, std::uint64_t piece) {
  Piece& noted = pieces_[static_cast<std::size_t>(piece)];
  noted.noted = noted.prefix;
  std::array<char, kSlotSize> slot{};
  store(slot.data(), noted.prefix);
  store(slot.data() + 8, noted.checksum);
  write(file, base() + kHeaderSize + piece * kSlotSize, slot.data(), slot.size());
}

void PieceJournal::start(files::PositionalFile& file) { write_header(file); }

void PieceJournal::set_validator(files::PositionalFile& file, const std::string& validator) {
  if (validator == validator_ || validator.size() > 400) return;
  validator_ = validator;
  write_header(file);
}

std::uint64_t PieceJournal::noted_bytes() const noexcept {
  std::uint64_t sum = 0;
  for (const Piece& piece : pieces_) sum += piece.noted;
  return sum;
}

Result<PieceHash> PieceJournal::hash_of(const files::PositionalFile& file, ByteRange range,
                                        const CancellationToken& cancel) {
  PieceHash hash;
  std::vector<char> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(kVerifySize, range.size())));
  for (std::uint64_t at = range.begin; at < range.end;) {
    if (cancel.is_cancelled()) return as_result([&] { cancel.throw_if_cancelled(); }).error();
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), range.end - at));
    const Result<std::size_t> got = file.read_at(at, buffer.data(), wanted);
    if (!got.ok()) return got.error();
    if (*got == 0) break;  // Shorter than it was: the checksum will not match.
    hash.update(buffer.data(), *got);
    at += *got;
  }
  return hash;
}

Result<std::vector<ByteRange>> PieceJournal::verify(files::PositionalFile& file, const CancellationToken& cancel) {
  std::vector<ByteRange> present;
  growing_.clear();
  for (std::uint64_t i = 0; i < pieces_.size(); ++i) {
    Piece& piece = pieces_[static_cast<std::size_t>(i)];
    piece.prefix = piece.noted;
    piece.scattered = 0;
    if (piece.noted == 0) continue;
    const ByteRange range{range_of(i).begin, range_of(i).begin + piece.noted};
    const Result<PieceHash> hash = hash_of(file, range, cancel);
    if (!hash.ok()) return hash.error();
    if (hash->value() != piece.checksum) {
      forget(file, range.begin);
      continue;
    }
    if (range.end != range_of(i).end) growing_.emplace(i, *hash);
    if (!present.empty() && present.back().end == range.begin) {
      present.back().end = range.end;
    } else {
      present.push_back(range);
    }
  }
  return present;
}

void PieceJournal::note(files::PositionalFile& file, std::uint64_t offset, const char* data, std::size_t size) {
  while (size > 0) {
    const std::uint64_t piece = offset / kPieceSize;
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(size, range_of(piece).end - offset));
    note_in_piece(file, piece, offset, data, part);
    offset += part;
    data += part;
    size -= part;
  }
}

void PieceJournal::note_in_piece(files::PositionalFile& file, std::uint64_t index, std::uint64_t offset,
                                 const char* data, std::size_t size) {
  Piece& piece = pieces_[static_cast<std::size_t>(index)];
  const ByteRange range = range_of(index);
  if (offset == range.begin + piece.prefix) {
    PieceHash& hash = growing_.try_emplace(index).first->second;
    hash.update(data, size);
    piece.prefix += size;
    piece.checksum = hash.value();
  } else {
    piece.scattered += size;
  }
  if (piece.prefix < range.size() && piece.prefix + piece.scattered >= range.size()) {
    // Several connections had a part of it each. Its last bytes are in place now.
    if (const Result<PieceHash> hash = hash_of(file, range, {}); hash.ok()) {
      piece.prefix = range.size();
      piece.checksum = hash->value();
    }
  }
  const bool is_whole = piece.prefix == range.size();
  if (is_whole) growing_.erase(index);
  if (is_whole || piece.prefix - piece.noted >= kNoteEach) write_slot(file, index);
}

void PieceJournal::forget(files::PositionalFile& file, std::uint64_t offset) {
  const std::uint64_t index = offset / kPieceSize;
  pieces_[static_cast<std::size_t>(index)] = {};
  growing_.erase(index);
  write_slot(file, index);
}

void PieceJournal::forget_all(files::PositionalFile& file) {
  for (std::uint64_t i = 0; i < pieces_.size(); ++i) {
    if (pieces_[static_cast<std::size_t>(i)].noted > 0) {
      forget(file, i * kPieceSize);
    } else {
      pieces_[static_cast<std::size_t>(i)] = {};
    }
  }
  growing_.clear();
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
