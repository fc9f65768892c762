// SPDX-License-Identifier: Apache-2.0
/// @file
/// What discussions and pull requests consist of (`spec/hub-http.md` 12).
#pragma once

#include "server/repo_state.hpp"

#include <cstdint>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

struct NewDiscussion {
  std::string author{};
  std::string title{};
  std::string description{};
  bool is_pull_request{false};
  std::int64_t now{0};
};

/// A pull request starts as a draft, a discussion open.
Discussion& add_discussion(RepoState& state, const NewDiscussion& request);

/// Each adds an event and returns it.
nlohmann::json add_comment_event(Discussion& discussion, const std::string& author, const std::string& text,
                                 std::int64_t now);
nlohmann::json add_commit_event(Discussion& discussion, const std::string& author, const std::string& message,
                                const std::string& commit, std::int64_t now);
nlohmann::json set_status(Discussion& discussion, const std::string& author, const std::string& status,
                          std::int64_t now);
nlohmann::json set_title(Discussion& discussion, const std::string& author, const std::string& title,
                         std::int64_t now);

/// As in listings; `events` and `changes` are added for the details.
nlohmann::json discussion_json(const Discussion& discussion, const RepoState& state, bool details);

/// `YYYY-MM-DDTHH:MM:SS.mmmZ` from milliseconds since 1970.
std::string iso_time(std::int64_t milliseconds);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
