// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/file_lock.hpp"
#include "operations/download_call.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// What a call waits for before it fetches a file.
struct ContentLock {
  fs::path path{};                  ///< Of the lock, as Python names it (`spec/cache.md` 3).
  std::string filename{};           ///< For messages.
  /// True if another has done meanwhile what is to be done. Empty: nobody can.
  std::function<bool()> is_done{};
  /// A part file that this call would make: those of others beside it show whether they get on. Empty: none are made.
  fs::path part{};
};

/// Takes the lock, waiting for whoever has it; names them in the log and to `progress`.
///
/// The lock is politeness: it keeps two processes from fetching the same bytes, and nothing goes wrong without it. So
/// the wait ends, without a lock, once `is_done`, and once its holder has not got on for a while: for three times the
/// limit in time of a silent connection where it has a part file, else for once that.
Result<std::optional<FileLock>> lock_content(const DownloadCall& call, const ContentLock& wanted,
                                             transfer::DownloadProgress& progress);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
