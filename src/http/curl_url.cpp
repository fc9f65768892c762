// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "http/curl_easy.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

CurlUrl make_url() {
  CurlUrl handle(curl_url());
  if (!handle) throw std::bad_alloc();
  return handle;
}

/// Empty where the part is missing.
std::string part(const CurlUrl& handle, CURLUPart what, unsigned flags = 0) {
  char* raw = nullptr;
  if (curl_url_get(handle.get(), what, &raw, flags) != CURLUE_OK) return {};
  const CurlText text(raw);
  return text ? std::string(text.get()) : std::string();
}

Error not_a_url(const std::string& url) {
  Error error;
  error.code = ErrorCode::validation;
  error.message = "\"" + redact_url(url) + "\" is not a complete http or https URL.";
  return error;
}

bool is_http(const CurlUrl& handle) {
  const std::string scheme = to_lower(part(handle, CURLUPART_SCHEME));
  return scheme == "http" || scheme == "https";
}

/// Up to the path: `https://host:port`. All of it where there is no path.
std::string_view authority_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  return scheme == std::string_view::npos ? url : url.substr(0, url.find_first_of("/?#", scheme + 3));
}

/// What may stand in a path or query without libcurl having anything to say about it.
bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("/?._~%=&+-").find(c) != std::string_view::npos;
}

/// One request asks several times who its URL leads to, and the next is to the same host: libcurl's answer for that
/// part is kept, where the rest begins with a slash and has nothing that could mean anything else.
struct KnownAuthority {
  std::string text{};
  Url parts{};  ///< With neither path nor query.
};

Result<Url> parse_thoroughly(const std::string& url) {
  const CurlUrl handle = make_url();
  if (curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK || !is_http(handle)) {
    return not_a_url(url);
  }
  Url parts;
  parts.scheme = to_lower(part(handle, CURLUPART_SCHEME));
  parts.host = to_lower(part(handle, CURLUPART_HOST));
  if (parts.host.size() > 2 && parts.host.front() == '[') parts.host = parts.host.substr(1, parts.host.size() - 2);
  parts.path = part(handle, CURLUPART_PATH);
  parts.query = part(handle, CURLUPART_QUERY);
  const std::string port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  std::from_chars(port.data(), port.data() + port.size(), parts.port);
  return parts;
}

}  // namespace

Result<Url> parse_url(const std::string& url) {
  static thread_local KnownAuthority known;
  const std::string_view authority = authority_of(url);
  const std::string_view rest = std::string_view(url).substr(authority.size());
  const bool is_simple = !rest.empty() && rest.front() == '/' && std::all_of(rest.begin(), rest.end(), is_plain);
  if (is_simple && authority == known.text) {
    Url parts = known.parts;
    const std::size_t mark = rest.find('?');
    parts.path = rest.substr(0, mark);
    if (mark != std::string_view::npos) parts.query = rest.substr(mark + 1);
    return parts;
  }
  Result<Url> parsed = parse_thoroughly(url);
  if (parsed.ok() && is_simple) {
    known.text = authority;
    known.parts = Url{parsed->scheme, parsed->host, parsed->port, {}, {}};
  }
  return parsed;
}

bool same_origin(const std::string& a, const std::string& b) {
  const auto left = parse_url(a);
  const auto right = parse_url(b);
  return left && right && left->scheme == right->scheme && left->host == right->host && left->port == right->port;
}

std::string origin_of(const std::string& url) {
  const auto parts = parse_url(url);
  if (!parts) return {};
  const bool address6 = parts->host.find(':') != std::string::npos;
  return parts->scheme + "://" + (address6 ? "[" + parts->host + "]" : parts->host) + ":" +
         std::to_string(parts->port);
}

Result<std::string> resolve_url(const std::string& base, const std::string& reference) {
  const CurlUrl handle = make_url();
  if (curl_url_set(handle.get(), CURLUPART_URL, base.c_str(), CURLU_PATH_AS_IS) != CURLUE_OK) return not_a_url(base);
  // libcurl would keep the base's fragment where the reference has none.
  curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  if (curl_url_set(handle.get(), CURLUPART_URL, reference.c_str(), CURLU_URLENCODE) != CURLUE_OK || !is_http(handle)) {
    return not_a_url(reference);
  }
  curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  return part(handle, CURLUPART_URL);
}

std::string append_query(std::string url, const std::vector<std::pair<std::string, std::string>>& query) {
  if (query.empty()) return url;
  if (const auto fragment = url.find('#'); fragment != std::string::npos) url.erase(fragment);
  char separator = url.find('?') == std::string::npos ? '?' : '&';
  if (!url.empty() && (url.back() == '?' || url.back() == '&')) separator = '\0';
  for (const auto& [key, value] : query) {
    if (separator != '\0') url += separator;
    url += percent_encode(key) + "=" + percent_encode(value);
    separator = '&';
  }
  return url;
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
