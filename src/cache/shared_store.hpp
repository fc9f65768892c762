// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/cache/layout.hpp"
#include "huggingface_hub/result.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

/// The store of Xet files that all repositories of one cache share: `<cache_dir>/blobs` (`spec/cache.md` 17). Here it
/// is read, linked to, and cleaned of what nobody links to; payloads are only ever added by who fetched them through
/// Xet.
///
/// Holds no state but the folder; safe to share between threads.
class SharedStore {
 public:
  /// `cache_dir` has to be resolved (no symlinks in it).
  explicit SharedStore(std::filesystem::path cache_dir)
      : cache_dir_(std::move(cache_dir)), folder_(cache_dir_ / "blobs") {}

  /// A real folder with a marker of the one version there is. Anything else: hands off (17.2).
  [[nodiscard]] bool is_valid() const;

  /// True if the payload of `xet_hash` can stand for a file of `size` bytes (17.3).
  [[nodiscard]] bool has_usable_payload(std::string_view xet_hash, std::uint64_t size) const;

  /// Makes the blob `etag` of `repo` a link to the payload of `xet_hash`, under the store's lock, reference line
  /// first (17.5). False: not possible, nothing was changed, fetch the file.
  [[nodiscard]] bool link(const RepoFolder& repo, std::string_view etag, std::string_view xet_hash,
                          std::uint64_t size) const;

  /// The Xet hash behind the entry `blob` of a repository's `blobs/`, if that is a link into this store.
  [[nodiscard]] std::optional<std::string> payload_behind(const std::filesystem::path& blob) const;

  /// The repository blobs that link to the payload; nothing where that is unknown, which never permits deletion
  /// (17.7).
  [[nodiscard]] std::optional<std::set<std::filesystem::path>> references(std::string_view xet_hash) const;

  /// Removes the payload if nobody links to it, else shortens its reference list (17.8). True if removed.
  bool collect(std::string_view xet_hash) const;

  struct Payload {
    std::string xet_hash{};
    std::uint64_t size{0};
  };
  /// Every payload, in no order. Empty where the store is not valid.
  [[nodiscard]] std::vector<Payload> payloads() const;

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }
  [[nodiscard]] std::filesystem::path payload_path(std::string_view xet_hash) const;

 private:
  [[nodiscard]] std::filesystem::path list_path(std::string_view xet_hash) const;

  std::filesystem::path cache_dir_;
  std::filesystem::path folder_;
};

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
