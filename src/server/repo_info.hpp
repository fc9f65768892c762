// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/repository.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

struct InfoRequest {
  bool blobs{false};                  ///< Sizes and ids of the files.
  std::vector<std::string> expand{};  ///< Only these properties; empty: the usual ones.
  bool security{false};
};

/// Throws 400 where a name is no property of this type (`spec/hub-http.md` 4).
void check_expand(RepoType type, const std::vector<std::string>& expand);

/// What the Hub says about a repository at `commit` (empty: one without commits).
nlohmann::json repo_info(const Repository& repo, const RepoState& state, const std::string& commit,
                         const InfoRequest& wanted);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
