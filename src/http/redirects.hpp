// SPDX-License-Identifier: Apache-2.0
/// @file
/// Where a redirect leads, and what travels along (`spec/transfer.md` 3.3).
#pragma once

#include "huggingface_hub/http/request.hpp"
#include "huggingface_hub/http/response.hpp"

#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// 301, 302, 303, 307 or 308 with a `Location`.
bool is_redirect(const ResponseHead& head);

/// The absolute URL of `Location`. `transport` where it is none that can be followed.
Result<std::string> redirect_target(const ResponseHead& head);

/// True if credentials for `from` may be sent to `to`: same origin, or the same host changing from http on port 80
/// to https on port 443.
bool keeps_credentials(const std::string& from, const std::string& to);

/// Changes `request` into the one that follows a redirect with `status` to `target`: method, body, headers, URL.
void follow_redirect(Request& request, int status, std::string target, bool keep_credentials);

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
