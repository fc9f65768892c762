// SPDX-License-Identifier: Apache-2.0
/// @file
/// What metadata calls, dry runs and checks of downloads return.
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// How a file is found in the Xet storage.
struct XetFileData {
  std::string file_hash{};      ///< 64 hex digits.
  std::string refresh_route{};  ///< URL that gives a read token.
};

/// What the Hub says about one file without sending it (`spec/hub-http.md` 7.2).
struct HfFileMetadata {
  std::optional<std::string> commit_hash{};      ///< `X-Repo-Commit`: what the revision stands for.
  std::optional<std::string> etag{};             ///< Normalised. SHA-256 of an LFS file, git blob id of another.
  std::string location{};                        ///< Where the bytes are; may be a signed URL: do not log it.
  std::optional<std::uint64_t> size{};           ///< Bytes.
  std::optional<XetFileData> xet_file_data{};    ///< Unset: not in the Xet storage.
};

/// What a download would do.
struct DryRunFileInfo {
  std::string commit_hash{};
  std::optional<std::uint64_t> file_size{};  ///< Bytes; unset where the server does not say.
  std::string filename{};                    ///< Path in the repository.
  bool is_cached{false};
  std::filesystem::path local_path{};        ///< Where the file is, or would be.
  bool will_download{false};
};

/// One file that is not what the Hub has.
struct ChecksumMismatch {
  std::string path{};
  std::string expected{};   ///< Lower-case hex.
  std::string actual{};
  std::string algorithm{};  ///< `sha256` or `git-sha1`.
};

/// What `verify_repo_checksums` found.
struct FolderVerification {
  std::string revision{};                        ///< The commit that the files were compared with.
  std::uint64_t checked_count{0};                ///< Files that are in both places.
  std::vector<ChecksumMismatch> mismatches{};
  std::vector<std::string> missing_paths{};      ///< On the Hub only. Sorted.
  std::vector<std::string> extra_paths{};        ///< Here only. Sorted.
  std::filesystem::path verified_path{};
};

HUGGINGFACE_HUB_NAMESPACE_END
