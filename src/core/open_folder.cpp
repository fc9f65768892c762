// SPDX-License-Identifier: Apache-2.0
#include "core/open_folder.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace files {

namespace fs = std::filesystem;

namespace {

fs::file_type type_of_mode(mode_t mode) noexcept {
  if (S_ISREG(mode)) return fs::file_type::regular;
  if (S_ISDIR(mode)) return fs::file_type::directory;
  if (S_ISLNK(mode)) return fs::file_type::symlink;
  return fs::file_type::unknown;
}

}  // namespace

std::optional<OpenFolder> OpenFolder::open(int parent, const char* path, int flags) {
  int descriptor = -1;
  do {
    descriptor = ::openat(parent, path, flags | O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) return std::nullopt;
  DIR* const stream = ::fdopendir(descriptor);
  if (stream == nullptr) {
    ::close(descriptor);
    return std::nullopt;
  }
  return OpenFolder(stream);
}

std::optional<OpenFolder> OpenFolder::at(const std::string& path) { return open(AT_FDCWD, path.c_str(), 0); }

std::optional<OpenFolder> OpenFolder::folder(const std::string& name) const {
  return open(::dirfd(stream_.get()), name.c_str(), O_NOFOLLOW);
}

fs::file_type OpenFolder::type_of(const ::dirent& entry) const noexcept {
  switch (entry.d_type) {
    case DT_REG: return fs::file_type::regular;
    case DT_DIR: return fs::file_type::directory;
    case DT_LNK: return fs::file_type::symlink;
    case DT_UNKNOWN: break;  // Not every file system says.
    default: return fs::file_type::unknown;
  }
  struct ::stat status {};
  const bool is_there = ::fstatat(::dirfd(stream_.get()), entry.d_name, &status, AT_SYMLINK_NOFOLLOW) == 0;
  return is_there ? type_of_mode(status.st_mode) : fs::file_type::unknown;
}

std::vector<FolderEntry> OpenFolder::entries() const {
  std::vector<FolderEntry> found;
  while (const ::dirent* const entry = ::readdir(stream_.get())) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") found.push_back({std::string(name), type_of(*entry)});
  }
  return found;
}

bool OpenFolder::stat(const std::string& name, struct ::stat& status) const noexcept {
  return ::fstatat(::dirfd(stream_.get()), name.c_str(), &status, 0) == 0;
}

bool OpenFolder::has_file(const std::string& name) const noexcept {
  struct ::stat status {};
  return stat(name, status) && S_ISREG(status.st_mode);
}

std::optional<std::string> OpenFolder::link_text(const std::string& name) const {
  std::array<char, 4096> buffer{};
  const ssize_t size = ::readlinkat(::dirfd(stream_.get()), name.c_str(), buffer.data(), buffer.size());
  if (size <= 0) return std::nullopt;
  return std::string(buffer.data(), static_cast<std::size_t>(size));
}

}  // namespace files

HUGGINGFACE_HUB_NAMESPACE_END
