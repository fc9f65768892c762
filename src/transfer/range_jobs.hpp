// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transfer/range_transfer.hpp"

#include <cstdint>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Groups parts of a file into requests: neighbours with at most `gap` bytes between them go into one, and none gets
/// longer than `longest`, for which a piece is cut. `pieces` may come in any order and overlap.
std::vector<std::vector<MemoryPiece>> make_range_jobs(std::vector<MemoryPiece> pieces, std::uint64_t gap,
                                                      std::uint64_t longest);

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
