// SPDX-License-Identifier: Apache-2.0
/// @file
/// How `hf://` URIs and web URLs are read. Included by `hf_uri.hpp` only.
#pragma once

#include "huggingface_hub/hf_uri.hpp"

#include <algorithm>
#include <initializer_list>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace detail {

inline bool contains(std::initializer_list<std::string_view> values, std::string_view value) noexcept {
  for (const std::string_view known : values) {
    if (known == value) return true;
  }
  return false;
}

inline std::vector<std::string_view> split_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (const std::string_view segment = path.substr(0, slash); !segment.empty()) segments.push_back(segment);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
  }
  return segments;
}

/// Segments from `first` on, decoded, joined by `/`. A slash that was encoded stays so.
inline std::string join_decoded(const std::vector<std::string_view>& segments, std::size_t first) {
  std::string joined;
  for (std::size_t i = first; i < segments.size(); ++i) {
    if (i > first) joined.push_back('/');
    joined += replace_slashes(unquote(segments[i]));
  }
  return joined;
}

inline bool is_hub_host(std::string_view host, std::string_view endpoint_host) noexcept {
  return contains({"huggingface.co", "hf.co", "hub-ci.huggingface.co"}, host) ||
         (!endpoint_host.empty() && host == endpoint_host);
}

inline bool looks_like_url(std::string_view text, std::string_view endpoint_host) {
  const std::size_t scheme = text.find("://");
  if (scheme != std::string_view::npos) {
    std::string name;
    for (const char c : text.substr(0, scheme)) name.push_back(static_cast<char>(c | 0x20));
    return name == "http" || name == "https";
  }
  return is_hub_host(split_url(text).host, endpoint_host);
}

inline std::optional<std::string> uri_body_of_url(std::string_view url, std::string_view endpoint) {
  const UrlParts hub = split_url(endpoint);
  if (!looks_like_url(url, hub.host)) return std::nullopt;
  UrlParts parts = split_url(url);
  if (!is_hub_host(parts.host, hub.host)) {
    throw_hf_uri_error(url, "Unrecognized host '" + (parts.host.empty() ? std::string(url) : parts.host) +
                                "'. Expected a Hugging Face URL (e.g. 'https://huggingface.co/...').");
  }
  // An endpoint below a path: `http://localhost:8080/hf`.
  const std::string below = "/" + std::string(strip_slashes(hub.path));
  if (below.size() > 1 && parts.host == hub.host && (parts.path + "/").compare(0, below.size() + 1, below + "/") == 0) {
    parts.path.erase(0, below.size());
  }

  std::vector<std::string_view> segments = split_segments(parts.path);
  if (segments.empty()) {
    throw_hf_uri_error(url, "Missing repository or bucket identifier in URL '" + std::string(url) + "'.");
  }
  std::string prefix;
  if (uri_type_from_prefix(segments.front())) {
    prefix = std::string(segments.front()) + "/";
    segments.erase(segments.begin());
  }
  if (segments.size() < 2) {
    throw_hf_uri_error(url, "Cannot parse URL '" + std::string(url) +
                                "': expected a '<namespace>/<name>' repository or bucket. User/organization pages and "
                                "single-segment URLs are not supported.");
  }
  const bool bucket = prefix == "buckets/";
  const std::string base = prefix + std::string(segments[0]) + "/" + std::string(segments[1]);
  if (segments.size() == 2) return base;
  if (!contains({"resolve", "tree"}, segments[2]) && (bucket || !contains({"blame", "blob", "raw"}, segments[2]))) {
    throw_hf_uri_error(url, "Cannot parse URL '" + std::string(url) + "': unsupported '/" + std::string(segments[2]) +
                                "/' route. Only repository and bucket pages and file or folder routes can be parsed.");
  }
  if (segments.size() == 3) return base;
  return base + (bucket ? "/" : "@") + join_decoded(segments, 3);
}

inline HfUri parse_bucket_location(std::string_view location, std::string_view uri) {
  location = strip_slashes(location);
  const std::size_t first = location.find('/');
  const std::size_t second = first == std::string_view::npos ? first : location.find('/', first + 1);
  HfUri parsed;
  parsed.type = HfUriType::bucket;
  parsed.id = location.substr(0, second);
  if (first == std::string_view::npos || first == 0 || second == first + 1) {
    throw_hf_uri_error(uri, "Bucket id must be 'namespace/name', got '" + std::string(location) + "'.");
  }
  if (parsed.id.find('@') != std::string::npos) {
    throw_hf_uri_error(uri, "Bucket URIs do not support a revision marker ('@').");
  }
  if (second != std::string_view::npos) parsed.path_in_repo = location.substr(second + 1);
  return parsed;
}

/// `<revision>[/<path>]`.
inline void parse_revision_and_path(std::string_view text, std::string_view uri, HfUri& parsed) {
  std::size_t end = special_ref_length(text);
  if (end == 0) end = (std::min)(text.find('/'), text.size());
  parsed.revision = unquote(text.substr(0, end));
  if (parsed.revision->empty()) throw_hf_uri_error(uri, "Empty revision after '@'.");
  text.remove_prefix(end);
  if (!text.empty() && text.front() == '/') text.remove_prefix(1);
  parsed.path_in_repo = text;
}

inline HfUri parse_repo_location(std::string_view location, HfUriType type, std::string_view uri) {
  location = strip_slashes(location);
  if (location.empty()) throw_hf_uri_error(uri, "Missing repository id.");
  const std::size_t first = location.find('/');
  const std::size_t second = first == std::string_view::npos ? first : location.find('/', first + 1);
  // An `@` counts right after the id only; later ones belong to file names.
  const std::size_t at = location.substr(0, second).find('@');

  HfUri parsed;
  parsed.type = type;
  parsed.id = location.substr(0, (std::min)(at, second));
  if (at == 0) throw_hf_uri_error(uri, "Missing repository id before '@'.");
  if (parsed.id.find('/') == std::string::npos) {
    throw_hf_uri_error(uri, "Repository id must be 'namespace/name', got '" + parsed.id + "'.");
  }
  if (at != std::string_view::npos) {
    parse_revision_and_path(location.substr(at + 1), uri, parsed);
  } else if (second != std::string_view::npos) {
    parsed.path_in_repo = location.substr(second + 1);
  }
  if (const std::optional<std::string> problem = repo_id_problem(parsed.id)) throw_hf_uri_error(uri, *problem);
  return parsed;
}

/// Takes the type prefix off `location`.
inline HfUriType take_uri_type(std::string_view& location, std::string_view uri) {
  const std::size_t slash = location.find('/');
  const std::string first(location.substr(0, slash));
  if (uri_type_from_prefix(first + "s")) {
    throw_hf_uri_error(uri, "Type prefix must be plural, got '" + first + "/'. Did you mean '" + first + "s/'?");
  }
  const std::optional<HfUriType> type = uri_type_from_prefix(first);
  if (!type) return HfUriType::model;
  if (slash == std::string_view::npos) {
    throw_hf_uri_error(uri, "Missing identifier after '" + first + "'. Expected 'hf://" + first + "/<ID>'.");
  }
  location.remove_prefix(slash + 1);
  return *type;
}

}  // namespace detail

inline HfUri parse_hf_uri(std::string_view uri, std::string_view endpoint) {
  std::string body;
  if (uri.substr(0, detail::kHfProtocol.size()) == detail::kHfProtocol) {
    body = uri.substr(detail::kHfProtocol.size());
    if (body.empty()) detail::throw_hf_uri_error(uri, "Empty body after 'hf://'.");
  } else if (std::optional<std::string> from_url = detail::uri_body_of_url(uri, endpoint)) {
    body = std::move(*from_url);
  } else {
    detail::throw_hf_uri_error(uri,
                               "Must start with 'hf://' or be a Hugging Face URL (e.g. 'https://huggingface.co/...'). "
                               "Expected format: hf://[<TYPE>/]<ID>[@<REVISION>][/<PATH>]");
  }
  std::string_view location = body;
  const HfUriType type = detail::take_uri_type(location, uri);
  HfUri parsed = type == HfUriType::bucket ? detail::parse_bucket_location(location, uri)
                                           : detail::parse_repo_location(location, type, uri);
  if (!parsed.path_in_repo.empty() &&
      (parsed.path_in_repo.front() == '/' || parsed.path_in_repo.find("//") != std::string::npos)) {
    detail::throw_hf_uri_error(uri, "Path must not contain empty segments (got '" + parsed.path_in_repo + "').");
  }
  return parsed;
}

inline HfMount parse_hf_mount(std::string_view mount) {
  std::string_view rest = mount;
  HfMount parsed;
  const std::string_view suffix = rest.size() >= 3 ? rest.substr(rest.size() - 3) : std::string_view();
  if (suffix == ":ro" || suffix == ":rw") {
    parsed.read_only = suffix == ":ro";
    rest.remove_suffix(3);
  }
  // The colon of `hf://` is followed by a slash as well.
  const std::size_t colon = rest.rfind(":/");
  if (rest.substr(0, detail::kHfProtocol.size()) != detail::kHfProtocol) {
    detail::throw_hf_uri_error(mount, "Must start with 'hf://'.");
  }
  if (colon == std::string_view::npos || colon < detail::kHfProtocol.size()) {
    detail::throw_hf_uri_error(mount, "Missing mount path. Expected ':<MOUNT_PATH>' (e.g. 'hf://org/model:/data').");
  }
  parsed.mount_path = rest.substr(colon + 1);
  if (parsed.mount_path == "/") {
    detail::throw_hf_uri_error(mount, "Mount path must be an absolute path below '/', got '/'.");
  }
  parsed.source = parse_hf_uri(rest.substr(0, colon));
  return parsed;
}

HUGGINGFACE_HUB_NAMESPACE_END
