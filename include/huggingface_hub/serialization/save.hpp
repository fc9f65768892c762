// SPDX-License-Identifier: Apache-2.0
/// @file
/// `save_state_dict`: a model's tensors as one safetensors file or as shards with an index, as the Python client's
/// `save_torch_state_dict` writes them (`spec/safetensors.md` 6.4).
#pragma once

#include "huggingface_hub/safetensors/writer.hpp"
#include "huggingface_hub/serialization/shards.hpp"
#include "huggingface_hub/serialization/shared_tensors.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Texts by key, in order.
using OrderedMetadata = std::vector<std::pair<std::string, std::string>>;

struct SaveStateDictOptions {
  std::string filename_pattern{kSafetensorsWeightsFilePattern};  ///< A file name with `{suffix}` in it.
  /// False in all but one of several processes that save into one folder: old files are left alone.
  bool is_main_process{true};
  ShardSize max_shard_size{"5GB"};  ///< Bytes or a text such as `"500MB"`.
  /// Kept in the file, or in the index of a sharded checkpoint. Names that were left out are added to it.
  OrderedMetadata metadata{};
  /// Of tensors that share memory the first name in alphabetical order is kept that is not in this list.
  std::vector<std::string> shared_tensors_to_discard{};
};

/// What `save_state_dict` has written.
struct SavedStateDict {
  std::vector<std::filesystem::path> files{};  ///< With tensors, in order.
  std::filesystem::path index{};               ///< Empty where there is one file.
  std::vector<SharedNames> shared{};           ///< Names that were left out.
  StateDictSplit split{};
};

namespace detail {

/// True if `name` is a file of the family of the pattern: shard, single file, or index of them.
inline bool is_of_pattern(std::string_view name, const std::pair<std::string, std::string>& pattern) {
  const auto strip = [&name](std::string_view end) {
    if (name.size() < end.size() || name.substr(name.size() - end.size()) != end) return false;
    name.remove_suffix(end.size());
    return true;
  };
  if (name.substr(0, pattern.first.size()) != pattern.first) return false;
  name.remove_prefix(pattern.first.size());
  // `after` may itself end like an index.
  const std::string_view whole = name;
  for (const bool is_index : {false, true}) {
    name = whole;
    if (is_index && !strip(kIndexFileSuffix)) continue;
    if (!strip(pattern.second)) continue;
    constexpr std::string_view kShape = "-ddddd-of-ddddd";
    bool fits = name.empty() || name.size() == kShape.size();
    for (std::size_t i = 0; fits && i < name.size(); ++i) {
      fits = kShape[i] == 'd' ? name[i] >= '0' && name[i] <= '9' : name[i] == kShape[i];
    }
    if (fits) return true;
  }
  return false;
}

/// What an earlier checkpoint of the same family left, but for `keep`. A file that cannot be removed stays.
inline void remove_old_shards(const std::filesystem::path& folder, const std::pair<std::string, std::string>& pattern,
                              const std::set<std::string>& keep) {
  std::error_code ignored;
  for (std::filesystem::directory_iterator entry(folder, ignored), end; entry != end; entry.increment(ignored)) {
    const std::string name = entry->path().filename().string();
    std::error_code unknown;
    if (keep.count(name) != 0 || !is_of_pattern(name, pattern) || entry->is_directory(unknown)) continue;
    std::filesystem::remove(entry->path(), unknown);
  }
}

inline std::unique_ptr<NewFile> write_shard(const TensorDict& tensors, const std::vector<std::string>& names,
                                            const std::filesystem::path& path, const safetensors::Metadata& metadata) {
  safetensors::NamedTensors views;
  views.reserve(names.size());
  for (const std::string& name : names) {
    const HostTensor& tensor = tensors.at(name);
    views.emplace_back(name, safetensors::TensorView(tensor.dtype(), tensor.shape(), tensor.data(), tensor.size()));
  }
  return safetensors::detail::write_new_file(views, path, metadata);
}

}  // namespace detail

/// Plans the shards of `tensors`. @throws HFValidationError  the pattern is none.
inline StateDictSplit split_state_dict(const TensorDict& tensors, const SplitOptions& options = {}) {
  return split_state_dict_into_shards(
      tensors, [](const HostTensor& tensor) { return std::optional<std::uint64_t>(tensor.storage().size); },
      [](const HostTensor& tensor) { return std::optional<TensorStorage>(tensor.storage()); }, options);
}

/// Saves `tensors` into `folder`, which is made if it is not there.
///
/// One file, or, where `max_shard_size` is exceeded, shards and an index. Of tensors that share memory one is saved, and
/// the metadata say `removed name` → `kept name`. Every file has `format: pt`, so that Python reads it. Without tensors
/// nothing is written.
///
/// All files are written beside their places first and renamed when all are complete: on failure the folder holds what it
/// held. `tensors` may come from the very files that are replaced. Old files of the same pattern are removed at the end.
///
/// @throws HFValidationError        the pattern or the size is none.
/// @throws CheckpointError          shared memory of which no name has all (see `find_shared_names`).
/// @throws SafetensorsParsingError  a name that the format does not allow.
/// @throws HfIoError                the file system said no.
inline SavedStateDict save_state_dict(const TensorDict& tensors, const std::filesystem::path& folder,
                                      const SaveStateDictOptions& options = {}) {
  const auto pattern = detail::split_pattern(options.filename_pattern);
  SavedStateDict saved;
  saved.shared = find_shared_names(tensors, {options.shared_tensors_to_discard, {}});
  OrderedMetadata metadata = options.metadata;
  std::set<std::string> keys;
  for (const auto& entry : metadata) keys.insert(entry.first);
  std::set<std::string> removed;
  for (const SharedNames& names : saved.shared) {
    for (const std::string& name : names.removed) {
      if (keys.insert(name).second) metadata.emplace_back(name, names.kept);
      removed.insert(name);
    }
  }
  TensorDict kept;
  for (const auto& [name, tensor] : tensors) {
    if (removed.count(name) == 0) kept.set(name, tensor);
  }
  saved.split = split_state_dict(kept, {options.filename_pattern, options.max_shard_size});

  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) detail::throw_io_error("Cannot make the folder", folder, failure.value());
  safetensors::Metadata in_file{{"format", "pt"}};
  if (!saved.split.is_sharded) {
    for (const auto& [key, value] : metadata) in_file[key] = value;
  }
  std::vector<std::unique_ptr<detail::NewFile>> written;
  std::set<std::string> names;
  for (const auto& [file, members] : saved.split.filename_to_tensors) {
    written.push_back(detail::write_shard(kept, members, folder / file, in_file));
    saved.files.push_back(folder / file);
    names.insert(file);
  }
  if (saved.split.is_sharded) {
    const std::string file = pattern.first + pattern.second + std::string(kIndexFileSuffix);
    const std::string json = shard_index_json(saved.split, metadata);
    saved.index = folder / file;
    written.push_back(std::make_unique<detail::NewFile>(saved.index, json.size()));
    written.back()->write(json.data(), json.size());
    written.back()->close();
    names.insert(file);
  }
  for (const auto& file : written) file->commit();
  if (options.is_main_process) detail::remove_old_shards(folder, pattern, names);
  return saved;
}

HUGGINGFACE_HUB_NAMESPACE_END
