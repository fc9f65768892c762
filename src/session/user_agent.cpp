// SPDX-License-Identifier: Apache-2.0
#include "session/user_agent.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

/// Adds the `;`-separated tokens of `text` that are not there yet.
void add_tokens(std::vector<std::string>& tokens, std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find(';'), text.size());
    std::string token(trim(text.substr(0, end)));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (token.empty() || std::find(tokens.begin(), tokens.end(), token) != tokens.end()) continue;
    tokens.push_back(std::move(token));
  }
}

}  // namespace

std::string user_agent(const UserAgentParts& parts) {
  const std::string version = parts.library_version.empty() ? "None" : parts.library_version;
  std::vector<std::string> tokens;
  add_tokens(tokens, parts.library_name.empty() ? "unknown/None" : parts.library_name + "/" + version);
  add_tokens(tokens, std::string("hf_hub_cpp/") + kVersion);
  add_tokens(tokens, "cpp/20");
  add_tokens(tokens, parts.user_agent);
  add_tokens(tokens, parts.call_user_agent);
  if (!parts.origin.empty()) add_tokens(tokens, "origin/" + parts.origin);
  std::string joined;
  for (const std::string& token : tokens) joined += (joined.empty() ? "" : "; ") + token;
  return joined;
}

HUGGINGFACE_HUB_NAMESPACE_END
