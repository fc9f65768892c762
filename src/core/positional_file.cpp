// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/magic.h>
#include <sys/vfs.h>
#endif

#include <cerrno>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace files {

namespace {

int open_file(const fs::path& path, int flags) {
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), flags | O_CLOEXEC, 0666);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

off_t to_offset(std::uint64_t offset) noexcept { return static_cast<off_t>(offset); }

}  // namespace

PositionalFile::~PositionalFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

PositionalFile::PositionalFile(PositionalFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

PositionalFile& PositionalFile::operator=(PositionalFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  return *this;
}

Result<PositionalFile> PositionalFile::create_new(const fs::path& path) {
  PositionalFile file;
  file.path_ = path;
  file.descriptor_ = open_file(path, O_RDWR | O_CREAT | O_EXCL);
  if (file.descriptor_ < 0) return io_error("create", path, errno);
  return file;
}

Result<PositionalFile> PositionalFile::open_read(const fs::path& path) {
  PositionalFile file;
  file.path_ = path;
  file.descriptor_ = open_file(path, O_RDONLY);
  if (file.descriptor_ < 0) return io_error("read", path, errno);
  return file;
}

Result<PositionalFile> PositionalFile::open_read_write(const fs::path& path) {
  PositionalFile file;
  file.path_ = path;
  file.descriptor_ = open_file(path, O_RDWR);
  if (file.descriptor_ < 0) return io_error("write", path, errno);
  return file;
}

Result<void> PositionalFile::write_at(std::uint64_t offset, const void* data, std::size_t size) {
  const char* next = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = ::pwrite(descriptor_, next, size, to_offset(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error("write", path_, errno);
    next += written;
    offset += static_cast<std::uint64_t>(written);
    size -= static_cast<std::size_t>(written);
  }
  return {};
}

Result<std::size_t> PositionalFile::read_at(std::uint64_t offset, void* data, std::size_t size) const {
  for (;;) {
    const ssize_t got = ::pread(descriptor_, data, size, to_offset(offset));
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return io_error("read", path_, errno);
  }
}

Result<void> PositionalFile::truncate(std::uint64_t size) {
  if (::ftruncate(descriptor_, to_offset(size)) != 0) return io_error("resize", path_, errno);
  return {};
}

Result<void> PositionalFile::preallocate(std::uint64_t size) {
  if (size == 0) return {};
#ifdef __linux__
  // In memory, to reserve means to write zeros: half a second a GiB, in which nobody can cancel, and then everything is
  // written a second time.
  struct statfs system {};
  if (::fstatfs(descriptor_, &system) == 0 && system.f_type == TMPFS_MAGIC) return {};
  // Not posix_fallocate, which writes every block where the file system cannot reserve.
  if (::fallocate(descriptor_, 0, 0, to_offset(size)) != 0 && errno != EOPNOTSUPP && errno != ENOSYS) {
    return io_error("reserve space for", path_, errno);
  }
#endif
  return {};
}

Result<std::uint64_t> PositionalFile::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) return io_error("read", path_, errno);
  if (S_ISDIR(status.st_mode)) return io_error("read", path_, EISDIR);
  return static_cast<std::uint64_t>(status.st_size);
}

Result<void> PositionalFile::sync() {
  if (::fsync(descriptor_) != 0 && errno != EINVAL) return io_error("write", path_, errno);
  return {};
}

Result<void> PositionalFile::close() {
  const int descriptor = std::exchange(descriptor_, -1);
  if (descriptor >= 0 && ::close(descriptor) != 0 && errno != EINTR) return io_error("write", path_, errno);
  return {};
}

}  // namespace files

HUGGINGFACE_HUB_NAMESPACE_END
