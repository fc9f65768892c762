// SPDX-License-Identifier: Apache-2.0
#include "cache/shared_store.hpp"

#include "core/file_lock.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

namespace {

namespace fs = std::filesystem;

// spec/cache.md 17.2
constexpr const char* kMarkerName = ".huggingface-shared-blobs";
constexpr std::string_view kMarker = "1\n";
constexpr mode_t kListMode = 0666;
constexpr mode_t kLockMode = 0666;
constexpr std::uint64_t kLargestList = std::uint64_t{64} << 20;

class Descriptor {
 public:
  explicit Descriptor(int value) noexcept : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const noexcept { return value_; }
  explicit operator bool() const noexcept { return value_ >= 0; }

 private:
  int value_;
};

bool is_store_hash(std::string_view hash) noexcept { return is_lower_hex(hash, 64); }

fs::file_type entry_type(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type();
}

// One line and its newline in one write, on the disk before the link appears (17.5).
bool append_line(const fs::path& list, const std::string& line) {
  const Descriptor file(::open(list.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kListMode));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  (void)::fchmod(file.get(), kListMode);
  const std::string bytes = line + "\n";
  if (::write(file.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) return false;
  return ::fsync(file.get()) == 0;
}

// The lock of one payload. Nothing where there is no lock to be had: then the store is as good as absent.
std::optional<FileLock> lock_payload(const fs::path& payload) {
  const fs::path path = payload.string() + ".lock";
  const fs::file_type type = entry_type(path);
  if (type != fs::file_type::regular && type != fs::file_type::not_found) return std::nullopt;
  Result<FileLock> lock = FileLock::acquire(path, {});
  if (!lock.ok() || !lock->is_effective()) return std::nullopt;
  (void)::chmod(path.c_str(), kLockMode);  // Other users need it too; only the owner can.
  return std::move(*lock);
}

// `<type>s--<rest>/blobs/<name>` below the root (17.5).
bool has_reference_form(const fs::path& relative) {
  if (relative.is_absolute() || std::distance(relative.begin(), relative.end()) != 3) return false;
  auto part = relative.begin();
  const std::string repo = (part++)->string();
  const std::string blobs = (part++)->string();
  const std::string name = part->string();
  const std::string text = relative.string();
  return parse_repo_folder_name(repo) && blobs == "blobs" && name != ".." && !name.empty() &&
         text.find_first_of("\r\n") == std::string::npos;
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    std::string line = text.substr(begin, end - begin);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
    begin = end + 1;
  }
  return lines;
}

// Where a link points, by its text alone: one hop (20, trap 2).
std::optional<fs::path> link_target(const fs::path& link, std::error_code& error) {
  const fs::path target = fs::read_symlink(link, error);
  if (error) return std::nullopt;
  return (link.parent_path() / target).lexically_normal();
}

bool lies_in_place(const RepoFolder& repo, const fs::path& cache_dir) {
  std::error_code error;
  const fs::path real = fs::canonical(repo.blobs(), error);
  return !error && real.parent_path().parent_path() == cache_dir;
}

}  // namespace

bool SharedStore::is_valid() const {
  if (entry_type(folder_) != fs::file_type::directory) return false;
  const fs::path marker = folder_ / kMarkerName;
  if (entry_type(marker) != fs::file_type::regular) return false;
  const Result<std::string> text = files::read_text(marker, 16);
  return text.ok() && (*text == kMarker || *text == "1\r\n");
}

fs::path SharedStore::payload_path(std::string_view xet_hash) const {
  return folder_ / xet_hash.substr(0, 2) / xet_hash;
}

fs::path SharedStore::list_path(std::string_view xet_hash) const { return payload_path(xet_hash).string() + ".refs"; }

bool SharedStore::has_usable_payload(std::string_view xet_hash, std::uint64_t size) const {
  if (!is_store_hash(xet_hash)) return false;
  const fs::path payload = payload_path(xet_hash);
  if (entry_type(payload) != fs::file_type::regular) return false;
  std::error_code error;
  const std::uint64_t actual = fs::file_size(payload, error);
  if (!error && actual == size && ::access(payload.c_str(), R_OK) == 0) return true;
  log_warning("A file of the shared store has another size than expected or cannot be read: " + payload.string());
  return false;
}

bool SharedStore::link(const RepoFolder& repo, std::string_view etag, std::string_view xet_hash,
                       std::uint64_t size) const {
  const std::string line = repo.name() + "/blobs/" + std::string(etag);
  if (!is_store_hash(xet_hash) || !is_valid() || !has_reference_form(line) || !lies_in_place(repo, cache_dir_)) {
    return false;
  }
  const fs::path payload = payload_path(xet_hash);
  if (entry_type(payload) != fs::file_type::regular) return false;
  const std::optional<FileLock> lock = lock_payload(payload);
  if (!lock || !has_usable_payload(xet_hash, size)) return false;

  const fs::path temporary = repo.blobs() / ("." + std::string(etag) + "." + random_hex(8) + ".shared");
  const fs::path target = fs::path("../../blobs") / std::string(xet_hash.substr(0, 2)) / std::string(xet_hash);
  std::error_code error;
  fs::create_symlink(target, temporary, error);
  if (error) return false;
  const fs::path blob = repo.blob(etag);
  if (append_line(list_path(xet_hash), line)) {
    fs::rename(temporary, blob, error);
    if (!error && fs::exists(blob, error)) return true;
  }
  fs::remove(temporary, error);
  return false;
}

std::optional<std::string> SharedStore::payload_behind(const fs::path& blob) const {
  std::error_code error;
  if (entry_type(blob) != fs::file_type::symlink) return std::nullopt;
  const std::optional<fs::path> target = link_target(blob, error);
  if (!target) return std::nullopt;
  const std::string hash = target->filename().string();
  if (!is_store_hash(hash) || *target != payload_path(hash)) return std::nullopt;
  return hash;
}

std::optional<std::set<fs::path>> SharedStore::references(std::string_view xet_hash) const {
  const fs::path list = list_path(xet_hash);
  if (entry_type(list) != fs::file_type::regular) return std::nullopt;
  const Result<std::string> text = files::read_text(list, kLargestList);
  if (!text.ok()) return std::nullopt;
  std::set<fs::path> valid;
  for (const std::string& line : split_lines(*text)) {
    if (!has_reference_form(line)) continue;
    const fs::path blob = cache_dir_ / line;
    const fs::file_type type = entry_type(blob);
    if (type == fs::file_type::not_found) continue;
    if (type == fs::file_type::none || type == fs::file_type::unknown) return std::nullopt;
    if (type != fs::file_type::symlink) continue;
    std::error_code error;
    const std::optional<fs::path> target = link_target(blob, error);
    if (error && error != std::errc::no_such_file_or_directory) return std::nullopt;
    if (target && *target == payload_path(xet_hash)) valid.insert(blob);
  }
  return valid;
}

bool SharedStore::collect(std::string_view xet_hash) const {
  if (!is_store_hash(xet_hash) || !is_valid()) return false;
  const fs::path payload = payload_path(xet_hash);
  if (entry_type(payload.parent_path()) != fs::file_type::directory) return false;
  const std::optional<FileLock> lock = lock_payload(payload);
  if (!lock) return false;
  const std::optional<std::set<fs::path>> users = references(xet_hash);
  if (!users) return false;

  std::error_code error;
  if (users->empty()) {
    fs::remove(payload, error);
    if (error) return false;
    fs::remove(list_path(xet_hash), error);
    return true;
  }
  std::string text;
  for (const fs::path& user : *users) text += user.lexically_relative(cache_dir_).generic_string() + "\n";
  const fs::path temporary = list_path(xet_hash).string() + "." + random_hex(8) + ".tmp";
  if (const Result<void> written = files::write_atomic(temporary, text, kListMode); written.ok()) {
    (void)::chmod(temporary.c_str(), kListMode);
    if (const Descriptor file(::open(temporary.c_str(), O_RDONLY | O_CLOEXEC)); file) (void)::fsync(file.get());
    fs::rename(temporary, list_path(xet_hash), error);
    if (error) fs::remove(temporary, error);
  }
  return false;
}

std::vector<SharedStore::Payload> SharedStore::payloads() const {
  std::vector<Payload> found;
  if (!is_valid()) return found;
  std::error_code error;
  for (fs::directory_iterator prefix(folder_, error), end; !error && prefix != end; prefix.increment(error)) {
    const std::string name = prefix->path().filename().string();
    if (!is_lower_hex(name, 2) || entry_type(prefix->path()) != fs::file_type::directory) continue;
    std::error_code inner;
    for (fs::directory_iterator entry(prefix->path(), inner); !inner && entry != end; entry.increment(inner)) {
      std::string hash = entry->path().filename().string();
      if (!is_store_hash(hash) || hash.compare(0, 2, name) != 0) continue;
      if (entry_type(entry->path()) != fs::file_type::regular) continue;
      std::error_code size_error;
      const std::uint64_t size = fs::file_size(entry->path(), size_error);
      if (!size_error) found.push_back({std::move(hash), size});
    }
  }
  return found;
}

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
