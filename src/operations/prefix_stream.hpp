// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstdint>
#include <filesystem>
#include <istream>
#include <memory>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// The first `size` bytes of a file, as if it had no more: somebody may be appending to it. Open only while it is read,
/// since a folder may hold more files than a process may have open.
std::shared_ptr<std::istream> prefix_of(const std::filesystem::path& file, std::uint64_t size);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
