// SPDX-License-Identifier: Apache-2.0
#include "core/file_lock.hpp"

#include "core/files.hpp"
#include "core/log.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

using std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr milliseconds kFirstPoll{1};        // Many are held for no longer.
constexpr milliseconds kPoll{50};            // spec/cache.md 3
constexpr std::chrono::seconds kReport{10};  // spec/cache.md 3

struct flock whole_file(short type) noexcept {
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  return range;
}

/// Owns a descriptor and the locks on it, which go in the order opposite to that they were taken in.
class Descriptor {
 public:
  explicit Descriptor(int value) noexcept : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ < 0) return;
    // Closing would not do where a process forked meanwhile has the descriptor too.
    struct flock whole = whole_file(F_UNLCK);
    (void)::fcntl(value_, F_OFD_SETLK, &whole);
    (void)::flock(value_, LOCK_UN);
    ::close(value_);
  }
  [[nodiscard]] int get() const noexcept { return value_; }

 private:
  int value_;
};

enum class Attempt { locked, busy, unsupported };

bool is_busy(int reason) noexcept {
  return reason == EWOULDBLOCK || reason == EAGAIN || reason == EACCES || reason == EINTR;
}

bool cannot_lock_here(int reason) noexcept {
  return reason == ENOSYS || reason == ENOLCK || reason == EOPNOTSUPP || reason == EINVAL;
}

/// The folder cannot be written: reading the cache must go on, and writing will give an error of its own.
bool cannot_write_here(int reason) noexcept { return reason == EROFS || reason == EACCES || reason == EPERM; }

/// As filelock does: first as the creator, who alone sets the mode.
Result<Descriptor> open_lock_file(const std::filesystem::path& path, bool& created) {
  constexpr int kFlags = O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC;
  for (;;) {
    created = true;
    int descriptor = ::open(path.c_str(), kFlags | O_CREAT | O_EXCL, 0664);
    if (descriptor < 0 && errno == EEXIST) {
      created = false;
      descriptor = ::open(path.c_str(), kFlags);
      if (descriptor < 0 && errno == ENOENT) continue;  // Somebody removed it in between.
    }
    // That of another user who keeps it for himself. It can be locked all the same.
    if (descriptor < 0 && errno == EACCES && !created) {
      descriptor = ::open(path.c_str(), (kFlags & ~O_RDWR) | O_RDONLY);
    }
    if (descriptor < 0 && errno == EINTR) continue;
    if (descriptor < 0) return files::io_error("lock", path, errno);
    if (created) (void)::fchmod(descriptor, 0664);
    return Descriptor(descriptor);
  }
}

/// True if the locked file is still the one under its name. Some releases of filelock remove it on release.
bool is_current(const struct stat& mine, const std::filesystem::path& path) {
  struct stat named {};
  if (mine.st_nlink == 0) return false;
  return ::lstat(path.c_str(), &named) == 0 && named.st_ino == mine.st_ino && named.st_dev == mine.st_dev;
}

/// In a sticky folder (`/tmp`), a lock file of a third person is a trap.
bool is_foreign_in_sticky_folder(const struct stat& file, const std::filesystem::path& path) {
  struct stat folder {};
  if (file.st_uid == ::geteuid() || ::stat(path.parent_path().c_str(), &folder) != 0) return false;
  return (folder.st_mode & S_ISVTX) != 0 && file.st_uid != folder.st_uid;
}

struct Tried {
  Attempt attempt{Attempt::busy};
  Descriptor descriptor{-1};
};

/// The second lock, for clients that know only ranges, also on other machines: those of NFS exports, and of languages
/// whose locks are `fcntl`'s. Never waited for with the first one in hand, so nobody can stand in a circle.
Attempt lock_range(int descriptor, const std::filesystem::path& path) {
  struct flock whole = whole_file(F_WRLCK);
  if (::fcntl(descriptor, F_OFD_SETLK, &whole) == 0) return Attempt::locked;
  const int reason = errno;
  if (is_busy(reason)) return Attempt::busy;
  log_debug("The lock " + path.string() + " is one of flock alone: " + std::strerror(reason) + ".");
  return Attempt::unsupported;
}

Result<Tried> try_lock(const std::filesystem::path& path) {
  for (;;) {
    bool created = false;
    Result<Descriptor> opened = open_lock_file(path, created);
    // The folder is looked at where it is missed, and not for each file of a snapshot.
    if (!opened && (opened.error().system_error == ENOENT || opened.error().system_error == ENOTDIR)) {
      if (Result<void> made = files::create_directories(path.parent_path()); made) {
        opened = open_lock_file(path, created);
      } else {
        opened = made.error();
      }
    }
    if (!opened) {
      if (cannot_write_here(opened.error().system_error)) return Tried{Attempt::unsupported, Descriptor(-1)};
      return opened.error();
    }
    if (::flock(opened->get(), LOCK_EX | LOCK_NB) != 0) {
      const int reason = errno;
      if (is_busy(reason)) return Tried{Attempt::busy, Descriptor(-1)};
      // An empty file would block Python for ever where flock does not work.
      if (created) ::unlink(path.c_str());
      if (!cannot_lock_here(reason)) return files::io_error("lock", path, reason);
      log_debug("Files cannot be locked here, so it goes on without " + path.string() + ": " + std::strerror(reason));
      return Tried{Attempt::unsupported, Descriptor(-1)};
    }
    if (lock_range(opened->get(), path) == Attempt::busy) return Tried{Attempt::busy, Descriptor(-1)};
    struct stat file {};
    if (::fstat(opened->get(), &file) != 0 || !is_current(file, path)) continue;
    if (is_foreign_in_sticky_folder(file, path)) return files::io_error("lock", path, EPERM);
    return Tried{Attempt::locked, std::move(*opened)};
  }
}

Error timed_out(const std::filesystem::path& path, milliseconds waited) {
  Error error;
  error.code = ErrorCode::io;
  error.path = path;
  error.timeout = true;
  error.message = "Waited " + std::to_string(waited.count()) + " ms for the lock '" + path.string() +
                  "', which another process or thread holds. Try again once it is done.";
  return error;
}

}  // namespace

struct FileLock::Impl {
  Descriptor descriptor{-1};
};

FileLock::FileLock(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
FileLock::FileLock(FileLock&&) noexcept = default;
FileLock& FileLock::operator=(FileLock&&) noexcept = default;
FileLock::~FileLock() = default;

bool FileLock::is_effective() const noexcept { return impl_ && impl_->descriptor.get() >= 0; }

Result<FileLock> FileLock::acquire(const std::filesystem::path& path, const Options& options) {
  const SteadyTime start = std::chrono::steady_clock::now();
  std::chrono::seconds next_report = kReport;
  milliseconds poll = kFirstPoll;
  for (;;) {
    Result<Tried> tried = try_lock(path);
    if (!tried) return tried.error();
    if (tried->attempt != Attempt::busy) {
      auto impl = std::make_unique<Impl>();
      impl->descriptor = std::move(tried->descriptor);
      return FileLock(std::move(impl));
    }

    const auto waited = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
    if (options.timeout && waited >= *options.timeout) return timed_out(path, waited);
    if (options.on_wait && waited >= next_report) {
      options.on_wait(std::chrono::duration_cast<std::chrono::seconds>(waited));
      next_report += kReport;
    }
    const milliseconds pause = options.timeout ? std::min(poll, *options.timeout - waited) : poll;
    poll = std::min(2 * poll, kPoll);
    if (options.cancel.wait_for(pause)) {
      const Result<void> cancelled = as_result([&options] { options.cancel.throw_if_cancelled(); });
      return cancelled.error();
    }
  }
}

HUGGINGFACE_HUB_NAMESPACE_END
