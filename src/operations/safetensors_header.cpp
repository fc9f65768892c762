// SPDX-License-Identifier: Apache-2.0
#include "operations/safetensors_header.hpp"

#include "huggingface_hub/cache/layout.hpp"
#include "huggingface_hub/safetensors/header.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace {

using huggingface_hub::detail::RemoteFileState;
using nlohmann::json;

// bytes=0-100000, as the Python client asks for (spec/safetensors.md 9): enough for nearly every header.
constexpr std::uint64_t kFirstRequest = 100'001;
// The Python client loads no index above 10 MiB; those of models with many experts are longer.
constexpr std::uint64_t kMaxIndexSize = std::uint64_t{64} << 20;

/// Reads on up to `end`, which is not beyond the end of the file.
Result<void> append(const RemoteFileState& file, std::string& bytes, std::uint64_t end,
                    const CancellationToken& cancel) {
  const std::size_t begin = bytes.size();
  bytes.resize(static_cast<std::size_t>(end));
  return file.read({{begin, bytes.data() + begin, bytes.size() - begin}}, cancel);
}

std::string without_invalid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = safetensors::detail::utf8_length(text, at);
    valid.append(text.substr(at, length));
    at += std::max<std::size_t>(length, 1);
  }
  return valid;
}

TensorInfo parse_tensor(const json& entry) {
  TensorInfo tensor;
  tensor.dtype = entry.at("dtype").get<std::string>();
  tensor.shape = entry.at("shape").get<std::vector<std::uint64_t>>();
  const auto offsets = entry.at("data_offsets").get<std::vector<std::uint64_t>>();
  tensor.data_offsets = {offsets.at(0), offsets.at(1)};
  tensor.parameter_count = 1;
  for (const std::uint64_t dimension : tensor.shape) tensor.parameter_count *= dimension;
  return tensor;
}

// By the rules of Windows on every system: a checkpoint is used on many.
bool is_safe_shard_name(const std::string& name) {
  constexpr std::string_view kEnding = ".safetensors";
  const bool ends_well = name.size() > kEnding.size() &&
                         name.compare(name.size() - kEnding.size(), kEnding.size(), kEnding) == 0;
  return ends_well && name.find_first_of("\\:") == std::string::npos && !cache::filename_problem(name);
}

Error not_a_safetensors_repo(const std::string& repo_id) {
  Error error;
  error.code = ErrorCode::not_a_safetensors_repo;
  error.message = "'" + repo_id + "' is not a safetensors repo. Couldn't find '" + kSafetensorsIndex + "' or '" +
                  kSafetensorsFile + "' files.";
  return error;
}

}  // namespace

Error safetensors_error(std::string message) {
  Error error;
  error.code = ErrorCode::safetensors_parsing;
  error.message = std::move(message);
  return error;
}

Result<RemoteFilePtr> open_checkpoint(const Session& session, const std::string& repo_id, const std::string& folder,
                                      const OpenOptions& options) {
  Result<RemoteFilePtr> single = open_file(session, repo_id, folder + kSafetensorsFile, options);
  if (single.ok()) return single;
  const ErrorCode first = single.error().code;
  if (first != ErrorCode::remote_entry_not_found && first != ErrorCode::local_entry_not_found) return single;
  Result<RemoteFilePtr> index = open_file(session, repo_id, folder + kSafetensorsIndex, options);
  const bool neither_is_there = first == ErrorCode::remote_entry_not_found && !index.ok() &&
                                index.error().code == ErrorCode::remote_entry_not_found;
  if (neither_is_there) return not_a_safetensors_repo(repo_id);
  return index;
}

Result<std::string> read_header_bytes(const RemoteFileState& file, std::uint64_t limit,
                                      const CancellationToken& cancel) {
  std::string bytes;
  if (Result<void> read = append(file, bytes, std::min(kFirstRequest, file.size), cancel); !read.ok()) {
    return read.error();
  }
  const Result<std::uint64_t> size =
      as_result([&] { return safetensors::parse_header_size(bytes, file.size, file.name); });
  if (!size.ok()) return size.error();
  if (*size > limit) {
    return safetensors_error("The header of '" + file.name + "' has " + std::to_string(*size) +
                             " bytes; more than " + std::to_string(limit) + " are not read.");
  }
  const std::uint64_t end = safetensors::kLengthSize + *size;
  if (end <= bytes.size()) {
    bytes.resize(static_cast<std::size_t>(end));
  } else if (Result<void> read = append(file, bytes, end, cancel); !read.ok()) {
    return read.error();
  }
  return bytes;
}

SafetensorsFileMetadata parse_file_metadata(std::string_view text, const std::string& subject) {
  const json header = json::parse(without_invalid_utf8(text), nullptr, /*allow_exceptions=*/false);
  if (header.is_discarded()) throw_error(safetensors_error("The header of " + subject + " is no JSON."));
  return parse_file_metadata(header, subject);
}

SafetensorsFileMetadata parse_file_metadata(const json& header, const std::string& subject) {
  SafetensorsFileMetadata file;
  try {
    for (const auto& [name, entry] : header.get_ref<const json::object_t&>()) {
      if (name != "__metadata__") {
        file.tensors.emplace(name, parse_tensor(entry));
      } else if (!entry.is_null()) {
        file.metadata = entry.get<std::map<std::string, std::string>>();
      }
    }
  } catch (const std::exception&) {  // Of the JSON library, or of `at`.
    throw_error(safetensors_error("The header of " + subject + " is not that of a safetensors file: a tensor lacks "
                                  "dtype, shape or data_offsets, or one of them is not what it should be."));
  }
  for (const auto& [name, tensor] : file.tensors) file.parameter_count[tensor.dtype] += tensor.parameter_count;
  return file;
}

void complete(SafetensorsRepoMetadata& repo) {
  const bool has_map = !repo.weight_map.empty();
  for (const auto& [filename, file] : repo.files_metadata) {
    for (const auto& [dtype, count] : file.parameter_count) repo.parameter_count[dtype] += count;
    if (has_map) continue;
    for (const auto& [tensor, info] : file.tensors) repo.weight_map.emplace(tensor, filename);
  }
}

Result<ShardIndex> read_shard_index(const RemoteFileState& file, const CancellationToken& cancel) {
  if (file.size > kMaxIndexSize) {
    return safetensors_error("The index '" + file.name + "' has " + std::to_string(file.size) + " bytes; more than " +
                             std::to_string(kMaxIndexSize) + " are not read.");
  }
  std::string text;
  if (Result<void> read = append(file, text, file.size, cancel); !read.ok()) return read.error();
  const json index = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!index.is_object() || !index.contains("weight_map") || !index["weight_map"].is_object()) {
    return safetensors_error("The index '" + file.name + "' is no JSON object with an object 'weight_map'.");
  }
  ShardIndex shards;
  for (const auto& [tensor, shard] : index["weight_map"].items()) {
    if (!shard.is_string() || !is_safe_shard_name(shard.get_ref<const std::string&>())) {
      return safetensors_error("The index '" + file.name + "' names " + shard.dump() + " for the tensor '" + tensor +
                               "', which is not the name of a safetensors file beside it.");
    }
    shards.weight_map.emplace(tensor, shard.get<std::string>());
  }
  if (const auto metadata = index.find("metadata"); metadata != index.end() && !metadata->is_null()) {
    shards.metadata = JsonText(metadata->dump());
  }
  return shards;
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
