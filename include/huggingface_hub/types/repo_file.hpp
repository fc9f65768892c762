// SPDX-License-Identifier: Apache-2.0
/// @file
/// Entries of a repository's tree.
#pragma once

#include "huggingface_hub/json_text.hpp"
#include "huggingface_hub/types/repo_info.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The last commit that changed an entry.
struct LastCommitInfo {
  std::optional<Timestamp> date{};
  std::string oid{};
  std::string title{};
};

/// What the Hub's scanners say about a file.
struct BlobSecurityInfo {
  JsonText av_scan{};
  JsonText pickle_import_scan{};
  bool safe{false};
  std::string status{};
};

struct RepoFile {
  std::string blob_id{};                         ///< Git object id; of an LFS file, that of its pointer.
  std::optional<LastCommitInfo> last_commit{};   ///< Only with `expand`.
  std::optional<BlobLfsInfo> lfs{};              ///< Set for LFS files.
  std::string path{};                            ///< From the root of the repository, separated by `/`.
  std::optional<BlobSecurityInfo> security{};    ///< Only with `expand`.
  std::uint64_t size{0};                         ///< Bytes of the content.
  std::optional<std::string> xet_hash{};         ///< 64 hex digits, where the file is in Xet storage and may be read.
};

struct RepoFolder {
  std::optional<LastCommitInfo> last_commit{};   ///< Only with `expand`.
  std::string path{};
  std::string tree_id{};                         ///< Git object id.
};

using RepoTreeEntry = std::variant<RepoFile, RepoFolder>;

inline const std::string& path_of(const RepoTreeEntry& entry) {
  return std::visit([](const auto& either) -> const std::string& { return either.path; }, entry);
}

/// The file, or null for a folder.
inline const RepoFile* as_file(const RepoTreeEntry& entry) noexcept { return std::get_if<RepoFile>(&entry); }

HUGGINGFACE_HUB_NAMESPACE_END
