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
#include <exception>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

namespace {

using nlohmann::json;

constexpr int kFormatVersion = 1;
constexpr unsigned kListingMode = 0600;  // spec/cache.md 2.8: Python makes it with mkstemp
constexpr std::uint64_t kLargestListing = std::uint64_t{512} << 20;

std::optional<ListedFile> read_entry(const json& entry) {
  ListedFile file;
  file.size = entry.at("size").get<std::uint64_t>();
  file.blob_id = entry.at("blob_id").get<std::string>();
  if (const auto sha256 = entry.find("lfs_sha256"); sha256 != entry.end() && !sha256->is_null()) {
    file.lfs_sha256 = sha256->get<std::string>();
    file.lfs_size = entry.at("lfs_size").get<std::uint64_t>();
  }
  if (const auto hash = entry.find("xet_hash"); hash != entry.end() && !hash->is_null()) {
    file.xet_hash = hash->get<std::string>();
    if (!is_xet_hash(*file.xet_hash)) return std::nullopt;
  }
  if (!is_plain_name(file.etag())) return std::nullopt;
  return file;
}

std::optional<TreeListing> parse_listing(const std::string& text) {
  const json document = json::parse(text);
  if (document.at("format_version") != kFormatVersion) return std::nullopt;
  TreeListing listing;
  for (const auto& [path, entry] : document.at("files").items()) {
    std::optional<ListedFile> file = read_entry(entry);
    if (!file || !files::is_safe_relative_path(path)) return std::nullopt;
    listing.emplace(path, std::move(*file));
  }
  return listing;
}

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
  try {
    if (std::optional<TreeListing> listing = parse_listing(*text)) return listing;
  } catch (const json::exception&) {
    // Said below: what is wrong with the file does not matter to anybody.
  }
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
