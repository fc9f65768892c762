// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cache/writer.hpp"
#include "operations/download_call.hpp"
#include "operations/remote_file.hpp"

#include "huggingface_hub/types/download.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// The whole of `hf_hub_download`: `filename` in the cache or the local folder of `call`. With `dry_run` nothing is
/// fetched but metadata.
Result<DryRunFileInfo> download_file(const DownloadCall& call, const std::string& filename, bool dry_run,
                                     transfer::DownloadProgress& progress);

/// What is left to do once it is known what `filename` is: blob, pointer and ref, each only if missing
/// (`spec/cache.md` 4, steps 4 to 10). `ref`: the name that stands for `file.commit`; the commit itself for none.
Result<DryRunFileInfo> place_in_cache(const DownloadCall& call, const cache::Writer& writer,
                                      const std::string& filename, const RemoteFile& file, const std::string& ref,
                                      bool dry_run, transfer::DownloadProgress& progress);

/// The same for `call.local_dir` (`spec/cache.md` 9, steps 5 to 8).
Result<DryRunFileInfo> place_in_local_dir(const DownloadCall& call, const std::string& filename,
                                          const RemoteFile& file, bool dry_run, transfer::DownloadProgress& progress);

/// `local_dir` version of `download_file`.
Result<DryRunFileInfo> download_to_local_dir(const DownloadCall& call, const std::string& filename, bool dry_run,
                                             transfer::DownloadProgress& progress);

/// Fetches `file` into `temporary`, a private name in a folder that exists.
Result<void> fetch_content(const DownloadCall& call, const std::string& filename, const RemoteFile& file,
                           const fs::path& temporary, transfer::DownloadProgress& progress);

/// The same, and gives it its final name `target`, whatever is there. Fetched twice where the temporary file was
/// deleted under way.
Result<void> fetch_to(const fs::path& target, const DownloadCall& call, const std::string& filename,
                      const RemoteFile& file, const fs::path& temporary, transfer::DownloadProgress& progress);

/// What two tries to look `filename` up come to: the file, or what ends the call.
struct LookUp {
  std::optional<RemoteFile> file{};  ///< Found on the Hub.
  std::optional<Error> final{};      ///< To be reported as it is.
  std::optional<Error> cause{};      ///< Why the Hub could not say; the cache may answer.
};
LookUp look_up_once(const DownloadCall& call, const std::string& filename, const fs::path& listing, MetadataTry which);

/// An `io` error (`ENOSPC`) with the numbers where the file system of `folder` has not room for `needed` bytes more,
/// what interrupted downloads left there included.
Result<void> require_disk_space(std::uint64_t needed, const fs::path& folder);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
