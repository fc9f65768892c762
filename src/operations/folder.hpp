// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <filesystem>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

struct FolderFile {
  std::filesystem::path path{};  ///< On this machine.
  std::string name{};            ///< Relative to the folder, separated by `/`.
};

/// All regular files below `folder`, hidden ones and symlinks to files included; symlinks to folders are not followed.
/// Sorted by name, folder by folder (spec/transfer.md 8.3).
///
/// @throws HFValidationError  it is no folder.
/// @throws HfIoError          a folder in it cannot be read: better no upload than one that lacks files.
std::vector<FolderFile> files_in_folder(const std::filesystem::path& folder);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
