// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/json_text.hpp"
#include "huggingface_hub/types/repo_info.hpp"

#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The access token that a call was made with. The token itself is not here.
struct AccessTokenInfo {
  std::optional<Timestamp> created_at{};
  std::string display_name{};
  std::string role{};  ///< `read`, `write` or `fineGrained`.
};

struct OrganizationMembership {
  std::optional<std::string> fullname{};
  std::string name{};
};

/// Whose token it is.
struct WhoAmI {
  std::optional<AccessTokenInfo> access_token{};
  std::optional<std::string> email{};
  std::optional<std::string> fullname{};
  std::optional<bool> is_pro{};
  JsonText json{};  ///< The whole answer.
  std::string name{};
  std::vector<OrganizationMembership> orgs{};
  std::string type{};  ///< `user` or `org`.
};

HUGGINGFACE_HUB_NAMESPACE_END
