// SPDX-License-Identifier: Apache-2.0
#include "operations/folder.hpp"

#include "core/files.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace fs = std::filesystem;

std::vector<FolderFile> files_in_folder(const fs::path& folder) {
  std::error_code problem;
  if (!fs::is_directory(folder, problem)) {
    throw_error(ErrorCode::validation,
                "'" + folder.string() + "' is not a folder on this machine that could be uploaded.");
  }
  std::vector<std::pair<fs::path, fs::path>> found;  // Relative and whole path.
  std::vector<fs::path> todo{folder};
  while (!todo.empty()) {
    const fs::path current = std::move(todo.back());
    todo.pop_back();
    fs::directory_iterator entries(current, problem);
    if (problem) throw_error(files::io_error("read", current, problem.value()));
    for (; entries != fs::directory_iterator(); entries.increment(problem)) {
      if (problem) throw_error(files::io_error("read", current, problem.value()));
      std::error_code ignored;  // A dangling symlink, or a file that has just gone: no file.
      if (entries->is_directory(ignored)) {
        if (!entries->is_symlink(ignored)) todo.push_back(entries->path());
      } else if (entries->is_regular_file(ignored)) {
        found.emplace_back(entries->path().lexically_relative(folder), entries->path());
      }
    }
    if (problem) throw_error(files::io_error("read", current, problem.value()));
  }
  std::sort(found.begin(), found.end());
  std::vector<FolderFile> files;
  files.reserve(found.size());
  for (auto& [relative, path] : found) files.push_back({std::move(path), relative.generic_string()});
  return files;
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
