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
  std::string etag{};            ///< Identifies the content for a later process; empty: nothing is left for one.
  ExpectedContent expected{};
  std::string family{};          ///< See `PartRequest`.
  /// Private to this call, in a folder that exists: `<stem>.<8 hex>.incomplete`.
  std::filesystem::path file{};
  std::string name{};            ///< Path in the repository, for messages; its ending says whether it may be HTML.
  /// Called from the calling thread with the bytes so far; `restarted` where they went back. May throw.
  std::function<void(std::uint64_t received, bool restarted)> on_progress{};
  /// URL, token, cancellation, user agent. What is about ranges, encodings and time limits is set here.
  ApiRequest request{};
  bool may_resume{true};         ///< False: what an interrupted download left is not used.
  std::string renewed_url{};     ///< Asked where `request.url`, a signed one, has expired; empty: `request.url`.
};

struct HttpDownloaded {
  std::uint64_t size{0};
};

/// Fetches, checks and closes `download.file`; blocks until done.
///
/// A file of up to 16 MiB comes over one connection. A larger one is fetched in ranges, over as many connections as
/// make it faster (`Connections`), which share the rest of it to the end (`RangePlan`). The event loop receives, the
/// calling thread writes (and hashes, as long as bytes come in order), a thread of its own hashes otherwise. All buffers
/// are taken from `ByteBudget::process()`.
///
/// A broken, silent or short body is continued where it broke (`Range`, `If-Range`), at most `max_retries` times
/// without a byte of progress; 408, 429 and 5xx are repeated by the retry options; an expired signed URL is asked for
/// again; a range that crawls far below the others is asked for on a new connection. A server that does not do ranges
/// is asked for the whole. Bytes that are not what was promised are fetched once more (those that the journal does not
/// vouch for, else all), then that is the error.
///
/// Errors: `integrity`, `transport`, `io`, `cancelled`, `offline_mode`, or what the status says. After one, and after
/// an exception of the callback, the part file is gone, unless enough of it is good for a later call
/// (`PartFile`).
Result<HttpDownloaded> http_download(const Session& session, const HttpDownload& download);

/// An error where `head` cannot be the answer for the file called `name`: a page of HTML (a login page, a proxy's
/// message) in place of a weight.
std::optional<Error> html_in_place_of(const std::string& name, const http::ResponseHead& head, bool has_sha256);

/// The `integrity` error for `name`.
Error content_error(const std::string& name, const std::string& what);

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
