// SPDX-License-Identifier: Apache-2.0
#include "server/identity.hpp"

#include "core/text.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

People::People(const EmbeddedHubOptions& options) : tokens_(options.tokens), strict_(options.strict_namespaces) {
  if (tokens_.empty()) {
    tokens_.push_back({TokenRole::write, "hf_" + random_hex(34), "user"});
    tokens_.push_back({TokenRole::read, "hf_" + random_hex(34), "user"});
  }
  for (const HubToken& token : tokens_) users_.insert(token.user);
  for (const HubOrganization& organization : options.organizations) {
    organizations_[organization.name] = {organization.members.begin(), organization.members.end()};
    users_.insert(organization.members.begin(), organization.members.end());
  }
}

Identity People::identify(const HttpRequest& request) const {
  Identity who;
  const std::string* header = request.header("authorization");
  if (!header) return who;
  who.presented = true;
  constexpr std::string_view scheme = "bearer ";
  if (!starts_with_ignoring_case(*header, scheme)) return who;
  const std::string_view secret = trim(std::string_view(*header).substr(scheme.size()));
  for (const HubToken& token : tokens_) {
    if (token.token != secret) continue;
    who.user = token.user;
    who.can_write = token.role == TokenRole::write;
    break;
  }
  return who;
}

bool People::belongs_to(const Identity& who, const std::string& name) const {
  if (!who.known()) return false;
  if (who.user == name) return true;
  if (const auto organization = organizations_.find(name); organization != organizations_.end()) {
    return organization->second.count(who.user) != 0;
  }
  return !strict_ && users_.count(name) == 0;
}

bool People::can_see(const Identity& who, const RepoState& repo) const {
  return !repo.private_repo || belongs_to(who, repo.owner());
}

bool People::can_change(const Identity& who, const RepoState& repo) const {
  return who.can_write && belongs_to(who, repo.owner());
}

bool People::can_read_files(const Identity& who, const RepoState& repo) const {
  if (repo.gated.empty()) return true;
  const auto access = repo.access.find(who.user);
  const bool granted = access != repo.access.end() && access->second == "accepted";
  // An open namespace belongs to nobody: whoever wants its gated files asks like everybody else.
  const bool owns = who.user == repo.owner() || who.user == repo.creator ||
                    (organizations_.count(repo.owner()) != 0 && belongs_to(who, repo.owner()));
  return who.known() && (granted || owns);
}

std::vector<std::string> People::organizations_of(const std::string& user) const {
  std::vector<std::string> names;
  for (const auto& [name, members] : organizations_) {
    if (members.count(user) != 0) names.push_back(name);
  }
  return names;
}

std::string People::token_of(TokenRole role) const {
  for (const HubToken& token : tokens_) {
    if (token.role == role) return token.token;
  }
  return {};
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
