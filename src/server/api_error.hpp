// SPDX-License-Identifier: Apache-2.0
/// @file
/// The refusals of the hub, with the codes and texts that clients tell them apart by (`spec/hub-http.md` 1.5).
#pragma once

#include "server/http_message.hpp"

#include <stdexcept>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

class ApiError : public std::runtime_error {
 public:
  ApiError(int status, std::string code, const std::string& message)
      : std::runtime_error(message), code_(std::move(code)), status_(status) {}

  /// A header, or a member of the JSON body, that goes with the answer.
  ApiError& with_header(std::string name, std::string value) {
    headers_.emplace_back(std::move(name), std::move(value));
    return *this;
  }
  ApiError& with_member(std::string name, std::string value) {
    members_.emplace_back(std::move(name), std::move(value));
    return *this;
  }

  [[nodiscard]] const std::string& code() const noexcept { return code_; }
  [[nodiscard]] const HeaderList& headers() const noexcept { return headers_; }
  [[nodiscard]] const HeaderList& members() const noexcept { return members_; }
  [[nodiscard]] int status() const noexcept { return status_; }

 private:
  std::string code_;
  HeaderList headers_{};
  HeaderList members_{};
  int status_;
};

inline ApiError bad_request(const std::string& message) { return {400, "", message}; }
inline ApiError conflict(const std::string& message) { return {409, "", message}; }
inline ApiError entry_not_found(const std::string& message = "Entry not found") {
  return {404, "EntryNotFound", message};
}
inline ApiError forbidden(const std::string& message) { return {403, "", message}; }
inline ApiError revision_not_found(const std::string& revision) {
  return {404, "RevisionNotFound", "Invalid rev id: " + revision};
}
inline ApiError unprocessable(const std::string& message) { return {422, "", message}; }

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
