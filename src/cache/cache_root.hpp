// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/export.hpp"

#include <filesystem>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

/// `cache_dir`, by default that of all clients, as an absolute path without links in it. It may not exist.
std::filesystem::path cache_root(const std::optional<std::filesystem::path>& cache_dir);

/// As `cache_root`, of a folder that exists.
/// @throws CacheNotFound      there is none.
/// @throws HFValidationError  it is a file.
std::filesystem::path existing_cache_root(const std::optional<std::filesystem::path>& cache_dir);

/// True if a process holds the lock that lies at `path`. Nothing is created where there is none.
bool is_locked(const std::filesystem::path& path);

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
