// SPDX-License-Identifier: Apache-2.0
/// @file
/// DDUF: a diffusion pipeline in one file, an archive without compression (`spec/safetensors.md` 10).
#pragma once

#include "huggingface_hub/export.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Bytes of a mapped file. Copies share the mapping and keep it; the file must not be cut meanwhile.
class DDUFBytes {
 public:
  DDUFBytes(char* data, std::size_t size, std::shared_ptr<const void> keep_alive) noexcept
      : data_(data), size_(size), keep_alive_(std::move(keep_alive)) {}

  [[nodiscard]] char* data() const noexcept { return data_; }  ///< May be written to; the file does not change.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::string_view view() const noexcept { return {data_, size_}; }
  [[nodiscard]] const std::shared_ptr<const void>& keep_alive() const noexcept { return keep_alive_; }

 private:
  char* data_;
  std::size_t size_;
  std::shared_ptr<const void> keep_alive_;
};

/// A file in a DDUF file.
struct DDUFEntry {
  std::filesystem::path dduf_path{};
  std::string filename{};   ///< As in `vae/config.json`.
  std::uint64_t length{0};  ///< Bytes.
  std::uint64_t offset{0};  ///< Of its first byte in the DDUF file.

  /// Its bytes, mapped. @throws HfIoError  the DDUF file is gone or shorter than it was.
  [[nodiscard]] HUGGINGFACE_HUB_EXPORT DDUFBytes as_mmap() const;
  /// Its bytes, copied; for the small ones. @throws HfIoError
  [[nodiscard]] HUGGINGFACE_HUB_EXPORT std::string read_text() const;
};

/// The entries of a DDUF file, in its order.
class DDUFEntries {
 public:
  explicit DDUFEntries(std::vector<DDUFEntry> entries) : entries_(std::move(entries)) {}

  [[nodiscard]] const DDUFEntry* find(std::string_view filename) const noexcept {
    for (const DDUFEntry& entry : entries_) {
      if (entry.filename == filename) return &entry;
    }
    return nullptr;
  }
  /// @throws EntryNotFoundError  there is none of that name.
  [[nodiscard]] HUGGINGFACE_HUB_EXPORT const DDUFEntry& at(std::string_view filename) const;

  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
  [[nodiscard]] std::vector<DDUFEntry>::const_iterator begin() const noexcept { return entries_.begin(); }
  [[nodiscard]] std::vector<DDUFEntry>::const_iterator end() const noexcept { return entries_.end(); }

 private:
  std::vector<DDUFEntry> entries_;
};

/// Reads the directory of a DDUF file, checks it and its `model_index.json`. No other content is read.
/// @throws DDUFCorruptedFileError  not an archive, a compressed or encrypted entry, entries over each other or outside of
///         the file, a name that is not allowed, no `model_index.json` or one that does not name each folder, a folder
///         without a configuration. Also if the library was built without minizip.
/// @throws HfIoError               it cannot be opened.
[[nodiscard]] HUGGINGFACE_HUB_EXPORT DDUFEntries read_dduf_file(const std::filesystem::path& path);

/// What is to become an entry.
class DDUFSource {
 public:
  /// The content of a file on the disk.
  static DDUFSource file(std::string filename, std::filesystem::path path) {
    return DDUFSource(std::move(filename), std::move(path), {}, false);
  }
  /// These bytes.
  static DDUFSource content(std::string filename, std::string bytes) {
    return DDUFSource(std::move(filename), {}, std::move(bytes), true);
  }

  [[nodiscard]] const std::string& filename() const noexcept { return filename_; }
  [[nodiscard]] bool is_content() const noexcept { return is_content_; }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  DDUFSource(std::string filename, std::filesystem::path path, std::string bytes, bool is_content)
      : filename_(std::move(filename)), path_(std::move(path)), bytes_(std::move(bytes)), is_content_(is_content) {}

  std::string filename_;
  std::filesystem::path path_;
  std::string bytes_;
  bool is_content_;
};

/// Gives the next entry, nothing at the end.
using NextDDUFSource = std::function<std::optional<DDUFSource>()>;

/// Writes a DDUF file from entries that are asked for one after the other, so that one is in memory at a time.
/// It appears under its name when it is complete; on failure nothing is left, and a file that was there stays.
/// @throws DDUFInvalidEntryNameError  a name that is not allowed. DDUFExportError  a name twice, no `model_index.json`, or
///         a structure that `read_dduf_file` would refuse; the disk did not take it; built without minizip.
/// @throws HfIoError  a file to be put in cannot be read. What `next` throws passes through.
HUGGINGFACE_HUB_EXPORT void export_entries_as_dduf(const std::filesystem::path& path, const NextDDUFSource& next);
/// The same from a list.
HUGGINGFACE_HUB_EXPORT void export_entries_as_dduf(const std::filesystem::path& path,
                                                   const std::vector<DDUFSource>& entries);

/// Writes the files of `folder` and of the folders in it that a DDUF file may have; others are left out.
/// @throws DDUFExportError, HfIoError  as `export_entries_as_dduf`.
HUGGINGFACE_HUB_EXPORT void export_folder_as_dduf(const std::filesystem::path& path, const std::filesystem::path& folder);

HUGGINGFACE_HUB_NAMESPACE_END
