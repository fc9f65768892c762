// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/export.hpp"

#include <filesystem>
#include <optional>
#include <system_error>

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

/// True if the owner of the part file at `path` lives and has locked it, as this library does
/// (`transfer/part_file.hpp`). Needs the right to read it and no more.
bool is_part_in_use(const std::filesystem::path& path);

/// Removes the part file at `path`, unless it is in use. False: it is, or the error is in `error`.
bool remove_unused_part(const std::filesystem::path& path, std::error_code& error);

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
