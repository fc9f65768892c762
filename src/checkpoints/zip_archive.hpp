// SPDX-License-Identifier: Apache-2.0
// ZIP archives whose entries are stored and not compressed, as checkpoints are: where each entry lies.
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {

/// An entry and the bytes of the archive that are its content.
struct ZipEntry {
  std::string name{};
  std::uint64_t offset{0};  ///< Of its first byte in the archive.
  std::uint64_t size{0};
};

inline constexpr std::size_t kMaxZipEntries = 100'000;
inline constexpr std::size_t kMaxZipNameLength = 4096;

/// Why an archive was refused.
enum class ZipProblem {
  not_an_archive,  ///< No directory, or one that is damaged.
  compressed,      ///< An entry is not stored as it is.
  bad_entry,       ///< Encrypted, outside of the file, one over the other, of two names, or too many.
  absent,          ///< Built without a library for archives.
};

/// Thrown by `read_stored_zip`; callers turn it into the error of their format.
struct ZipFailure {
  ZipProblem problem{ZipProblem::not_an_archive};
  std::string why{};    ///< A sentence, without the archive's name.
  std::string entry{};  ///< The entry concerned, if any.
};

/// The entries of the archive `bytes` in the order of its directory. Nothing is copied or unpacked. Promised of each
/// entry: it is stored, its bytes lie in the archive, and over those of no other entry; no two have one name.
/// @param visit  Called with each entry's name before its content is looked for; may throw.
/// @throws ZipFailure
std::vector<ZipEntry> read_stored_zip(std::string_view bytes, const std::function<void(const std::string&)>& visit = {});

/// Writes an archive of stored entries, as Python's `zipfile` does: sizes of 64 bits, one fixed date. It is written beside
/// its place, and appears there with `commit`; without that nothing is left.
class ZipWriter {
 public:
  /// @throws ZipFailure
  explicit ZipWriter(const std::filesystem::path& path);
  ~ZipWriter();
  ZipWriter(const ZipWriter&) = delete;
  ZipWriter& operator=(const ZipWriter&) = delete;

  /// One entry after the other: `begin`, any number of `write`, `end`. @throws ZipFailure  the disk did not take it.
  void begin(const std::string& name);
  void write(const void* data, std::size_t size);
  void end();
  void commit();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
