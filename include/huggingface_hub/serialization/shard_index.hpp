// SPDX-License-Identifier: Apache-2.0
/// @file
/// Reading the index of a sharded checkpoint, and the checks before a file it names is opened
/// (`spec/safetensors.md` 8).
#pragma once

#include "huggingface_hub/detail/mapped_file.hpp"
#include "huggingface_hub/detail/python_json.hpp"
#include "huggingface_hub/errors.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Python's limit too: an index is a list of names.
inline constexpr std::size_t kMaxIndexSize = std::size_t{10} * 1024 * 1024;

/// What an index says.
struct ShardIndex {
  nlohmann::json metadata = nlohmann::json::object();
  std::vector<std::pair<std::string, std::string>> weight_map{};  ///< Tensor to file, in alphabetical order.

  /// The files, each once, in alphabetical order.
  [[nodiscard]] std::vector<std::string> shards() const {
    std::set<std::string> files;
    for (const auto& entry : weight_map) files.insert(entry.second);
    return {files.begin(), files.end()};
  }
};

namespace detail {

/// True if `name` ends in `extension` (in lower case), whatever its case.
inline bool has_extension(std::string_view name, std::string_view extension) {
  if (name.size() < extension.size()) return false;
  name.remove_prefix(name.size() - extension.size());
  return std::equal(name.begin(), name.end(), extension.begin(),
                    [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

/// False for a path that may lead out of its folder on any system: a drive, a root, `..` between any slashes.
inline bool stays_in_folder(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.front() == '\\') return false;
  if (path.size() >= 2 && path[1] == ':') return false;
  if (path.find('\0') != std::string_view::npos) return false;
  while (true) {
    const std::size_t slash = path.find_first_of("/\\");
    if (path.substr(0, slash) == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

[[noreturn]] inline void refuse_index(const std::filesystem::path& index, const std::string& why) {
  Error error;
  error.code = ErrorCode::checkpoint;
  error.message = "Invalid index file '" + index.string() + "': " + why + ".";
  error.path = index;
  throw_error(error);
}

inline void check_shard_name(const std::filesystem::path& index, const std::string& name, std::string_view extension) {
  if (!stays_in_folder(name)) {
    refuse_index(index, "invalid shard filename '" + name +
                            "'; shard filenames must be relative paths without '..' components");
  }
  if (name.size() < extension.size() || name.compare(name.size() - extension.size(), extension.size(), extension) != 0) {
    refuse_index(index, "invalid shard filename '" + name + "'; expected '" + std::string(extension) +
                            "' extension to match the index format");
  }
}

}  // namespace detail

/// Parses the text of an index.
///
/// @param json       The text, 10 MiB at most.
/// @param path       Of the index, for messages.
/// @param extension  What the names of all shards end in.
/// @throws CheckpointError  it is not one, or names a file that may lie outside of its folder or has another extension.
inline ShardIndex parse_shard_index(std::string_view json, const std::filesystem::path& path,
                                    std::string_view extension = ".safetensors") {
  if (json.size() > kMaxIndexSize) {
    detail::refuse_index(path, "it has " + std::to_string(json.size()) + " bytes, more than the 10 MiB an index may have");
  }
  nlohmann::json parsed;
  try {
    parsed = detail::parse_python_json(json);
  } catch (const nlohmann::json::exception& failure) {
    detail::refuse_index(path, std::string("it is not JSON (") + failure.what() + ")");
  }
  const auto weight_map = parsed.is_object() ? parsed.find("weight_map") : parsed.end();
  if (!parsed.is_object() || weight_map == parsed.end() || !weight_map->is_object()) {
    detail::refuse_index(path, "expected a JSON object with a 'weight_map' object");
  }
  ShardIndex index;
  std::set<std::string> checked;
  for (const auto& [name, file] : weight_map->items()) {
    if (!file.is_string()) detail::refuse_index(path, "all 'weight_map' values must be strings");
    const auto& shard = file.get_ref<const std::string&>();
    if (checked.insert(shard).second) detail::check_shard_name(path, shard, extension);
    index.weight_map.emplace_back(name, shard);
  }
  const auto metadata = parsed.find("metadata");
  if (metadata != parsed.end()) index.metadata = *metadata;
  return index;
}

/// Reads an index file. @throws HfIoError  it cannot be opened. CheckpointError  as `parse_shard_index`.
inline ShardIndex read_shard_index(const std::filesystem::path& path, std::string_view extension = ".safetensors") {
  const auto file = detail::MappedFile::open(path);
  return parse_shard_index(file->bytes(), path, extension);
}

HUGGINGFACE_HUB_NAMESPACE_END
