// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/download_call.hpp"
#include "transfer/read_ahead_plan.hpp"
#include "transfer/read_cursor.hpp"
#include "transfer/remote_ranges.hpp"

#include "huggingface_hub/api/remote_files_api.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

/// An open file: on the disk, or on the Hub.
struct RemoteFileState {
  CancellationToken cancel{};
  std::string commit{};
  std::string etag{};
  std::shared_ptr<const files::PositionalFile> local{};           ///< The cached file, or
  std::shared_ptr<const transfer::RemoteRanges> ranges{};         ///< where to ask. One of them.
  transfer::ReadAheadLimits limits{};
  std::string name{};
  std::uint64_t size{0};
  std::optional<std::chrono::milliseconds> timeout{};
  std::unique_ptr<transfer::ReadCursor> cursor{};                 ///< Of `read_at`.

  /// The token of one read that begins now.
  [[nodiscard]] CancellationToken read_token() const { return timeout ? cancel.with_timeout(*timeout) : cancel; }
  [[nodiscard]] std::unique_ptr<transfer::ReadCursor> make_cursor(bool is_stream) const;
  /// Fills `pieces` (in order, inside of the file) by one request.
  Result<void> read(const std::vector<transfer::MemoryPiece>& pieces, const CancellationToken& token) const;
};

}  // namespace detail

namespace operations {

/// `HfApi::open`, with a file name that has been checked.
Result<std::shared_ptr<huggingface_hub::detail::RemoteFileState>> open_file(const Session& session,
                                                                            const std::string& repo_id,
                                                                            const std::string& filename,
                                                                            const OpenOptions& options);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
