// SPDX-License-Identifier: Apache-2.0
/// @file
/// Is the cache what it says it is? Found and put right without network.
#pragma once

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/export.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Something in the cache that misleads whoever reads it.
struct CacheProblem {
  enum class Kind {
    broken_blob,     ///< A content that is not what its name promises: damaged, or cut.
    broken_pointer,  ///< A file of a snapshot that leads nowhere.
    broken_ref,      ///< A ref that holds no commit, or one of which the cache has no snapshot.
  };
  std::string actual{};                          ///< Of a broken blob: the digest of what is there.
  std::string expected{};                        ///< The digest that the name, or the listing of the commit, promises.
  Kind kind{Kind::broken_blob};
  std::string message{};                         ///< One sentence.
  std::filesystem::path path{};
  std::vector<std::filesystem::path> pointers{}; ///< Of a broken blob: the files of snapshots that lead to it.
};

struct VerifyCacheOptions {
  std::optional<std::filesystem::path> cache_dir{};  ///< Unset: `HF_HUB_CACHE`.
  CancellationToken cancel{};
};

/// What `verify_cache` found.
struct HUGGINGFACE_HUB_EXPORT CacheVerification {
  std::filesystem::path cache_dir{};
  std::uint64_t checked_bytes{0};
  std::size_t checked_count{0};           ///< Contents whose digest was compared.
  std::vector<CacheProblem> problems{};   ///< By path.
  std::size_t unverified_count{0};        ///< Contents of which only the Hub knows the digest.

  struct Repair {
    std::size_t repaired_count{0};
    std::vector<std::string> failures{};  ///< A sentence each: what could not be removed, and why.
  };
  /// Takes away what is broken, so that the next download fetches it again: a broken blob with the files that lead to
  /// it, a broken pointer, a broken ref. Each is looked at once more before; a content that somebody downloads at the
  /// moment is left alone. What is whole stays. May be repeated.
  Repair repair() const;
};

/// Reads every content of the cache and compares its digest with what its name promises: SHA-256 for an LFS file, the
/// git blob id for another (`spec/cache.md` 2.2); where a snapshot holds copies instead of links, with the kept listing
/// of its commit. Finds pointers and refs that lead nowhere. No network, nothing written; reads all of the cache, with
/// one thread for each processor.
///
/// @throws CacheNotFound           there is no such folder.
/// @throws HFValidationError       it is a file.
/// @throws OperationCancelledError
HUGGINGFACE_HUB_EXPORT CacheVerification verify_cache(const VerifyCacheOptions& options = {});

HUGGINGFACE_HUB_NAMESPACE_END
