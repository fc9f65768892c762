// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http_message.hpp"

#include <cstdint>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// Puts `source` into the response as `request` asks: whole (200), one range (206, `If-Range` obeyed), nothing new
/// (304 by `If-None-Match`), or out of bounds (416). Several ranges at once are answered with the whole.
/// `etag` stands in its quotes.
void serve_bytes(const HttpRequest& request, const std::string& etag, std::shared_ptr<const ByteSource> source,
                 HttpResponse& response);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
