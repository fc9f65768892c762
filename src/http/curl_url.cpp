// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "http/curl_easy.hpp"

#include <charconv>

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

}  // namespace

Result<Url> parse_url(const std::string& url) {
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
