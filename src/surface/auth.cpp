// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/auth.hpp"

#include "auth/git_credential.hpp"
#include "auth/token_store.hpp"
#include "core/log.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/hf_api.hpp"

#include <charconv>
#include <string_view>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::string_view kOrganizationPrefix = "api_org";  // spec/transfer.md 6

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ",") + text;
  return all;
}

void hand_to_git(const std::string& endpoint, const std::string& token) {
  const std::vector<std::string> helpers = list_credential_helpers();
  if (helpers.empty()) {
    log_warning(
        "Cannot authenticate through git-credential as no helper is defined on your machine.\n"
        "You might have to re-authenticate when pushing to the Hugging Face Hub.\n"
        "Run the following command in your terminal in case you want to set the 'store' credential helper as default.\n\n"
        "git config --global credential.helper store\n\n"
        "Read https://git-scm.com/book/en/v2/Git-Tools-Credential-Storage for more details.");
    log_warning("Token has not been saved to git credential helper.");
    return;
  }
  set_git_credential(endpoint, token).value();
  log_info("Your token has been saved in your configured git credential helpers (" + joined(helpers) + ").");
}

void activate(const HfApi& api, const TokenStore& store, const std::string& token, bool add_to_git_credential) {
  if (add_to_git_credential) hand_to_git(api.endpoint(), token);
  store.activate(token).value();
  log_info("Your token has been saved to " + store.token_path().string());
}

std::string masked(const std::string& token) {
  const std::size_t tail = token.size() < 4 ? 0 : token.size() - 4;
  return token.substr(0, 3) + "****" + token.substr(tail);
}

std::optional<std::int64_t> to_number(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (failed != std::errc{} || end != text->data() + text->size()) return std::nullopt;
  return number;
}

}  // namespace

LoginResult login(const HfApi& api, const std::string& given, const LoginOptions& options) {
  const std::string token = TokenStore::clean(given).value_or("");
  if (token.empty()) {
    throw_error(ErrorCode::validation, "The token is empty. Tokens are made at https://huggingface.co/settings/tokens.");
  }
  if (token.compare(0, kOrganizationPrefix.size(), kOrganizationPrefix) == 0) {
    throw_error(ErrorCode::validation, "You must use your personal account token, not an organization token.");
  }
  WhoAmIOptions ask;
  ask.call = options.call;
  ask.token = Token(token);
  const WhoAmI who = api.whoami(ask);

  LoginResult result;
  result.username = who.name;
  if (who.access_token) result.role = who.access_token->role;
  const std::string display_name = who.access_token ? who.access_token->display_name : "";
  result.token_name = storable_token_name(display_name.empty() ? "oauth-" + who.name : display_name);
  log_info(result.role.empty() ? "Token is valid." : "Token is valid (permission: " + result.role + ").");

  const TokenStore store(api.config());
  StoredToken stored;
  stored.name = result.token_name;
  stored.fields = {{"hf_token", token}};
  store.save(stored).value();
  log_info("The token `" + result.token_name + "` has been saved to " + store.stored_tokens_path().string());
  activate(api, store, token, options.add_to_git_credential);
  log_info("Login successful.");
  if (store.environment_token()) {
    log_warning(
        "Note: Environment variable`HF_TOKEN` is set and is the current active token independently from the token "
        "you've just configured.");
  } else {
    log_info("The current active token is: `" + result.token_name + "`");
  }
  return result;
}

LoginResult login(const std::string& token, const LoginOptions& options) {
  return login(default_api(), token, options);
}

void logout(const HfApi& api, const LogoutOptions& options) {
  const TokenStore store(api.config());
  if (!store.current_token() && store.stored_tokens().empty()) {
    log_warning("Not logged in!");
    return;
  }
  if (options.token_name.empty()) {
    store.remove_all().value();
    log_info("Successfully logged out from all access tokens.");
  } else {
    const std::optional<StoredToken> stored = store.find(options.token_name);
    if (stored && store.remove(options.token_name).value() && stored->token() == store.file_token().value_or("")) {
      log_warning("Active token '" + options.token_name + "' has been deleted.");
      store.deactivate().value();
    }
    log_info("Successfully logged out from access token: " + options.token_name + ".");
  }
  if (const Result<void> unset = unset_git_credential(api.endpoint()); !unset) log_warning(unset.error().message);

  if (store.environment_token()) {
    throw_error(ErrorCode::other,
                "Token has been deleted from your machine but you are still logged in.\n"
                "To log out, you must clear out both `HF_TOKEN` and `HUGGING_FACE_HUB_TOKEN` environment variables.");
  }
}

void logout(const LogoutOptions& options) { logout(default_api(), options); }

void auth_switch(const HfApi& api, const std::string& token_name, const AuthSwitchOptions& options) {
  const TokenStore store(api.config());
  const std::optional<StoredToken> stored = store.find(token_name);
  const std::optional<std::string> token = stored ? TokenStore::clean(stored->token()) : std::nullopt;
  if (!token) {
    throw_error(ErrorCode::validation,
                "Access token " + token_name + " not found in " + store.stored_tokens_path().string());
  }
  activate(api, store, *token, options.add_to_git_credential);
  log_info("The current active token is: " + token_name);
  const std::optional<std::string> environment = store.environment_token();
  if (environment && *environment != *token) {
    log_warning(
        "The environment variable `HF_TOKEN` is set and will override the access token you've just switched to.");
  }
}

void auth_switch(const std::string& token_name, const AuthSwitchOptions& options) {
  auth_switch(default_api(), token_name, options);
}

std::vector<StoredTokenInfo> auth_list(const HfApi& api) {
  const TokenStore store(api.config());
  const std::optional<std::string> current = store.current_token();
  std::vector<StoredTokenInfo> list;
  for (const StoredToken& stored : store.stored_tokens()) {
    const std::optional<std::string> token = stored.field("hf_token");
    StoredTokenInfo info;
    info.active = token && current && *token == *current;
    info.expires_at = to_number(stored.field("expires_at"));
    info.masked_token = token ? masked(*token) : "<not set>";
    info.name = stored.name;
    list.push_back(std::move(info));
  }
  return list;
}

std::vector<StoredTokenInfo> auth_list() { return auth_list(default_api()); }

std::optional<std::string> get_token(const HfApi& api) { return TokenStore(api.config()).current_token(); }

std::optional<std::string> get_token() { return get_token(default_api()); }

HUGGINGFACE_HUB_NAMESPACE_END
