// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/repository.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// What is at `paths` in `commit`, as in tree listings; paths that are not there are left out. `expand` adds the
/// commit that changed each last (`spec/hub-http.md` 6.1).
nlohmann::json tree_entries(const Repository& repo, const std::string& commit, const std::vector<std::string>& paths,
                            bool expand);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
