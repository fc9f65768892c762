// SPDX-License-Identifier: Apache-2.0
/// @file
/// The download engine for plain HTTP: one body, into one private file, checked while it arrives.
#pragma once

#include "session/session.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// What the bytes have to be. Unset members are not checked.
struct ExpectedContent {
  std::optional<std::string> git_blob_id{};  ///< 40 lower-case hex digits.
  std::optional<std::string> sha256{};       ///< 64 lower-case hex digits.
  std::optional<std::uint64_t> size{};
};

/// What an ETag promises: SHA-256 of an LFS file, git id of another; of a weak or any other one nothing but `size`.
ExpectedContent expected_content(const std::string& etag, bool is_weak, std::optional<std::uint64_t> size);

struct HttpDownload {
  ExpectedContent expected{};
  std::filesystem::path file{};  ///< Private to this call; its folder exists. Removed again on failure.
  std::string name{};            ///< Path in the repository, for messages; its ending says whether it may be HTML.
  /// Called from the calling thread with the bytes so far; `restarted` where they went back. May throw.
  std::function<void(std::uint64_t received, bool restarted)> on_progress{};
  /// URL, token, cancellation, user agent. What is about ranges, encodings and time limits is set here.
  ApiRequest request{};
  std::string renewed_url{};     ///< Asked where `request.url`, a signed one, has expired; empty: `request.url`.
};

struct HttpDownloaded {
  std::uint64_t size{0};
};

/// Fetches, checks and closes `download.file`; blocks until done. The calling thread hashes and writes while the
/// event loop receives; the memory taken is one ring of 2 MiB.
///
/// A broken, silent or short body is continued where it broke (`Range`, `If-Range`), at most `max_retries` times
/// without a byte of progress; 408, 429 and 5xx are repeated by the retry options; an expired signed URL is asked for
/// again. Bytes that are not what was promised are fetched once more from the start, then that is the error.
///
/// Errors: `integrity`, `transport`, `io`, `cancelled`, `offline_mode`, or what the status says. The file is then gone.
Result<HttpDownloaded> http_download(const Session& session, const HttpDownload& download);

/// An error where `head` cannot be the answer for the file called `name`: a page of HTML (a login page, a proxy's
/// message) in place of a weight.
std::optional<Error> html_in_place_of(const std::string& name, const http::ResponseHead& head, bool has_sha256);

/// The `integrity` error for `name`.
Error content_error(const std::string& name, const std::string& what);

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
