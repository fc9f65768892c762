// SPDX-License-Identifier: Apache-2.0
#include "core/file_stamp.hpp"

#include "core/files.hpp"

#include <sys/stat.h>

#include <cerrno>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_nsec};
}

}  // namespace

Result<FileStamp> file_stamp(const std::filesystem::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return files::io_error("read", path, errno);
  if (!S_ISREG(status.st_mode)) return files::io_error("read", path, S_ISDIR(status.st_mode) ? EISDIR : EINVAL);
  FileStamp stamp;
  stamp.changed_ns = nanoseconds(status.st_ctim);
  stamp.device = status.st_dev;
  stamp.inode = status.st_ino;
  stamp.modified_ns = nanoseconds(status.st_mtim);
  stamp.size = static_cast<std::uint64_t>(status.st_size);
  return stamp;
}

HUGGINGFACE_HUB_NAMESPACE_END
