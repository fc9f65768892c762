// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/types/repo_info.hpp"
#include "huggingface_hub/types/repo_url.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// One commit of a repository's history.
struct GitCommitInfo {
  std::vector<std::string> authors{};  ///< User names.
  std::string commit_id{};
  std::optional<Timestamp> created_at{};
  std::optional<std::string> formatted_message{};  ///< HTML; only with `formatted`.
  std::optional<std::string> formatted_title{};
  std::string message{};
  std::string title{};
};

/// A commit that was made, or the head of the revision where there was nothing to commit.
struct CommitInfo {
  std::string commit_description{};
  std::string commit_message{};
  std::string commit_url{};
  std::string oid{};                             ///< The commit's hash.
  std::optional<std::uint64_t> pr_num{};         ///< Number of the pull request that was opened.
  std::optional<std::string> pr_revision{};      ///< `refs/pr/<number>`
  std::optional<std::string> pr_url{};
  RepoUrl repo_url{};
};

HUGGINGFACE_HUB_NAMESPACE_END
