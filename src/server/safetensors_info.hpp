// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the Hub reads from the headers of safetensors files (`spec/hub-http.md` 4 and 10).
#pragma once

#include "server/repository.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// The header of the safetensors file at `path`; nothing where it is missing or no such file.
std::optional<nlohmann::json> safetensors_header(const Repository& repo, const Snapshot& snapshot,
                                                 const std::string& path);

/// The index file `path` and the headers of all files it names: `{"index": …, "headers": {…}}`; nothing where the
/// index or one of the files cannot be read.
std::optional<nlohmann::json> sharded_headers(const Repository& repo, const Snapshot& snapshot,
                                              const std::string& path);

/// `{"parameters": {<dtype>: <count>}, "total": <count>}`; nothing where the repository has no safetensors weights.
std::optional<nlohmann::json> safetensors_summary(const Repository& repo, const Snapshot& snapshot);

/// The file at `path` of a commit, whole; nothing where it is missing or longer than `limit`.
std::optional<std::string> read_small_file(const Repository& repo, const Snapshot& snapshot, const std::string& path,
                                           std::size_t limit = std::size_t{64} << 20);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
