// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/server/embedded_hub.hpp"
#include "server/http_message.hpp"
#include "server/repo_state.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// Who asks.
struct Identity {
  bool can_write{false};
  bool presented{false};  ///< A token came with the request, known or not.
  std::string user{};     ///< Empty: nobody known.

  [[nodiscard]] bool known() const noexcept { return !user.empty(); }
};

/// Users, organisations and tokens. Immutable; safe to share between threads.
class People {
 public:
  explicit People(const EmbeddedHubOptions& options);

  [[nodiscard]] Identity identify(const HttpRequest& request) const;
  /// True if `who` is the user `name`, a member of the organisation, or the namespace is open to all (see
  /// `EmbeddedHubOptions::strict_namespaces`).
  [[nodiscard]] bool belongs_to(const Identity& who, const std::string& name) const;
  [[nodiscard]] bool can_see(const Identity& who, const RepoState& repo) const;
  [[nodiscard]] bool can_change(const Identity& who, const RepoState& repo) const;
  /// Sees the files, and not only the page, of a gated repository.
  [[nodiscard]] bool can_read_files(const Identity& who, const RepoState& repo) const;

  [[nodiscard]] bool is_user(const std::string& name) const { return users_.count(name) != 0; }
  [[nodiscard]] std::vector<std::string> organizations_of(const std::string& user) const;
  /// The first token with this role; empty if there is none.
  [[nodiscard]] std::string token_of(TokenRole role) const;

 private:
  std::vector<HubToken> tokens_;
  std::set<std::string> users_;
  std::map<std::string, std::set<std::string>> organizations_;
  bool strict_;
};

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
