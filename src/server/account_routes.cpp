// SPDX-License-Identifier: Apache-2.0
#include "server/card_metadata.hpp"
#include "server/discussions.hpp"
#include "server/routes.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

using nlohmann::json;

HttpResponse whoami(Call& call) {
  call.require_login();
  json organizations = json::array();
  for (const std::string& name : call.hub.people().organizations_of(call.who.user)) {
    organizations.push_back({{"type", "org"}, {"name", name}, {"fullname", name}, {"roleInOrg", "write"}});
  }
  const json access_token = {{"displayName", call.who.can_write ? "write" : "read"},
                             {"role", call.who.can_write ? "write" : "read"},
                             {"createdAt", iso_time(0)}};
  return json_response({{"type", "user"},
                        {"id", std::string(24, '0')},
                        {"name", call.who.user},
                        {"fullname", call.who.user},
                        {"email", call.who.user + "@example.com"},
                        {"emailVerified", true},
                        {"canPay", false},
                        {"isPro", false},
                        {"periodEnd", nullptr},
                        {"orgs", std::move(organizations)},
                        {"auth", {{"type", "access_token"}, {"accessToken", access_token}}}});
}

HttpResponse validate_yaml(Call& call) {
  const json body = call.json_body();
  const auto type = repo_type_from_string(string_member(body, "repoType"));
  const CardCheck check = check_card(string_member(body, "content"), type.value_or(RepoType::model));
  const auto messages = [](const std::vector<std::string>& texts) {
    json list = json::array();
    for (const std::string& text : texts) list.push_back({{"message", text}});
    return list;
  };
  return json_response({{"errors", messages(check.errors)}, {"warnings", messages(check.warnings)}},
                       check.errors.empty() ? 200 : 400);
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
