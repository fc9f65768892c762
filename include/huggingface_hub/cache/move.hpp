// SPDX-License-Identifier: Apache-2.0
/// @file
/// The whole cache in another place.
#pragma once

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/export.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

struct MoveCacheOptions {
  std::optional<std::filesystem::path> cache_dir{};  ///< What is moved. Unset: `HF_HUB_CACHE`.
  CancellationToken cancel{};
  /// Called from the calling thread as bytes are copied; never where the cache can be renamed.
  std::function<void(std::uint64_t copied, std::uint64_t total)> on_progress{};
};

struct MovedCache {
  std::uint64_t copied_bytes{0};  ///< 0 where a rename was enough.
  std::filesystem::path from{};
  std::filesystem::path to{};
};

/// Moves the cache to `to`: by one rename on one file system, else by copying everything beside `to`, checking that
/// it has arrived, one rename, and only then deleting the old one. Links stay links, also between files and into the
/// shared store; those that name the old place by its whole path name the new one. Times and modes are kept.
///
/// Interrupted at any moment, one of the two places holds the whole cache; the same call again goes on: what was
/// copied is not copied again, and what was to be deleted is deleted.
///
/// Whoever uses the cache has to be told of the new place, by `HF_HUB_CACHE`.
///
/// @throws CacheNotFound       there is nothing at `cache_dir`.
/// @throws HFValidationError   `to` holds something, is the cache itself, or lies in it.
/// @throws HfIoError           somebody downloads into the cache now (`message` names the lock); not enough space, with
///                             both numbers; a file cannot be read or written. The cache is where it was.
/// @throws OperationCancelledError  likewise.
HUGGINGFACE_HUB_EXPORT MovedCache move_cache(const std::filesystem::path& to, const MoveCacheOptions& options = {});

HUGGINGFACE_HUB_NAMESPACE_END
