// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/result.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

/// One file of a revision, as the Hub lists it.
struct ListedFile {
  std::uint64_t size{0};                       ///< Of the content, also for an LFS file.
  std::string blob_id{};                       ///< Git id; of an LFS file that of its pointer.
  std::optional<std::string> lfs_sha256{};
  std::optional<std::uint64_t> lfs_size{};
  std::optional<std::string> xet_hash{};       ///< 64 hex digits, or (masked) something else.

  /// What `resolve` gives as ETag, and the name of the blob.
  [[nodiscard]] const std::string& etag() const noexcept { return lfs_sha256 ? *lfs_sha256 : blob_id; }
  [[nodiscard]] std::uint64_t content_size() const noexcept { return lfs_size ? *lfs_size : size; }
};

/// Files by path.
using TreeListing = std::map<std::string, ListedFile>;

/// True for 64 hex digits of either case (`spec/hub-http.md` 8).
bool is_xet_hash(const std::string& text) noexcept;

/// The listing kept at `path`, or nothing where there is none that can be used: missing, another version, damaged, or
/// with a name that would leave the folder (`spec/cache.md` 2.8).
std::optional<TreeListing> read_tree_listing(const std::filesystem::path& path);

/// Keeps `listing` for later, by rename, mode 0600. A listing with a masked Xet hash is not kept. A failure is logged:
/// it only costs a request later.
void write_tree_listing(const std::filesystem::path& path, const TreeListing& listing);

/// The text of the file that `write_tree_listing` writes.
std::string print_tree_listing(const TreeListing& listing);

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
