// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/repo_id.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// What the Hub has to say about the metadata at the top of a README.md.
struct CardCheck {
  nlohmann::json data{};  ///< The metadata; null where there is none, or it cannot be read.
  std::vector<std::string> errors{};
  std::vector<std::string> warnings{};
};

CardCheck check_card(std::string_view readme, RepoType type);

/// The strings of `value`, which is one or a list of them.
std::vector<std::string> strings_of(const nlohmann::json& value);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
