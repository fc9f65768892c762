// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/repo_id.hpp"

#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The web address of a repository, and what it says.
struct RepoUrl {
  std::string endpoint{};               ///< Without a trailing slash.
  std::optional<std::string> owner{};   ///< `namespace` in Python; unset for a few legacy ids without one.
  std::string repo_id{};                ///< `namespace/name`.
  std::string repo_name{};
  RepoType repo_type{RepoType::model};
  std::string url{};
};

HUGGINGFACE_HUB_NAMESPACE_END
