// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "hub/lfs_batch.hpp"
#include "session/session.hpp"

#include "huggingface_hub/types/commit.hpp"

#include <cstdint>
#include <memory>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {

/// Posts the commit (spec/hub-http.md 9.3): once, and again only where nothing of it can have been sent. Title and
/// description of the result are left empty.
/// @throws RepositoryNotFoundError, RevisionNotFoundError, RemoteEntryNotFoundError, BadRequestError, HfHubHTTPError
CommitInfo post_commit(const Session& session, const UploadTarget& target, std::shared_ptr<http::Body> body);

/// Opens a pull request without any commit yet (12); returns its number. Sent once.
/// @throws RepositoryNotFoundError, HfHubHTTPError
std::uint64_t open_pull_request(const Session& session, const UploadTarget& target, const std::string& title,
                                const std::string& description);

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
