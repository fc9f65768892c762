// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/api/users_api.hpp"

#include "hub/parse/fields.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

WhoAmI user_of(const http::Response& response) {
  const parse::Json json = parse::json_of(response);
  const parse::Fields fields(json, response.head, "user");
  WhoAmI user;
  user.name = fields.text("name");
  user.type = fields.maybe_text("type").value_or("user");
  user.email = fields.maybe_text("email");
  user.fullname = fields.maybe_text("fullname");
  user.is_pro = fields.maybe_flag("isPro");
  user.json = JsonText(response.body);
  if (fields.find("orgs") != nullptr) {
    for (const parse::Json& item : fields.array("orgs")) {
      const parse::Fields org(item, response.head, "organisation");
      user.orgs.push_back({org.maybe_text("fullname"), org.text("name")});
    }
  }
  const parse::Json* auth = fields.find("auth");
  if (auth == nullptr || !auth->is_object()) return user;
  const parse::Json* token = parse::Fields(*auth, response.head, "authentication").find("accessToken");
  if (token == nullptr || !token->is_object()) return user;
  const parse::Fields members(*token, response.head, "access token");
  user.access_token = AccessTokenInfo{members.maybe_time("createdAt"), members.maybe_text("displayName").value_or(""),
                                      members.maybe_text("role").value_or("")};
  return user;
}

/// Says what to do about the two failures that people meet (spec/hub-http.md 2.1).
[[noreturn]] void throw_with_advice(Error error, bool token_was_given) {
  const int status = error.http == nullptr ? 0 : error.http->status;
  if (status == 401) {
    error.code = ErrorCode::http;
    error.message =
        std::string("Invalid user token. ") +
        (token_was_given ? "The token given to the call or to HfApi is not valid.\n"
                         : "The token of the environment (HF_TOKEN, which comes first) or the stored one is "
                           "not valid. Correct the variable, or log in again.\n") +
        error.message;
  } else if (status == 429) {
    error.message = "The Hub limits whoami strictly. Ask once and keep the answer.\n" + error.message;
  }
  throw_error(error);
}

}  // namespace

UsersApi::~UsersApi() = default;

WhoAmI UsersApi::whoami(const WhoAmIOptions& options) const {
  const Token& token = options.token.is_implicit() ? session().options().token : options.token;
  if (token.kind() == Token::Kind::anonymous) {
    throw_error(ErrorCode::validation, "whoami asks whose token it is: `token = false` makes no sense here.");
  }
  // Required, also where an implicit token is switched off: as in Python.
  const bool given = token.kind() == Token::Kind::value;
  const Result<http::Response> result =
      session().send(hub::request(http::Method::get, "/api/whoami-v2", options.call, given ? token : Token(true)));
  if (!result.ok()) throw_with_advice(result.error(), given);
  return user_of(*result);
}

void UsersApi::auth_check(const std::string& repo_id, const AuthCheckOptions& options) const {
  hub::require_model_dataset_or_space(options.repo_type, "auth_check");
  std::string url = hub::repo_path(options.repo_type, repo_id) + "/auth-check";
  if (options.write) url += "/write";
  (void)take(session().send(hub::request(http::Method::get, std::move(url), options.call, options.token)));
}

HUGGINGFACE_HUB_NAMESPACE_END
