// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/repo_id.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

struct TagState {
  std::string commit{};
  std::string message{};
};

struct Discussion {
  std::string author{};
  std::string base{};  ///< The commit a pull request started from.
  std::int64_t created_at{0};
  nlohmann::json events = nlohmann::json::array();
  bool is_pull_request{false};
  std::string merge_commit{};
  int num{0};
  std::string status{"open"};  ///< `open`, `closed`, `merged`, `draft`.
  std::string title{};
};

/// Everything about a repository that changes; what it holds is in the commits. A document of the store.
struct RepoState {
  std::map<std::string, std::string> access{};  ///< Gated: user to `accepted`, `pending` or `rejected`.
  std::map<std::string, std::string> branches{};
  std::int64_t created_at{0};  ///< Milliseconds since 1970.
  std::string creator{};
  std::string description{};
  bool disabled{false};
  std::vector<Discussion> discussions{};
  std::int64_t downloads{0};
  std::vector<std::string> former_ids{};
  std::string gated{};  ///< Empty, `auto`, `manual`.
  std::string id{};
  std::int64_t last_modified{0};
  std::string oid{};  ///< The 24 hex digits that stay through a rename.
  bool private_repo{false};
  std::map<int, std::string> pull_requests{};  ///< Number to head commit.
  std::string sdk{};                           ///< Spaces.
  std::map<std::string, TagState> tags{};
  RepoType type{RepoType::model};

  [[nodiscard]] std::string owner() const { return id.substr(0, id.find('/')); }
  [[nodiscard]] Discussion* discussion(int num) noexcept {
    for (Discussion& each : discussions) {
      if (each.num == num) return &each;
    }
    return nullptr;
  }
  [[nodiscard]] const Discussion* discussion(int num) const noexcept {
    return const_cast<RepoState*>(this)->discussion(num);
  }
};

std::string to_document(const RepoState& state);
/// Throws where the text is no state.
RepoState parse_repo_state(const std::string& text);

/// Where the state is stored: `models/<id>`.
std::string document_key(RepoType type, const std::string& id);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
