// SPDX-License-Identifier: Apache-2.0
#include "cli/failure.hpp"

#include "huggingface_hub/errors.hpp"

#include <cctype>
#include <string_view>

namespace huggingface_hub::cli {

namespace {

std::string capitalized(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

std::string repository_not_found(const HttpErrorInfo& http) {
  const std::string label = http.repo_type.empty() ? "Repository" : capitalized(http.repo_type);
  const std::string type = http.repo_type.empty() || http.repo_type == "model" ? "" : " --type " + http.repo_type;
  return label + (http.repo_id.empty() ? "" : " '" + http.repo_id + "'") +
         " not found.\nIf the repo is private, make sure you are authenticated and your token has the required "
         "permissions.\nIf the repo does not exist, create it with: hfcpp repos create " +
         (http.repo_id.empty() ? "<repo_id>" : http.repo_id + type);
}

std::string gated_repo(const HttpErrorInfo& http) {
  const std::string label = http.repo_type.empty() ? "repository" : http.repo_type;
  if (http.repo_id.empty()) return "Access denied. This " + label + " requires approval.";
  return "Access denied. " + capitalized(label) + " '" + http.repo_id + "' requires approval.";
}

/// `model 'a/b'`, as far as it is known.
std::string in_repository(const HttpErrorInfo& http) {
  const std::string label = http.repo_type.empty() ? "repository" : http.repo_type;
  return http.repo_id.empty() ? label : label + " '" + http.repo_id + "'";
}

std::string revision_not_found(const HttpErrorInfo& http) {
  const std::string text = "Revision not found in " + in_repository(http) + ".";
  return http.repo_id.empty() ? text + " Check the revision parameter." : text;
}

std::string entry_not_found(const HttpErrorInfo& http) {
  return "File not found in " + in_repository(http) + "." + (http.url.empty() ? "" : "\nURL: " + http.url);
}

/// `Invalid HF URI '<uri>'. <why>` as the command line says it: `Invalid HF URI: <uri>. <why>`.
std::string invalid_uri(const std::string& message) {
  constexpr std::string_view kStart = "Invalid HF URI '";
  const std::size_t end = message.find("'. ");
  if (message.compare(0, kStart.size(), kStart) != 0 || end == std::string::npos) return message;
  return "Invalid HF URI: " + message.substr(kStart.size(), end - kStart.size()) + message.substr(end + 1);
}

std::string describe_ours(const HfHubError& error) {
  static const HttpErrorInfo kNone{};
  const HttpErrorInfo& http = error.error().http ? *error.error().http : kNone;
  switch (error.code()) {
    case ErrorCode::gated_repo: return gated_repo(http);
    case ErrorCode::repository_not_found: return repository_not_found(http);
    case ErrorCode::revision_not_found: return revision_not_found(http);
    case ErrorCode::remote_entry_not_found: return entry_not_found(http);
    case ErrorCode::local_token_not_found: return "Not logged in. Run 'hfcpp auth login' first.";
    case ErrorCode::oidc: return std::string("OIDC Exchange failed. ") + error.what();
    case ErrorCode::device_code: return std::string("Login failed: ") + error.what();
    case ErrorCode::local_entry_not_found: return std::string("Local entry not found. ") + error.what();
    case ErrorCode::incomplete_snapshot:
      return std::string("Local entry not found. ") + error.what() +
             "\nIncomplete snapshot available at: " + error.error().path.string();
    case ErrorCode::invalid_hf_uri: return invalid_uri(error.what());
    case ErrorCode::validation:
    case ErrorCode::card: return std::string("Invalid value. ") + error.what();  // ValueError in Python
    default: return error.what();
  }
}

}  // namespace

std::string describe(const std::exception& error) {
  if (const auto* ours = dynamic_cast<const HfHubError*>(&error)) return describe_ours(*ours);
  return error.what();
}

}  // namespace huggingface_hub::cli
