// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

struct GitRefInfo {
  std::string name{};           ///< `main`
  std::string ref{};            ///< `refs/heads/main`
  std::string target_commit{};
};

/// All refs of a repository.
struct GitRefs {
  std::vector<GitRefInfo> branches{};
  std::vector<GitRefInfo> converts{};  ///< Made by the Hub, such as `refs/convert/parquet`.
  std::optional<std::vector<GitRefInfo>> pull_requests{};  ///< Only with `include_pull_requests`.
  std::vector<GitRefInfo> tags{};
};

HUGGINGFACE_HUB_NAMESPACE_END
