// SPDX-License-Identifier: Apache-2.0
#include "transfer/range_jobs.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

std::vector<std::vector<MemoryPiece>> make_range_jobs(std::vector<MemoryPiece> pieces, std::uint64_t gap,
                                                      std::uint64_t longest) {
  std::stable_sort(pieces.begin(), pieces.end(),
                   [](const MemoryPiece& a, const MemoryPiece& b) { return a.begin < b.begin; });
  std::vector<std::vector<MemoryPiece>> jobs;
  for (MemoryPiece piece : pieces) {
    while (piece.size > 0) {
      const bool joins = !jobs.empty() && piece.begin >= jobs.back().back().end() &&
                         piece.begin - jobs.back().back().end() <= gap &&
                         piece.begin - jobs.back().front().begin < longest;
      if (!joins) jobs.emplace_back();
      std::vector<MemoryPiece>& job = jobs.back();
      const std::uint64_t room = longest - (job.empty() ? 0 : piece.begin - job.front().begin);
      const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size, room));
      job.push_back({piece.begin, piece.data, part});
      piece = {piece.begin + part, piece.data + part, piece.size - part};
    }
  }
  return jobs;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
