// SPDX-License-Identifier: Apache-2.0
/// @file
/// A failed response, as the `Error` that stands for it (`spec/transfer.md` 12).
#pragma once

#include "huggingface_hub/http/request.hpp"
#include "huggingface_hub/http/response.hpp"

#include <chrono>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// Precondition: `head.status >= 400`. `request_range` is the `Range` that was asked for, for the text of a 416.
Error failed_response(Method method, const ResponseHead& head, std::string_view body, const std::string& request_range,
                      std::chrono::system_clock::time_point now);

/// The repository that a URL names; both empty where it names none.
struct NamedRepo {
  std::string id{};
  std::string type{};
};
NamedRepo repo_in_url(std::string_view url);

/// The reason phrase of the common status codes; empty for others.
const char* reason_phrase(int status) noexcept;

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
