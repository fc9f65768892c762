// SPDX-License-Identifier: Apache-2.0
/// @file
/// `load_state_dict`: the tensors of a safetensors checkpoint, in one file or sharded (`spec/safetensors.md` 8).
#pragma once

#include "huggingface_hub/safetensors/reader.hpp"
#include "huggingface_hub/serialization/loaded_state_dict.hpp"
#include "huggingface_hub/serialization/shard_index.hpp"
#include "huggingface_hub/serialization/shards.hpp"
#include "huggingface_hub/tensor_dict.hpp"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

struct LoadStateDictOptions {
  /// Which index to look for in a folder; unset: `model{suffix}.safetensors`.
  std::optional<std::string> filename_pattern{};
};

namespace detail {

/// Views into the mapped file. Data that is not aligned for its elements, in files of careless writers, is copied.
inline TensorDict tensors_of(const safetensors::File& file) {
  TensorDict tensors;
  const auto keep_alive = std::make_shared<safetensors::File>(file);
  for (const safetensors::TensorInfo& info : file.tensors()) {
    char* const data = file.mutable_data(info.name);
    const auto size = static_cast<std::size_t>(info.byte_size());
    const std::size_t alignment = (std::max)(std::size_t{1}, std::size_t{safetensors::bit_size(info.dtype) / 8});
    const bool is_aligned = reinterpret_cast<std::uintptr_t>(data) % alignment == 0;
    tensors.set(info.name, is_aligned ? HostTensor::view(info.dtype, info.shape, data, size, keep_alive)
                                      : HostTensor::copy(info.dtype, info.shape, data, size));
  }
  return tensors;
}

inline LoadedStateDict load_single(const std::filesystem::path& path) {
  const safetensors::File file = safetensors::File::open(path);
  LoadedStateDict loaded;
  loaded.files = {path};
  loaded.metadata = file.metadata();
  loaded.tensors = tensors_of(file);
  return loaded;
}

/// Gives the tensors of one shard.
using LoadShard = std::function<TensorDict(const std::filesystem::path&)>;

/// A tensor that several shards have is taken from the one that the index names.
inline LoadedStateDict load_sharded(const std::filesystem::path& index_path, std::string_view extension,
                                    const LoadShard& load_shard) {
  const ShardIndex index = read_shard_index(index_path, extension);
  LoadedStateDict loaded;
  loaded.index = index_path;
  std::unordered_map<std::string, std::string> homes(index.weight_map.begin(), index.weight_map.end());
  for (const std::string& shard : index.shards()) {
    const std::filesystem::path path = index_path.parent_path() / shard;
    for (const auto& [name, tensor] : load_shard(path)) {
      const auto home = homes.find(name);
      if (!loaded.tensors.contains(name) || (home != homes.end() && home->second == shard)) {
        loaded.tensors.set(name, tensor);
      }
    }
    loaded.files.push_back(path);
  }
  for (const auto& [name, tensor] : loaded.tensors) {
    if (homes.count(name) == 0) loaded.unnamed_in_index.push_back(name);
  }
  for (const auto& [name, shard] : index.weight_map) {
    if (!loaded.tensors.contains(name)) loaded.missing_in_shards.push_back(name);
  }
  std::sort(loaded.unnamed_in_index.begin(), loaded.unnamed_in_index.end());
  std::sort(loaded.missing_in_shards.begin(), loaded.missing_in_shards.end());
  return loaded;
}

[[noreturn]] inline void refuse_folder(const std::filesystem::path& folder, const std::string& found) {
  Error error;
  error.code = ErrorCode::checkpoint;
  error.message = "Directory '" + folder.string() + "' does not contain a valid checkpoint: " + found +
                  ". Expected either a sharded checkpoint with an index file, or a single model file.";
  error.path = folder;
  throw_error(error);
}

/// The files of `folder` with that ending.
inline std::vector<std::filesystem::path> files_ending_in(const std::filesystem::path& folder, std::string_view ending) {
  std::vector<std::filesystem::path> files;
  std::error_code failure;
  for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
       entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    if (name.size() >= ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0) {
      files.push_back(entry->path());
    }
  }
  if (failure) throw_io_error("Cannot list", folder, failure.value());
  std::sort(files.begin(), files.end());
  return files;
}

inline bool is_there(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::exists(path, ignored);
}

}  // namespace detail

/// Opens a checkpoint: a safetensors file, or a folder with an index and its shards, or with exactly one safetensors file.
///
/// No data is read: the tensors are views into mapped files, which they keep alive, and may be written to without
/// changing those. They come from the disk when they are looked at.
///
/// @throws HfIoError                a file is not there or cannot be opened.
/// @throws SafetensorsParsingError  a file breaks a rule of the format.
/// @throws CheckpointError          a folder with none or several checkpoints; an index that is none, or names files
///         outside of its folder or of another kind.
/// @throws HFValidationError        the pattern is none, or not one of safetensors files.
inline LoadedStateDict load_checkpoint(const std::filesystem::path& path, const LoadStateDictOptions& options = {}) {
  constexpr std::string_view kExtension = ".safetensors";
  if (!detail::is_there(path)) detail::throw_io_error("Checkpoint path does not exist:", path, ENOENT);
  if (!std::filesystem::is_directory(path)) return detail::load_single(path);

  const auto pattern = detail::split_pattern(options.filename_pattern.value_or(std::string(kSafetensorsWeightsFilePattern)));
  const std::string single = pattern.first + pattern.second;
  if (!detail::has_extension(single, kExtension)) {
    throw_error(ErrorCode::validation, "The file name pattern '" + *options.filename_pattern +
                                           "' does not describe safetensors files, which are all that is read here.");
  }
  const std::filesystem::path index = path / (single + std::string(kIndexFileSuffix));
  if (detail::is_there(index)) {
    const auto load_shard = [](const std::filesystem::path& shard) {
      return detail::tensors_of(safetensors::File::open(shard));
    };
    return detail::load_sharded(index, std::filesystem::path(single).extension().string(), load_shard);
  }
  const std::vector<std::filesystem::path> files = detail::files_ending_in(path, kExtension);
  if (files.size() == 1) return detail::load_single(files.front());
  detail::refuse_folder(path, "it has " + std::to_string(files.size()) + " files '*.safetensors' and no '" +
                                  index.filename().string() + "'");
}

/// The tensors of `load_checkpoint`, for those who need no more.
inline TensorDict load_state_dict(const std::filesystem::path& path, const LoadStateDictOptions& options = {}) {
  return load_checkpoint(path, options).tensors;
}

HUGGINGFACE_HUB_NAMESPACE_END
