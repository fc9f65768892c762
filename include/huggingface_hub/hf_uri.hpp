// SPDX-License-Identifier: Apache-2.0
/// @file
/// `hf://` URIs: places on the Hub as one string (`spec/transfer.md` 9.3).
///
/// `hf://[models|datasets|spaces|kernels|buckets/]<namespace>/<name>[@<revision>][/<path>]`
#pragma once

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/repo_id.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

enum class HfUriType : std::uint8_t { model, dataset, space, kernel, bucket };

/// The prefix in URIs: `models`, `datasets`, `spaces`, `kernels`, `buckets`.
inline const char* to_prefix(HfUriType type) noexcept {
  switch (type) {
    case HfUriType::dataset: return "datasets";
    case HfUriType::space: return "spaces";
    case HfUriType::kernel: return "kernels";
    case HfUriType::bucket: return "buckets";
    case HfUriType::model: break;
  }
  return "models";
}

namespace detail {

constexpr std::string_view kHfProtocol = "hf://";

[[noreturn]] inline void throw_hf_uri_error(std::string_view uri, const std::string& why) {
  throw_error(ErrorCode::invalid_hf_uri, "Invalid HF URI '" + std::string(uri) + "'. " + why);
}

inline std::optional<HfUriType> uri_type_from_prefix(std::string_view prefix) noexcept {
  for (const auto type :
       {HfUriType::model, HfUriType::dataset, HfUriType::space, HfUriType::kernel, HfUriType::bucket}) {
    if (prefix == to_prefix(type)) return type;
  }
  return std::nullopt;
}

/// The length of `refs/pr/<n>` or `refs/convert/<name>` at the start of `text`; 0 if it has neither. These are the
/// only revisions whose slashes are written as they are.
inline std::size_t special_ref_length(std::string_view text) noexcept {
  const auto run = [text](std::string_view prefix, auto belongs) -> std::size_t {
    if (text.substr(0, prefix.size()) != prefix) return 0;
    std::size_t end = prefix.size();
    while (end < text.size() && belongs(text[end])) ++end;
    return end > prefix.size() ? end : 0;
  };
  const std::size_t pull_request = run("refs/pr/", [](char c) { return c >= '0' && c <= '9'; });
  if (pull_request > 0) return pull_request;
  return run("refs/convert/", [](char c) { return is_word_character(c) || c == '.' || c == '-'; });
}

inline std::string unquote(std::string_view text) {
  const auto digit = [](char c) -> int {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
      plain.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
      i += 2;
    } else {
      plain.push_back(text[i]);
    }
  }
  return plain;
}

inline std::string quote(std::string_view text, bool keep_slashes) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string quoted;
  for (const char c : text) {
    if (is_word_character(c) || c == '-' || c == '.' || c == '~' || (keep_slashes && c == '/')) {
      quoted.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      quoted += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return quoted;
}

inline std::string replace_slashes(std::string_view text) {
  std::string replaced;
  for (const char c : text) {
    if (c == '/') replaced += "%2F";
    else replaced.push_back(c);
  }
  return replaced;
}

inline std::string_view strip_slashes(std::string_view text) noexcept {
  while (!text.empty() && text.front() == '/') text.remove_prefix(1);
  while (!text.empty() && text.back() == '/') text.remove_suffix(1);
  return text;
}

}  // namespace detail

/// A place on the Hub: a repository or bucket, perhaps at a revision, perhaps a path in it.
struct HfUri {
  HfUriType type{HfUriType::model};
  std::string id{};                      ///< `namespace/name`.
  std::optional<std::string> revision{};  ///< Decoded; unset where the URI has none, and for buckets.
  std::string path_in_repo{};            ///< Empty: the root.

  [[nodiscard]] bool is_bucket() const noexcept { return type == HfUriType::bucket; }
  [[nodiscard]] bool is_repo() const noexcept { return !is_bucket(); }

  /// The type of the repository. Precondition: `is_repo()`.
  [[nodiscard]] RepoType repo_type() const noexcept { return static_cast<RepoType>(type); }

  /// The canonical form, always with a prefix: `hf://models/me/tiny@v1/config.json`.
  [[nodiscard]] std::string to_uri() const {
    std::string uri = std::string(detail::kHfProtocol) + to_prefix(type) + "/" + id;
    if (revision) {
      const bool special = detail::special_ref_length(*revision) == revision->size();
      uri += "@" + (special ? *revision : detail::replace_slashes(*revision));
    }
    if (!path_in_repo.empty()) uri += "/" + path_in_repo;
    return uri;
  }

  /// The page a browser shows: of the repository, a folder (`/tree/…`) or a file (`/blob/…`).
  [[nodiscard]] std::string to_url(std::string endpoint = "https://huggingface.co") const {
    while (!endpoint.empty() && endpoint.back() == '/') endpoint.pop_back();
    const std::string path = detail::quote(path_in_repo, /*keep_slashes=*/true);
    std::string url = endpoint + "/" + (type == HfUriType::model ? "" : std::string(to_prefix(type)) + "/") + id;
    if (is_bucket()) return path.empty() ? url : url + "/tree/" + path;
    std::string at = revision.value_or("main");
    if (detail::special_ref_length(at) != at.size()) at = detail::quote(at, /*keep_slashes=*/false);
    if (!path.empty()) return url + "/blob/" + at + "/" + path;
    return revision ? url + "/tree/" + at : url;
  }

  friend bool operator==(const HfUri& a, const HfUri& b) {
    return a.type == b.type && a.id == b.id && a.revision == b.revision && a.path_in_repo == b.path_in_repo;
  }
  friend bool operator!=(const HfUri& a, const HfUri& b) { return !(a == b); }
};

/// A place on the Hub and where it appears in a container: `<uri>:/<absolute path>[:ro|:rw]`.
struct HfMount {
  HfUri source{};
  std::string mount_path{};         ///< Absolute.
  std::optional<bool> read_only{};  ///< Unset where neither `:ro` nor `:rw` was said.

  [[nodiscard]] std::string to_uri() const {
    return source.to_uri() + ":" + mount_path + (read_only ? (*read_only ? ":ro" : ":rw") : "");
  }
};

namespace detail {

/// Host in lower case and path of a web URL, with or without a scheme. Query and fragment are dropped.
struct UrlParts {
  std::string host{};
  std::string path{};
};

inline UrlParts split_url(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t slash = url.find('/');
  std::string_view host = url.substr(0, slash);
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) host.remove_prefix(at + 1);
  if (host.empty() || host.front() != '[') host = host.substr(0, host.find(':'));
  UrlParts parts;
  for (const char c : host) parts.host.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c);
  if (slash != std::string_view::npos) parts.path = url.substr(slash);
  return parts;
}

/// What follows `hf://` in the URI that means the same as a page of the Hub. Nothing where `url` is no URL at all.
std::optional<std::string> uri_body_of_url(std::string_view url, std::string_view endpoint);
HfUri parse_bucket_location(std::string_view location, std::string_view uri);
HfUri parse_repo_location(std::string_view location, HfUriType type, std::string_view uri);

}  // namespace detail

/// Reads an `hf://` URI, or the URL of a page of the Hub (`/blob/`, `/resolve/`, `/raw/`, `/tree/`, `/blame/`).
///
/// @param uri       What to read, as in `hf://datasets/user/name@revision/path`.
/// @param endpoint  A Hub of one's own whose URLs are read too; has no effect on `hf://` URIs.
/// @throws HfUriError  `uri` is none; the message says why.
HfUri parse_hf_uri(std::string_view uri, std::string_view endpoint = {});

/// True if `parse_hf_uri` would read it.
inline bool is_hf_uri(std::string_view uri, std::string_view endpoint = {}) {
  try {
    (void)parse_hf_uri(uri, endpoint);
    return true;
  } catch (const HfUriError&) {
    return false;
  }
}

/// Reads `<uri>:/<absolute path>[:ro|:rw]`.
/// @throws HfUriError  it is no mount; the message says why.
HfMount parse_hf_mount(std::string_view mount);

HUGGINGFACE_HUB_NAMESPACE_END

#include "huggingface_hub/detail/hf_uri_parser.hpp"
