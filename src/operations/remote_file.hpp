// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cache/tree_listing.hpp"
#include "operations/download_call.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// A file on the Hub, with all that is needed to fetch and store it.
struct RemoteFile {
  std::string commit{};
  std::string etag{};
  bool has_weak_etag{false};
  std::optional<std::uint64_t> size{};
  std::string url{};                     ///< Where to GET it; may be a signed URL.
  bool send_authorization{true};
  std::string renewed_url{};             ///< The resolve URL, which gives a new signed one.
  std::optional<std::string> xet_hash{};
};

enum class MetadataTry { first, second_chance };

/// Finds out about `filename`: from the listing kept at `listing` where that says all (Xet files of a pinned commit),
/// else by a HEAD (`spec/cache.md` 4, step 2). `local_files_only` is an `offline_mode` error without any request.
Result<RemoteFile> look_up(const DownloadCall& call, const std::string& filename, const fs::path& listing,
                           MetadataTry which);

/// The file `filename` as a listing of `commit` tells it: no request.
RemoteFile from_listing(const DownloadCall& call, const std::string& filename, const std::string& commit,
                        const cache::ListedFile& listed);

/// True for what ends the call whatever the cache holds: the Hub has said no for good, or nothing was asked.
/// Everything else leaves the cache to answer.
bool is_final(const DownloadCall& call, const Error& error);

/// `text`, an error message, as part of a line.
std::string in_one_line(const std::string& text);

/// True if a second, more patient try makes sense (`spec/cache.md` 4, step 3).
bool deserves_second_chance(const Error& error);

/// What to say where the Hub could not be asked, for `cause`, and nothing is cached (`spec/cache.md` 4.1).
Error missing_file_error(const DownloadCall& call, const std::string& filename, const Error& cause);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
