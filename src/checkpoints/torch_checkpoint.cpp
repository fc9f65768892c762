// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/serialization/torch_checkpoint.hpp"

#include "checkpoints/torch_file.hpp"

#include "huggingface_hub/detail/mapped_file.hpp"
#include "huggingface_hub/serialization/load.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

constexpr std::string_view kSafeExtension = ".safetensors";

LoadedStateDict load_one_torch_file(const std::filesystem::path& path) {
  TorchFile file = load_torch_file(path);
  LoadedStateDict loaded;
  loaded.files = {path};
  loaded.ignored = std::move(file.ignored);
  loaded.tensors = std::move(file.tensors);
  return loaded;
}

LoadedStateDict load_one(const std::filesystem::path& path, bool safe) {
  if (safe || detail::has_extension(path.filename().string(), kSafeExtension)) {
    return detail::load_single(path);
  }
  return load_one_torch_file(path);
}

}  // namespace

TorchFile load_torch_file(const std::filesystem::path& path, const LoadTorchFileOptions& options) {
  const auto file = detail::MappedFile::open(path);
  return checkpoints::read_torch_file({file->data(), file, path, file->size()}, options);
}

LoadedStateDict load_torch_checkpoint(const std::filesystem::path& path, const LoadTorchCheckpointOptions& options) {
  if (!detail::is_there(path)) detail::throw_io_error("Checkpoint path does not exist:", path, ENOENT);
  if (!std::filesystem::is_directory(path)) return load_one(path, options.safe);

  const auto single_name = [](const std::string& pattern) {
    const auto parts = detail::split_pattern(pattern);
    return parts.first + parts.second;
  };
  const auto index_of = [&path](const std::string& single) { return path / (single + std::string(kIndexFileSuffix)); };
  std::string single = single_name(options.filename_pattern.value_or(std::string(kSafetensorsWeightsFilePattern)));
  if (options.filename_pattern && options.safe && !detail::has_extension(single, kSafeExtension)) {
    throw_error(ErrorCode::validation, "The file name pattern '" + *options.filename_pattern +
                                           "' does not describe safetensors files but `safe` is true. Set it to false to "
                                           "read files of torch.save.");
  }
  if (!options.filename_pattern && !options.safe && !detail::is_there(index_of(single))) {
    single = single_name(std::string(kPytorchWeightsFilePattern));
  }
  const std::filesystem::path index = index_of(single);
  if (detail::is_there(index)) {
    const std::string extension = std::filesystem::path(single).extension().string();
    std::vector<std::string> ignored;
    const detail::LoadShard load_shard = [&](const std::filesystem::path& shard) {
      LoadedStateDict one = load_one(shard, options.safe);
      ignored.insert(ignored.end(), one.ignored.begin(), one.ignored.end());
      return std::move(one.tensors);
    };
    LoadedStateDict loaded = detail::load_sharded(index, extension, load_shard);
    loaded.ignored = std::move(ignored);
    return loaded;
  }
  auto files = detail::files_ending_in(path, kSafeExtension);
  if (files.size() != 1 && !options.safe) files = detail::files_ending_in(path, ".bin");
  if (files.size() == 1) return load_one(files.front(), options.safe);
  detail::refuse_folder(path, "it has " + std::to_string(files.size()) + " files '*" +
                                  (options.safe ? std::string(kSafeExtension) : ".bin") + "' and no '" +
                                  index.filename().string() + "'");
}

HUGGINGFACE_HUB_NAMESPACE_END
