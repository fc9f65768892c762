// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the Hub says about one file: the HEAD of `spec/hub-http.md` 7.2, for those who also download.
#pragma once

#include "session/session.hpp"

#include "huggingface_hub/types/download.hpp"

#include <chrono>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {

struct FileFacts {
  HfFileMetadata metadata{};
  bool has_weak_etag{false};  ///< `W/"…"`: then it says nothing about the bytes.
};

/// Sends `request` (URL, token, options) as a metadata HEAD. `timeout` is for connecting and for silence; `endpoint`
/// takes the place of the public Hub in the Xet route.
Result<FileFacts> fetch_file_metadata(const Session& session, ApiRequest request, std::chrono::milliseconds timeout,
                                      const std::string& endpoint);

/// Nothing if a file can be fetched and stored by what `metadata` says; else a `file_metadata` error that names the
/// missing header, or the value that must not become part of a path. `via_xet`: then the size is needed as well.
std::optional<Error> metadata_problem(const HfFileMetadata& metadata, const std::string& url,
                                      const std::string& endpoint, bool via_xet);

/// The etag timeout in force: `HF_HUB_ETAG_TIMEOUT` beats the argument (`spec/cache.md` 4).
std::chrono::milliseconds etag_timeout(const Config& config,
                                       const std::optional<std::chrono::milliseconds>& argument);

/// True if the Hub's token may be sent to `url`: the origin of `asked`, of the endpoint, or of a public Hub.
bool is_hub_origin(const std::string& url, const std::string& asked, const std::string& endpoint);

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
