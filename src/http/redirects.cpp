// SPDX-License-Identifier: Apache-2.0
#include "http/redirects.hpp"

#include "core/log.hpp"
#include "http/url.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

bool is_redirect(const ResponseHead& head) {
  switch (head.status) {
    case 301:
    case 302:
    case 303:
    case 307:
    case 308: return head.headers.has("Location");
    default: return false;
  }
}

Result<std::string> redirect_target(const ResponseHead& head) {
  auto target = resolve_url(head.url, head.headers.get("Location").value_or(""));
  if (target) return target;
  Error error;
  error.code = ErrorCode::transport;
  error.message = redact_url(head.url) + " redirects to what is no http or https URL (status " +
                  std::to_string(head.status) + ").";
  return error;
}

bool keeps_credentials(const std::string& from, const std::string& to) {
  if (same_origin(from, to)) return true;
  const auto before = parse_url(from);
  const auto after = parse_url(to);
  return before && after && before->host == after->host && before->scheme == "http" && before->port == 80 &&
         after->scheme == "https" && after->port == 443;
}

void follow_redirect(Request& request, int status, std::string target, bool keep_credentials) {
  const bool becomes_get = ((status == 302 || status == 303) && request.method != Method::head) ||
                           (status == 301 && request.method == Method::post);
  if (becomes_get) {
    request.method = Method::get;
    request.body = nullptr;
    for (const char* name : {"Content-Length", "Content-Type", "Transfer-Encoding"}) request.headers.remove(name);
  }
  if (!keep_credentials) {
    for (const char* name : {"Authorization", "Cookie", "Proxy-Authorization"}) request.headers.remove(name);
  }
  request.url = std::move(target);
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
