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

namespace {

/// By the parts of the path: `a/b` comes before `a.b`.
bool comes_before(const FolderFile& a, const FolderFile& b) {
  const auto rank = [](char c) { return c == '/' ? 0 : static_cast<unsigned char>(c) + 1; };
  return std::lexicographical_compare(a.name.begin(), a.name.end(), b.name.begin(), b.name.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

}  // namespace

std::vector<FolderFile> files_in_folder(const fs::path& folder) {
  std::error_code problem;
  if (!fs::is_directory(folder, problem)) {
    throw_error(ErrorCode::validation,
                "'" + folder.string() + "' is not a folder on this machine that could be uploaded.");
  }
  std::vector<FolderFile> found;
  std::vector<std::string> todo{""};  // Folders below `folder`, each with a slash at its end.
  while (!todo.empty()) {
    const std::string prefix = std::move(todo.back());
    todo.pop_back();
    const fs::path current = prefix.empty() ? folder : folder / prefix.substr(0, prefix.size() - 1);
    fs::directory_iterator entries(current, problem);
    if (problem) throw_error(files::io_error("read", current, problem.value()));
    for (; entries != fs::directory_iterator(); entries.increment(problem)) {
      if (problem) throw_error(files::io_error("read", current, problem.value()));
      std::error_code ignored;  // A dangling symlink, or a file that has just gone: no file.
      if (entries->is_directory(ignored)) {
        if (!entries->is_symlink(ignored)) todo.push_back(prefix + entries->path().filename().string() + "/");
      } else if (entries->is_regular_file(ignored)) {
        const std::uint64_t size = entries->file_size(ignored);
        found.push_back({prefix + entries->path().filename().string(), ignored ? 0 : size});
      }
    }
    if (problem) throw_error(files::io_error("read", current, problem.value()));
  }
  std::sort(found.begin(), found.end(), &comes_before);
  return found;
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
