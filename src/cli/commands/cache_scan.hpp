// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/context.hpp"

#include "huggingface_hub/cache/scan.hpp"

#include <optional>
#include <string>

namespace huggingface_hub::cli {

/// `--cache-dir`, for the commands that work on the whole cache.
void cache_dir_option(Arguments& arguments, std::optional<std::string>& cache_dir);

/// The cache at `--cache-dir`, or that of all clients.
/// @throws CliError  there is none.
HFCacheInfo scan_cache(Context& context, const std::optional<std::string>& cache_dir);

}  // namespace huggingface_hub::cli
