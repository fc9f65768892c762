// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// A folder may have very many: no more than is needed.
struct FolderFile {
  std::string name{};     ///< Relative to the folder, separated by `/`.
  std::uint64_t size{0};  ///< Bytes, when the folder was read.
};

/// All regular files below `folder`, hidden ones and symlinks to files included; symlinks to folders are not followed.
/// Sorted by name, folder by folder (spec/transfer.md 8.3).
///
/// @throws HFValidationError  it is no folder.
/// @throws HfIoError          a folder in it cannot be read: better no upload than one that lacks files.
std::vector<FolderFile> files_in_folder(const std::filesystem::path& folder);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
