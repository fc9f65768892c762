// SPDX-License-Identifier: Apache-2.0
/// @file
/// A file that appears under its name only when it is complete. For the header-only half; the compiled one has
/// its own in `src/core`.
#pragma once

#include "huggingface_hub/detail/mapped_file.hpp"

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>

#if defined(__linux__)
#include <fcntl.h>
#endif

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

/// Written beside its place under a name of its own, renamed by `commit`, removed by the destructor otherwise.
class NewFile {
 public:
  /// `size` bytes are set aside where the file system can, so that a full disk shows at once.
  /// @throws HfIoError
  NewFile(const std::filesystem::path& path, std::uint64_t size) : path_(path) {
    temporary_ = path;
    temporary_ += "." + random_suffix() + ".tmp";
    file_ = std::fopen(temporary_.string().c_str(), "wbx");  // x: fails where there is such a file.
    if (file_ == nullptr) throw_io_error("Cannot create", temporary_, errno);
#if defined(__linux__)
    if (size > 0 && ::fallocate(fileno(file_), 0, 0, static_cast<off_t>(size)) != 0 && errno == ENOSPC) {
      discard();
      throw_io_error("Cannot write", path_, ENOSPC);
    }
#else
    (void)size;
#endif
  }

  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() { discard(); }

  void write(const void* data, std::size_t size) {
    if (size > 0 && std::fwrite(data, 1, size, file_) != size) throw_io_error("Cannot write", path_, errno);
  }

  /// Nothing more is written. @throws HfIoError  the disk did not take the last bytes; the file is gone then.
  void close() {
    std::FILE* const file = file_;
    file_ = nullptr;
    if (file != nullptr && std::fclose(file) != 0) {
      const int reason = errno;
      discard();
      throw_io_error("Cannot write", path_, reason);
    }
  }

  /// Gives the file its name, in place of what had it.
  void commit() {
    close();
    std::error_code failure;
    std::filesystem::rename(temporary_, path_, failure);
    if (failure) {
      discard();
      throw_io_error("Cannot replace", path_, failure.value());
    }
    temporary_.clear();
  }

 private:
  static std::string random_suffix() {
    std::random_device random;
    return std::to_string(random()) + std::to_string(random());
  }

  void discard() noexcept {
    if (file_ != nullptr) std::fclose(file_);
    file_ = nullptr;
    std::error_code ignored;
    if (!temporary_.empty()) std::filesystem::remove(temporary_, ignored);
    temporary_.clear();
  }

  std::filesystem::path path_;
  std::filesystem::path temporary_{};
  std::FILE* file_{nullptr};
};

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
