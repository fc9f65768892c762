// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/user.hpp"

#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class Session;

struct WhoAmIOptions {
  CallOptions call{};
  Token token{};  ///< `false` makes no sense here and is refused.
};

struct AuthCheckOptions {
  CallOptions call{};
  RepoType repo_type{RepoType::model};
  Token token{};
  bool write{false};  ///< True: asks whether the token may write, not only read.
};

/// Identity. Reached through `HfApi`. Const members are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT UsersApi {
 public:
  /// Whose token is sent. The Hub limits this call strictly: keep the answer rather than asking again.
  ///
  /// @throws LocalTokenNotFoundError  there is no token; nothing was sent.
  /// @throws HfHubHTTPError           401: the token is not valid; the message says where it came from.
  /// @throws HFValidationError        `token = false`; nothing was sent.
  WhoAmI whoami(const WhoAmIOptions& options = {}) const;

  /// Returns if the token may read (or write) the repository. For models, datasets and Spaces.
  ///
  /// @throws GatedRepoError           one has to ask for access first.
  /// @throws RepositoryNotFoundError  no such repository, or no access to it.
  /// @throws HfHubHTTPError           403: it can be read, but not written.
  void auth_check(const std::string& repo_id, const AuthCheckOptions& options = {}) const;

 protected:
  UsersApi() = default;
  UsersApi(const UsersApi&) = default;
  UsersApi& operator=(const UsersApi&) = default;
  virtual ~UsersApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
