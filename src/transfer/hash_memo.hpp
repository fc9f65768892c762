// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/file_stamp.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Remembers the digests of files between runs, by path, size, times and inode, so that an upload that goes on does not
/// read again what it has read. A help and no more: what cannot be read or written is as if it were not there.
///
/// One file of records of a fixed size for each uploaded folder. A record is appended in one piece under a lock and
/// has a check sum; what is torn, strange or of another time is passed over. Safe to share between threads, and the
/// file between processes.
class HashMemo {
 public:
  enum class Kind : std::uint8_t { git_blob = 1, sha256 = 2 };

  /// The memo for the files below `root`, kept in `folder`; null where `folder` is empty. The least recently used
  /// ones of other folders are removed beyond a few dozen.
  static std::unique_ptr<HashMemo> open(const std::filesystem::path& folder, const std::filesystem::path& root);

  ~HashMemo();  ///< Flushes.
  HashMemo(const HashMemo&) = delete;
  HashMemo& operator=(const HashMemo&) = delete;

  /// The digest (hex) of `file` if it was recorded with the very same stamp; the device does not count, since it may
  /// have another number after the next start of the machine.
  [[nodiscard]] std::optional<std::string> find(Kind kind, const std::filesystem::path& file,
                                                const FileStamp& stamp) const;

  /// `digest` is hex. Written with the next `flush`, which large files (long to read) cause at once.
  void record(Kind kind, const std::filesystem::path& file, const FileStamp& stamp, const std::string& digest);

  /// The record of `file` was wrong.
  void forget(Kind kind, const std::filesystem::path& file);

  void flush() noexcept;

  /// How many digests are known.
  [[nodiscard]] std::size_t size() const;

 private:
  static constexpr std::size_t kKeySize = 17;  // Kind, and half of the SHA-256 of the path.
  using Key = std::array<char, kKeySize>;
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };
  struct Entry {
    std::array<char, 32> digest{};  ///< Raw; unused bytes are zero.
    FileStamp stamp{};
  };
  using Entries = std::unordered_map<Key, Entry, KeyHash>;

  explicit HashMemo(std::filesystem::path file) : file_(std::move(file)) {}

  static Key key_of(Kind kind, const std::filesystem::path& file);
  static std::string record_of(const Key& key, const Entry& entry);
  /// Reads all records of `text` into `entries`, the later ones over the earlier; returns how many there were.
  static std::size_t read_records(const std::string& text, Entries& entries);
  void load();
  void compact(std::size_t most);

  const std::filesystem::path file_;
  mutable std::mutex mutex_{};
  Entries entries_{};
  std::string unwritten_{};  ///< Records.
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
