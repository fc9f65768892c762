// SPDX-License-Identifier: Apache-2.0
/// @file
/// A file in memory, fetched page by page when it is looked at.
#pragma once

#include "huggingface_hub/errors.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#if defined(_WIN32)
#include <fstream>
#include <vector>
#else
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

[[noreturn]] inline void throw_io_error(const std::string& what, const std::filesystem::path& path, int system_error) {
  Error error;
  error.code = ErrorCode::io;
  error.message = what + " '" + path.string() + "': " + std::strerror(system_error) + ".";
  error.path = path;
  error.system_error = system_error;
  throw_error(error);
}

/// A private copy-on-write view of a whole file: what is written to the memory never reaches the file.
/// The file must not be cut while it is mapped. Not copyable: share it by `std::shared_ptr`.
class MappedFile {
 public:
  /// @throws HfIoError  it cannot be opened or mapped.
  static std::shared_ptr<MappedFile> open(const std::filesystem::path& path) {
    return std::shared_ptr<MappedFile>(new MappedFile(path));
  }

  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  [[nodiscard]] std::string_view bytes() const noexcept { return {data_, size_}; }
  [[nodiscard]] char* data() noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

#if defined(_WIN32)
  ~MappedFile() = default;

 private:
  explicit MappedFile(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) throw_io_error("Cannot open", path, ENOENT);
    content_.resize(static_cast<std::size_t>(file.tellg()));
    file.seekg(0);
    file.read(content_.data(), static_cast<std::streamsize>(content_.size()));
    if (!file) throw_io_error("Cannot read", path, EIO);
    data_ = content_.data();
    size_ = content_.size();
  }
  std::vector<char> content_{};
#else
  ~MappedFile() {
    if (data_ != nullptr) ::munmap(data_, size_);
  }

 private:
  struct Descriptor {
    int value;
    ~Descriptor() {
      if (value >= 0) ::close(value);
    }
  };

  explicit MappedFile(const std::filesystem::path& path) {
    const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    struct ::stat status {};
    if (file.value < 0 || ::fstat(file.value, &status) != 0) throw_io_error("Cannot open", path, errno);
    if (S_ISDIR(status.st_mode)) throw_io_error("Cannot open", path, EISDIR);
    if (status.st_size == 0) return;  // Nothing to map, which the system would call an error.
    if (static_cast<std::uint64_t>(status.st_size) > SIZE_MAX) throw_io_error("Cannot map", path, EFBIG);
    size_ = static_cast<std::size_t>(status.st_size);
#if defined(MAP_NORESERVE)
    constexpr int kFlags = MAP_PRIVATE | MAP_NORESERVE;  // No swap is set aside for pages nobody writes to.
#else
    constexpr int kFlags = MAP_PRIVATE;
#endif
    void* const mapped = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, kFlags, file.value, 0);
    if (mapped == MAP_FAILED) throw_io_error("Cannot map", path, errno);
    data_ = static_cast<char*>(mapped);
  }
#endif

  char* data_{nullptr};
  std::size_t size_{0};
};

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
