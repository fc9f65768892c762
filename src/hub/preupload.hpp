// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the Hub is asked before an upload: how each file is stored, and whether a card is in order.
#pragma once

#include "hub/addition.hpp"
#include "hub/lfs_batch.hpp"
#include "session/session.hpp"

#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {

/// Fills in mode, ignore rule and remote id of `additions`, 256 a request (spec/hub-http.md 9.1).
/// @throws RepositoryNotFoundError (with the advice to create it), and what requests throw.
void fetch_upload_modes(const Session& session, const UploadTarget& target,
                        const std::vector<AdditionState*>& additions,
                        const std::optional<std::string>& gitignore_content);

/// Asks the Hub whether the metadata in README.md is in order (9.4). Its warnings are logged.
/// @throws CardError  the Hub says what is wrong with it.
void validate_card(const Session& session, const std::string& content, RepoType type, const CallOptions& call,
                   const Token& token);

/// Appends the advice to create the repository first where that is what is wrong.
Error with_repo_advice(Error error);

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
