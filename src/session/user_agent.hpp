// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

struct UserAgentParts {
  std::string library_name{};
  std::string library_version{};
  std::string origin{};       ///< `HF_HUB_USER_AGENT_ORIGIN`.
  std::string user_agent{};   ///< Of the client object: `;`-separated.
  std::string call_user_agent{};
};

/// The `User-Agent` of a request (`spec/transfer.md` 4).
std::string user_agent(const UserAgentParts& parts);

HUGGINGFACE_HUB_NAMESPACE_END
