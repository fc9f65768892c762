// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/export.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace files {

/// One name in a folder.
struct FolderEntry {
  std::string name{};
  std::filesystem::file_type type{std::filesystem::file_type::unknown};  ///< Links are not followed.
};

/// A folder that is kept open, for those who ask about many of its entries: a name costs the system a fraction of what a
/// whole path does, and nobody has to build a path. Movable.
class OpenFolder {
 public:
  /// The folder at `path`, links followed; nothing where there is none or it cannot be read.
  static std::optional<OpenFolder> at(const std::string& path);
  /// The folder `name` in this one; nothing also where it is a link.
  [[nodiscard]] std::optional<OpenFolder> folder(const std::string& name) const;

  /// Everything but `.` and `..`, as the file system orders it. To be asked for once.
  [[nodiscard]] std::vector<FolderEntry> entries() const;
  /// What `name`, relative to this folder, leads to. False where that is nothing.
  [[nodiscard]] bool stat(const std::string& name, struct ::stat& status) const noexcept;
  /// True if `name`, relative to this folder, leads to a regular file.
  [[nodiscard]] bool has_file(const std::string& name) const noexcept;
  /// What the link `name` says; nothing where it is none.
  [[nodiscard]] std::optional<std::string> link_text(const std::string& name) const;

 private:
  struct Close {
    void operator()(DIR* stream) const noexcept { ::closedir(stream); }
  };

  explicit OpenFolder(DIR* stream) noexcept : stream_(stream) {}
  static std::optional<OpenFolder> open(int parent, const char* path, int flags);
  [[nodiscard]] std::filesystem::file_type type_of(const ::dirent& entry) const noexcept;

  std::unique_ptr<DIR, Close> stream_;
};

}  // namespace files

HUGGINGFACE_HUB_NAMESPACE_END
