// SPDX-License-Identifier: Apache-2.0
/// @file
/// URLs, taken apart and put together by libcurl's own parser, so that what is decided here is what is sent.
#pragma once

#include "huggingface_hub/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// An `http` or `https` URL in parts.
struct Url {
  std::string scheme{};  ///< Lower case.
  std::string host{};    ///< Lower case; an IPv6 address without brackets and zone.
  std::uint16_t port{0}; ///< The scheme's default where the URL has none.
  std::string path{};    ///< At least `/`; as given, still percent-encoded.
  std::string query{};   ///< Without `?`.
};

/// `validation` for what is no absolute `http` or `https` URL. The message does not repeat query and credentials.
Result<Url> parse_url(const std::string& url);

/// Scheme, host and port alike (`spec/hub-http.md` 7.2). False where one of them does not parse.
bool same_origin(const std::string& a, const std::string& b);

/// `scheme://host:port`, port always given; empty where `url` does not parse.
std::string origin_of(const std::string& url);

/// What `reference` (of a `Location` or `Link` header) means seen from `base`, by RFC 3986. Characters that may not
/// stand in a URL are percent-encoded. Only `http` and `https` come out; the fragment is dropped.
Result<std::string> resolve_url(const std::string& base, const std::string& reference);

/// `url` with `query` appended to the query it may have, form-encoded. A key may repeat.
std::string append_query(std::string url, const std::vector<std::pair<std::string, std::string>>& query);

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
