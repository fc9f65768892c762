// SPDX-License-Identifier: Apache-2.0
/// @file
/// Logging in and out, and the tokens of this machine. Files and meanings are those of the Python client, which
/// shares them (`spec/transfer.md` 5, 6).
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class HfApi;

struct LoginOptions {
  bool add_to_git_credential{false};  ///< Also hand the token to git's credential helpers, if there are any.
  CallOptions call{};                 ///< For the question whose token it is.
};

/// What a login found out.
struct LoginResult {
  std::string role{};        ///< `read`, `write`, `fineGrained`; empty for OAuth tokens.
  std::string token_name{};  ///< Under which the token was stored.
  std::string username{};
};

/// Asks the Hub whose `token` it is, stores it and makes it the one that is sent. A stored token of the same name is
/// replaced.
///
/// @throws HFValidationError  `token` is that of an organisation, or cannot be one; nothing was sent.
/// @throws HfHubHTTPError     the Hub does not know the token (401); nothing was stored.
/// @throws HfIoError          the files cannot be written.
HUGGINGFACE_HUB_EXPORT LoginResult login(const HfApi& api, const std::string& token, const LoginOptions& options = {});
/// With the default client.
HUGGINGFACE_HUB_EXPORT LoginResult login(const std::string& token, const LoginOptions& options = {});

struct LogoutOptions {
  std::string token_name{};  ///< Empty: all tokens of this machine.
};

/// Removes tokens from this machine, and from git's credential helpers. Without any, logs a warning and returns; a
/// name that is not stored is no error.
///
/// @throws HfHubError  all is removed, but `HF_TOKEN` (or `HUGGING_FACE_HUB_TOKEN`) is still set.
/// @throws HfIoError   a file cannot be removed.
HUGGINGFACE_HUB_EXPORT void logout(const HfApi& api, const LogoutOptions& options = {});
HUGGINGFACE_HUB_EXPORT void logout(const LogoutOptions& options = {});

struct AuthSwitchOptions {
  bool add_to_git_credential{false};
};

/// Makes the stored token called `token_name` the one that is sent. Nothing is asked of the Hub.
///
/// @throws HFValidationError  there is no such token; the message names the file.
HUGGINGFACE_HUB_EXPORT void auth_switch(const HfApi& api, const std::string& token_name,
                                        const AuthSwitchOptions& options = {});
HUGGINGFACE_HUB_EXPORT void auth_switch(const std::string& token_name, const AuthSwitchOptions& options = {});

/// A stored token, fit to be shown.
struct StoredTokenInfo {
  bool active{false};                        ///< It is the one that is sent.
  std::optional<std::int64_t> expires_at{};  ///< Seconds since 1970; only OAuth tokens expire.
  std::string masked_token{};                ///< First three and last four characters: `hf_****abcd`.
  std::string name{};
};

/// The stored tokens, in the order of the file.
HUGGINGFACE_HUB_EXPORT std::vector<StoredTokenInfo> auth_list(const HfApi& api);
HUGGINGFACE_HUB_EXPORT std::vector<StoredTokenInfo> auth_list();

/// The token that is sent where none is named: `HF_TOKEN`, `HUGGING_FACE_HUB_TOKEN`, the token file; nothing if there
/// is none. Never log it.
HUGGINGFACE_HUB_EXPORT std::optional<std::string> get_token(const HfApi& api);
HUGGINGFACE_HUB_EXPORT std::optional<std::string> get_token();

/// Names of the credential helpers that `git config --list` shows, sorted; none where git is missing.
HUGGINGFACE_HUB_EXPORT std::vector<std::string> list_credential_helpers();

HUGGINGFACE_HUB_NAMESPACE_END
