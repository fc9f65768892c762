// SPDX-License-Identifier: Apache-2.0
#include "core/file_stamp.hpp"

#include "core/files.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + std::int64_t{time.tv_nsec};
}

// Kernels tick every 10 ms at the slowest; file systems without fractions of a second count in steps of up to two.
constexpr std::int64_t kTick = 100'000'000;
constexpr std::int64_t kCoarseTick = 2'000'000'000;
constexpr std::int64_t kSecond = 1'000'000'000;

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

bool is_settled(const FileStamp& stamp, std::chrono::system_clock::time_point now) noexcept {
  const bool coarse = stamp.modified_ns % kSecond == 0 && stamp.changed_ns % kSecond == 0;
  const std::int64_t now_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
  return now_ns - std::max(stamp.modified_ns, stamp.changed_ns) > (coarse ? kCoarseTick : kTick);
}

HUGGINGFACE_HUB_NAMESPACE_END
