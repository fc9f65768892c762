// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/git_patterns.hpp"
#include "server/repository.hpp"

#include <cstdint>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// Whether a file belongs into LFS: by its name, above 10 MB, or where its first bytes are not text.
bool goes_to_lfs(std::string_view path, std::uint64_t size, std::string_view sample, const LfsRules& rules);

/// The content of a small file of git's; empty where it is missing.
std::string stored_text(const Repository& repo, const Snapshot* snapshot, const std::string& path);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
