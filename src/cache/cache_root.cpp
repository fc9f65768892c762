// SPDX-License-Identifier: Apache-2.0
#include "cache/cache_root.hpp"

#include "core/file_lock.hpp"

#include "huggingface_hub/cache/layout.hpp"
#include "huggingface_hub/errors.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <system_error>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

namespace fs = std::filesystem;

fs::path cache_root(const std::optional<fs::path>& cache_dir) {
  std::error_code ignored;
  const fs::path asked = cache_dir ? *cache_dir : default_cache_dir();
  fs::path root = fs::weakly_canonical(fs::absolute(detail::expand_path(asked.string()), ignored), ignored);
  if (root.empty()) return asked;
  if (!root.has_filename()) root = root.parent_path();  // `hub/`
  return root;
}

fs::path existing_cache_root(const std::optional<fs::path>& cache_dir) {
  const fs::path root = cache_root(cache_dir);
  std::error_code ignored;
  if (!fs::exists(root, ignored)) {
    Error error;
    error.code = ErrorCode::cache_not_found;
    error.message = "Cache directory not found: " + root.string() +
                    ". Give another one, or set HF_HUB_CACHE; it is made by the first download.";
    error.path = root;
    throw_error(error);
  }
  if (!fs::is_directory(root, ignored)) {
    throw_error(ErrorCode::validation, "Scanning the cache expects a directory but found a file: " + root.string() +
                                           ". Give the folder that holds the cache.");
  }
  return root;
}

bool is_locked(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return false;
  FileLock::Options options;
  options.timeout = std::chrono::milliseconds(0);
  return !FileLock::acquire(path, options).ok();
}

namespace {

/// An open part file; closing gives back the lock.
class Part {
 public:
  explicit Part(const fs::path& path) : descriptor_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)) {}
  ~Part() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  /// False: somebody else has. Where locks do not work, or the file cannot be read, nobody can tell.
  [[nodiscard]] bool lock() const {
    return descriptor_ < 0 || ::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
  }

 private:
  int descriptor_;
};

}  // namespace

bool is_part_in_use(const fs::path& path) { return !Part(path).lock(); }

bool remove_unused_part(const fs::path& path, std::error_code& error) {
  const Part part(path);
  error.clear();
  if (!part.lock()) return false;
  fs::remove(path, error);  // While locked, so that nobody takes it over meanwhile.
  return !error;
}

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
