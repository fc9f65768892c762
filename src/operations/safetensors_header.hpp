// SPDX-License-Identifier: Apache-2.0
/// @file
/// Headers and indices of safetensors checkpoints, from files that are open.
#pragma once

#include "operations/open_file.hpp"

#include "huggingface_hub/json_text.hpp"
#include "huggingface_hub/types/safetensors_metadata.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

using RemoteFilePtr = std::shared_ptr<huggingface_hub::detail::RemoteFileState>;

inline constexpr const char* kSafetensorsFile = "model.safetensors";
inline constexpr const char* kSafetensorsIndex = "model.safetensors.index.json";

/// Opens `model.safetensors` of `folder` (empty, or with its slash), else the index; a `not_a_safetensors_repo` error
/// where the Hub has neither.
Result<RemoteFilePtr> open_checkpoint(const Session& session, const std::string& repo_id, const std::string& folder,
                                      const OpenOptions& options);

/// The beginning of a safetensors file up to the end of its header, by one request, or a second one where the header is
/// longer than most. A header of more than `limit` bytes, or that the file has no room for, is a `safetensors_parsing`
/// error.
Result<std::string> read_header_bytes(const huggingface_hub::detail::RemoteFileState& file, std::uint64_t limit,
                                      const CancellationToken& cancel);

/// The JSON of a header as Python's client reads it: invalid UTF-8 is skipped, of a tensor only its three members are
/// looked at. `subject` names the file for messages.
/// @throws SafetensorsParsingError
SafetensorsFileMetadata parse_file_metadata(std::string_view json, const std::string& subject);
SafetensorsFileMetadata parse_file_metadata(const nlohmann::json& header, const std::string& subject);

/// Adds what follows from the files: counts, and the weight map where no index gave one.
void complete(SafetensorsRepoMetadata& repo);

struct ShardIndex {
  JsonText metadata{};
  std::map<std::string, std::string> weight_map{};  ///< Tensor name to file name, beside the index.
};

/// Reads an index. The name of a shard that is not that of a safetensors file in the folder of the index, or below it,
/// is an error (`spec/safetensors.md` 8).
Result<ShardIndex> read_shard_index(const huggingface_hub::detail::RemoteFileState& file,
                                    const CancellationToken& cancel);

/// A `safetensors_parsing` error.
Error safetensors_error(std::string message);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
