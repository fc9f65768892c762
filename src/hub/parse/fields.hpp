// SPDX-License-Identifier: Apache-2.0
/// @file
/// Reading answers of the Hub: tolerant of what is not known, strict about what was promised.
#pragma once

#include "huggingface_hub/http/response.hpp"
#include "huggingface_hub/json_text.hpp"
#include "huggingface_hub/types/repo_info.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace parse {

using Json = nlohmann::json;

/// Throws `HfHubHTTPError`: a success whose body is not what the call promises. The message names the URL.
[[noreturn]] void unexpected_answer(const http::ResponseHead& head, std::string_view what);

/// The JSON of a success.
/// @throws HfHubHTTPError  the body is no JSON: HTML, cut short, empty.
Json json_of(const http::Response& response);

/// The same, where an array was promised.
Json array_of(const http::Response& response);

/// The members of one JSON object. A required member that is missing or of another type is an
/// `HfHubHTTPError` that names it and the URL. An optional one that is `null` or of another type counts as unset,
/// so that a newer Hub does not break this client. The object and the head must outlive this.
class Fields {
 public:
  /// `what` says what the object is, for messages: `repository`, `tree entry`.
  Fields(const Json& object, const http::ResponseHead& head, const char* what);

  [[nodiscard]] std::string text(const char* name) const;
  [[nodiscard]] std::uint64_t count(const char* name) const;
  [[nodiscard]] const Json& array(const char* name) const;
  [[nodiscard]] Fields object(const char* name, const char* what) const;

  [[nodiscard]] std::optional<std::string> maybe_text(const char* name) const;
  [[nodiscard]] std::optional<std::uint64_t> maybe_count(const char* name) const;
  [[nodiscard]] std::optional<std::int64_t> maybe_integer(const char* name) const;
  [[nodiscard]] std::optional<bool> maybe_flag(const char* name) const;
  [[nodiscard]] std::optional<Timestamp> maybe_time(const char* name) const;
  [[nodiscard]] std::optional<std::vector<std::string>> maybe_texts(const char* name) const;
  [[nodiscard]] JsonText raw(const char* name) const;

  /// The member, or null where it is missing or `null`.
  [[nodiscard]] const Json* find(const char* name) const;
  [[nodiscard]] const http::ResponseHead& head() const noexcept { return head_; }

  /// Throws: member `name` is not `expected`.
  [[noreturn]] void refuse(const char* name, std::string_view expected) const;

 private:
  const Json& object_;
  const http::ResponseHead& head_;
  const char* what_;
};

}  // namespace parse
HUGGINGFACE_HUB_NAMESPACE_END
