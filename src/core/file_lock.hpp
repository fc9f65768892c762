// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/result.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// An inter-process lock on a path, compatible with Python's `filelock` (`flock(2)`), also between threads of one
/// process. The file is locked as a range as well (`F_OFD_SETLK`), for clients that know only that. Released by the
/// destructor, also where a fork has the descriptor too, and by the death of the process. The lock file stays; whoever
/// creates it makes it writable for the group, whatever the umask.
class FileLock {
 public:
  struct Options {
    CancellationToken cancel{};
    /// Nothing: wait for ever.
    std::optional<std::chrono::milliseconds> timeout{};
    /// Called about every 10 s while waiting, with the time waited so far.
    std::function<void(std::chrono::seconds waited)> on_wait{};
  };

  /// Creates folder and file. A file system without locks (ENOSYS, ENOLCK, read-only) gives a lock that holds
  /// nothing (`is_effective()` false): a lock is politeness here, never correctness.
  /// Time-out: a `transport`-free `io` error with `timeout` set.
  static Result<FileLock> acquire(const std::filesystem::path& path, const Options& options);

  FileLock(FileLock&&) noexcept;
  FileLock& operator=(FileLock&&) noexcept;
  ~FileLock();

  [[nodiscard]] bool is_effective() const noexcept;

 private:
  struct Impl;
  explicit FileLock(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

HUGGINGFACE_HUB_NAMESPACE_END
