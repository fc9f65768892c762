// SPDX-License-Identifier: Apache-2.0
/// @file
/// Handing a token to git's credential helpers, and taking it back (`spec/transfer.md` 6).
#pragma once

#include "huggingface_hub/auth.hpp"  // list_credential_helpers
#include "huggingface_hub/result.hpp"

#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The names of `credential.helper` settings in the output of `git config --list`, sorted, each once.
std::vector<std::string> parse_credential_helpers(std::string_view listing);

/// Stores the token of user `hf_user` for `endpoint` in all helpers.
Result<void> set_git_credential(std::string_view endpoint, std::string_view token);

/// Removes what `set_git_credential` stored. Success where git is missing.
Result<void> unset_git_credential(std::string_view endpoint);

HUGGINGFACE_HUB_NAMESPACE_END
