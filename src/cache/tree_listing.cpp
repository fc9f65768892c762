// SPDX-License-Identifier: Apache-2.0
#include "cache/tree_listing.hpp"

#include "core/files.hpp"
#include "core/log.hpp"
#include "huggingface_hub/cache/layout.hpp"

#include <nlohmann/json.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

namespace {

using nlohmann::json;

constexpr std::uint64_t kFormatVersion = 1;
constexpr unsigned kListingMode = 0600;  // spec/cache.md 2.8: Python makes it with mkstemp
constexpr std::uint64_t kLargestListing = std::uint64_t{512} << 20;

/// Reads a listing as it is parsed: as a tree of JSON first, that of many files would take four times its own memory.
/// What is not known is passed over. Of members that come twice the last counts.
class ListingReader final : public nlohmann::json_sax<json> {
 public:
  /// Nothing where `text` is no listing of this format.
  static std::optional<TreeListing> read(const std::string& text) {
    ListingReader reader;
    const bool is_usable = json::sax_parse(text, &reader) && reader.has_files_ && reader.version_ == kFormatVersion;
    return is_usable ? std::optional(std::move(reader.listing_)) : std::nullopt;
  }

  bool null() override {
    if (skipped_ > 0) return true;
    if (level_ != Level::entry) return !is_known();
    if (key_ == "lfs_sha256") return file_.lfs_sha256.reset(), true;
    if (key_ == "lfs_size") return file_.lfs_size.reset(), true;
    if (key_ == "xet_hash") return file_.xet_hash.reset(), true;
    return !is_known();
  }
  bool boolean(bool) override { return is_passed_over(); }
  bool number_integer(number_integer_t) override { return is_passed_over(); }  // Negative ones.
  bool number_float(number_float_t, const string_t&) override { return is_passed_over(); }
  bool binary(binary_t&) override { return is_passed_over(); }
  bool number_unsigned(number_unsigned_t value) override {
    if (skipped_ > 0) return true;
    if (level_ == Level::document && key_ == "format_version") return version_ = value, true;
    if (level_ == Level::entry && key_ == "size") return size_ = value, true;
    if (level_ == Level::entry && key_ == "lfs_size") return file_.lfs_size = value, true;
    return !is_known();
  }
  bool string(string_t& value) override {
    if (skipped_ > 0) return true;
    if (level_ == Level::entry && key_ == "blob_id") return file_.blob_id = std::move(value), true;
    if (level_ == Level::entry && key_ == "lfs_sha256") return file_.lfs_sha256 = std::move(value), true;
    if (level_ == Level::entry && key_ == "xet_hash") return file_.xet_hash = std::move(value), true;
    return !is_known();
  }
  bool key(string_t& name) override {
    if (skipped_ == 0) (level_ == Level::files ? path_ : key_) = std::move(name);
    return true;
  }
  bool start_object(std::size_t) override {
    if (skipped_ > 0) return ++skipped_, true;
    if (level_ == Level::nothing) return level_ = Level::document, true;
    if (level_ == Level::document && key_ == "files") {
      listing_.clear();
      return level_ = Level::files, true;
    }
    if (level_ == Level::files) {
      file_ = {};
      size_.reset();
      return level_ = Level::entry, true;
    }
    return start_array(0);
  }
  bool end_object() override {
    if (skipped_ > 0) return --skipped_, true;
    if (level_ == Level::entry) return level_ = Level::files, add_entry();
    has_files_ = has_files_ || level_ == Level::files;
    return level_ = level_ == Level::files ? Level::document : Level::nothing, true;
  }
  bool start_array(std::size_t) override {
    if (skipped_ == 0 && is_known()) return false;
    return ++skipped_, true;
  }
  bool end_array() override { return --skipped_, true; }
  bool parse_error(std::size_t, const std::string&, const json::exception&) override { return false; }

 private:
  enum class Level { nothing, document, files, entry };

  /// What has this name has another type.
  [[nodiscard]] bool is_known() const noexcept {
    switch (level_) {
      case Level::nothing: return true;
      case Level::document: return key_ == "format_version" || key_ == "files";
      case Level::files: return true;
      case Level::entry: break;
    }
    return key_ == "size" || key_ == "blob_id" || key_ == "lfs_sha256" || key_ == "lfs_size" || key_ == "xet_hash";
  }
  [[nodiscard]] bool is_passed_over() const noexcept { return skipped_ > 0 || !is_known(); }

  bool add_entry() {
    if (!size_ || file_.blob_id.empty() || (file_.lfs_sha256 && !file_.lfs_size)) return false;
    if (!file_.lfs_sha256) file_.lfs_size.reset();
    if (file_.xet_hash && !is_xet_hash(*file_.xet_hash)) return false;
    if (!is_plain_name(file_.etag()) || !files::is_safe_relative_path(path_)) return false;
    file_.size = *size_;
    listing_.insert_or_assign(listing_.end(), std::move(path_), std::move(file_));
    return true;
  }

  Level level_{Level::nothing};
  std::size_t skipped_{0};  ///< How deep in something that nobody reads.
  std::string key_{};
  std::string path_{};
  std::optional<std::uint64_t> size_{};
  ListedFile file_{};
  std::optional<std::uint64_t> version_{};
  bool has_files_{false};
  TreeListing listing_{};
};

bool is_folder(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_directory(path, ignored);
}

// Set up so that several users write to it: then what one has asked for serves the others.
bool is_shared_by_group(const std::filesystem::path& folder) {
  struct stat status {};
  return ::stat(folder.c_str(), &status) == 0 && (status.st_mode & (S_ISGID | S_IWGRP)) != 0;
}

}  // namespace

bool is_xet_hash(const std::string& text) noexcept {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

std::optional<TreeListing> read_tree_listing(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) return std::nullopt;
  const Result<std::string> text = files::read_text(path, kLargestListing);
  if (!text.ok()) {
    // Python makes it readable for its owner alone, also in a cache of a group.
    if (text.error().system_error == EACCES) return std::nullopt;
    log_warning("A kept tree listing cannot be read: " + text.error().message);
    return std::nullopt;
  }
  if (std::optional<TreeListing> listing = ListingReader::read(*text)) return listing;
  log_warning("A kept tree listing is not usable and is ignored: " + path.string());
  return std::nullopt;
}

// Written by hand: the members in Python's order, and an ordered map of the JSON library would look at every earlier
// path for each new one.
std::string print_tree_listing(const TreeListing& listing) {
  const auto quoted = [](const std::string& text) { return json(text).dump(-1, ' ', /*ensure_ascii=*/true); };
  std::string text = "{\n \"format_version\": " + std::to_string(kFormatVersion) + ",\n \"files\": {";
  const char* separator = "\n";
  for (const auto& [path, file] : listing) {
    text.append(separator).append("  ").append(quoted(path)).append(": {\n   \"size\": ");
    text.append(std::to_string(file.size)).append(",\n   \"blob_id\": ").append(quoted(file.blob_id));
    if (file.lfs_sha256) {
      text.append(",\n   \"lfs_sha256\": ").append(quoted(*file.lfs_sha256));
      text.append(",\n   \"lfs_size\": ").append(std::to_string(file.content_size()));
    }
    if (file.xet_hash) text.append(",\n   \"xet_hash\": ").append(quoted(*file.xet_hash));
    text.append("\n  }");
    separator = ",\n";
  }
  return text.append(listing.empty() ? "}\n}" : "\n }\n}");
}

void write_tree_listing(const std::filesystem::path& path, const TreeListing& listing) {
  const bool masked = std::any_of(listing.begin(), listing.end(), [](const auto& entry) {
    return entry.second.xet_hash && !is_xet_hash(*entry.second.xet_hash);
  });
  if (masked) return;
  const std::filesystem::path folder = path.parent_path();
  const std::filesystem::path existing = is_folder(folder) ? folder : folder.parent_path();
  if (is_folder(existing) && ::access(existing.c_str(), W_OK) != 0) {
    log_debug("The tree listing is not kept, since nothing can be written to " + existing.string() + ".");
    return;
  }
  const std::optional<unsigned> mode = is_shared_by_group(folder.parent_path()) ? std::nullopt : std::optional(kListingMode);
  const Result<void> written = files::write_atomic(path, print_tree_listing(listing), mode);
  if (!written.ok()) log_warning("The tree listing was not kept: " + written.error().message);
}

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
