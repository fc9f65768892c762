// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the pipeline tells the log: requests as curl commands, warnings of the server.
#pragma once

#include "huggingface_hub/http/request.hpp"
#include "huggingface_hub/http/response.hpp"

#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// `request` as a curl command (`spec/transfer.md` 3.7): headers sorted, secrets replaced, the body cut at 1000
/// characters. `body` is its text where it is known.
std::string as_curl_command(const http::Request& request, const std::string* body);

/// Logs each `X-HF-Warning` of `headers` as a warning, once a topic and process (`spec/hub-http.md` 1.5).
void log_server_warnings(const http::Headers& headers);

HUGGINGFACE_HUB_NAMESPACE_END
