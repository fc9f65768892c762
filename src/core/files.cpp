// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"

#include "core/text.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace files {

namespace {

constexpr std::size_t kLongestName = 255;  // NAME_MAX of the usual file systems
constexpr std::size_t kCopySize = std::size_t{1} << 20;

/// A file being written under another name than its final one. Removed unless `publish` succeeded.
class TemporaryFile {
 public:
  /// At `temporary`, to become `target`.
  static Result<TemporaryFile> at(const fs::path& temporary, const fs::path& target, unsigned mode) {
    if (Result<void> made = files::create_directories(target.parent_path()); !made) return made.error();
    TemporaryFile file;
    file.descriptor_ = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file.descriptor_ < 0) return io_error("write", target, errno);
    file.path_ = temporary;
    return file;
  }

  TemporaryFile(TemporaryFile&& other) noexcept
      : path_(std::exchange(other.path_, {})), descriptor_(std::exchange(other.descriptor_, -1)) {}
  TemporaryFile& operator=(TemporaryFile&&) = delete;

  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!path_.empty()) ::unlink(path_.c_str());
  }

  Result<void> write(const char* data, std::size_t size, const fs::path& target) {
    while (size > 0) {
      const ssize_t written = ::write(descriptor_, data, size);
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) return io_error("write", target, errno);
      data += written;
      size -= static_cast<std::size_t>(written);
    }
    return {};
  }

  /// Renames to `target`. Not synced to the disk: what is here can be fetched again, and the other clients of the
  /// cache do not sync either.
  Result<void> publish(const fs::path& target) {
    if (::close(std::exchange(descriptor_, -1)) != 0) return io_error("write", target, errno);
    if (::rename(path_.c_str(), target.c_str()) != 0) return io_error("write", target, errno);
    path_.clear();
    return {};
  }

 private:
  TemporaryFile() = default;
  fs::path path_{};
  int descriptor_{-1};
};

std::string_view advice(int system_error) noexcept {
  switch (system_error) {
    case ENOSPC:
    case EDQUOT: return " Free some space, or use a folder on another disk.";
    case EACCES:
    case EPERM: return " Check who may read and write there, or use another folder.";
    case EROFS: return " It is on a file system that can only be read; use another folder.";
    case ENOENT: return " Check the path.";
    case EMFILE:
    case ENFILE: return " Close other files, or raise the limit of open files (ulimit -n).";
    case EISDIR: return " A folder is where a file is wanted.";
    case ENOTDIR:
    case EEXIST: return " A file is where a folder, or something new, is wanted; move it away.";
    default: return "";
  }
}

bool probe_symlinks(const fs::path& folder) {
  const fs::path probe = folder / ("tmp" + random_hex(8));
  std::error_code failed;
  if (!fs::create_directories(probe, failed) || failed) return false;
  const fs::path file = probe / "dummy_file_src";
  const fs::path link = probe / "dummy_file_dst";
  bool works = false;
  if (const Result<void> written = write_atomic(file, ""); written.ok()) {
    works = ::symlink("dummy_file_src", link.c_str()) == 0;
  }
  fs::remove_all(probe, failed);
  return works;
}

/// Writes `content` to a temporary file in `folder`, which becomes `path`.
Result<void> write_in(const fs::path& folder, const fs::path& path, std::string_view content, unsigned mode) {
  const fs::path temporary = folder / unique_name(path.filename().string(), "tmp");
  Result<TemporaryFile> file = TemporaryFile::at(temporary, path, mode);
  if (!file) return file.error();
  if (Result<void> written = file->write(content.data(), content.size(), path); !written) return written;
  return file->publish(path);
}

}  // namespace

Error io_error(std::string_view what, const fs::path& path, int system_error) {
  Error error;
  error.code = ErrorCode::io;
  error.path = path;
  error.system_error = system_error;
  error.message = "Cannot " + std::string(what) + " '" + path.string() + "': " +
                  std::generic_category().message(system_error) + ".";
  error.message += advice(system_error);
  return error;
}

Result<std::string> read_text(const fs::path& path, std::uint64_t limit) {
  Result<PositionalFile> file = PositionalFile::open_read(path);
  if (!file) return file.error();
  const Result<std::uint64_t> size = file->size();
  if (!size) return size.error();

  std::string text;
  std::size_t done = 0;
  // One byte more than the file has, so that the end shows without another round. Files of /proc say 0.
  text.resize(static_cast<std::size_t>(std::min(*size, limit)) + 1);
  for (;;) {
    const Result<std::size_t> got = file->read_at(done, text.data() + done, text.size() - done);
    if (!got) return got.error();
    if (*got == 0) break;
    done += *got;
    if (done > limit) {
      Error error = io_error("read", path, EFBIG);
      error.message = "'" + path.string() + "' is larger than the " + std::to_string(limit) + " bytes expected at most.";
      return error;
    }
    if (done == text.size()) text.resize(text.size() * 2);
  }
  text.resize(done);
  return text;
}

Result<void> write_atomic(const fs::path& path, std::string_view content, std::optional<unsigned> mode) {
  return write_in(path.parent_path(), path, content, mode.value_or(0666));
}

Result<void> write_if_changed(const fs::path& path, std::string_view content, const fs::path& staging) {
  std::error_code failed;
  if (fs::is_regular_file(path, failed)) {
    const Result<std::string> present = read_text(path, content.size());
    if (present.ok() && *present == content) return {};
  }
  if (files::create_directories(staging) && write_in(staging, path, content, 0666)) return {};
  return write_atomic(path, content);
}

Result<void> create_directories(const fs::path& path) {
  if (path.empty()) return {};
  std::error_code failed;
  fs::create_directories(path, failed);
  if (!failed) return {};
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) return {};  // Another process was faster, or a link leads to it.
  // Name the file in the way, not the folder that could not be made.
  fs::path prefix;
  for (const fs::path& part : path) {
    prefix /= part;
    const fs::file_status status = fs::symlink_status(prefix, ignored);
    if (fs::exists(status) && !fs::is_directory(prefix, ignored)) return io_error("create the folder", prefix, ENOTDIR);
  }
  return io_error("create the folder", path, failed.value());
}

Result<void> rename(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) == 0) return {};
  const int reason = errno;
  std::error_code ignored;
  return io_error("rename a file to", fs::exists(fs::symlink_status(from, ignored)) ? to : from, reason);
}

Result<void> copy_atomic(const fs::path& from, const fs::path& to, const fs::path& temporary) {
  Result<PositionalFile> source = PositionalFile::open_read(from);
  if (!source) return source.error();
  Result<TemporaryFile> file = TemporaryFile::at(temporary, to, 0666);
  if (!file) return file.error();

  std::vector<char> buffer(kCopySize);
  std::uint64_t offset = 0;
  for (;;) {
    const Result<std::size_t> got = source->read_at(offset, buffer.data(), buffer.size());
    if (!got) return got.error();
    if (*got == 0) break;
    if (Result<void> written = file->write(buffer.data(), *got, to); !written) return written;
    offset += *got;
  }
  return file->publish(to);
}

std::string unique_name(std::string_view stem, std::string_view suffix) {
  const std::string tail = "." + random_hex(8) + "." + std::string(suffix);
  return std::string(stem.substr(0, kLongestName - std::min(kLongestName, tail.size()))) + tail;
}

bool are_symlinks_supported(const fs::path& folder) {
  static std::mutex mutex;
  static auto* const known = new std::map<fs::path, bool>();  // Never destroyed: calls may outlive main().
  const std::lock_guard<std::mutex> lock(mutex);
  const auto found = known->find(folder);
  if (found != known->end()) return found->second;
  const bool supported = probe_symlinks(folder);
  known->emplace(folder, supported);
  return supported;
}

std::optional<std::uint64_t> free_space(const fs::path& path) {
  std::error_code failed;
  fs::path existing = fs::absolute(path, failed);
  if (failed) return std::nullopt;
  while (!fs::exists(existing, failed) && existing.has_parent_path() && existing != existing.parent_path()) {
    existing = existing.parent_path();
  }
  const fs::space_info space = fs::space(existing, failed);
  if (failed || space.available == static_cast<std::uintmax_t>(-1)) return std::nullopt;
  return space.available;
}

bool is_safe_name(std::string_view name) noexcept {
  if (name.empty() || name.size() > kLongestName || name == "." || name == "..") return false;
  if (name.size() >= 2 && name[1] == ':') return false;  // A drive, on Windows.
  return name.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
}

bool is_safe_relative_path(std::string_view relative) noexcept {
  for (;;) {
    const std::size_t slash = relative.find('/');
    if (!is_safe_name(relative.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    relative.remove_prefix(slash + 1);
  }
}

}  // namespace files

HUGGINGFACE_HUB_NAMESPACE_END
