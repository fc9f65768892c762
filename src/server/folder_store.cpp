// SPDX-License-Identifier: Apache-2.0
#include "server/store.hpp"

#include "core/file_lock.hpp"
#include "core/files.hpp"
#include "core/text.hpp"
#include "huggingface_hub/errors.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

namespace fs = std::filesystem;

// Zeros are left out in units of this size, so that they become holes of the file.
constexpr std::size_t kHole = 4096;
// So many objects are synchronised one by one before a document that needs them; more go with the whole file system.
constexpr std::size_t kSyncOneByOne = 64;
constexpr const char* kDocumentSuffix = ".json";

bool is_zero(const char* data, std::size_t size) {
  return size > 0 && data[0] == '\0' && std::memcmp(data, data + 1, size - 1) == 0;
}

void sync_path(const fs::path& path, int flags) {
  const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
  if (descriptor < 0) throw_error(files::io_error("open", path, errno));
  const int outcome = ::fsync(descriptor);
  const int code = errno;
  ::close(descriptor);
  if (outcome != 0) throw_error(files::io_error("write", path, code));
}

class FileSource final : public ByteSource {
 public:
  explicit FileSource(files::PositionalFile file) : file_(std::move(file)), size_(file_.size().value()) {}
  std::uint64_t size() const override { return size_; }
  std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const override {
    return file_.read_at(offset, data, size).value();
  }
  int descriptor() const override { return file_.descriptor(); }

 private:
  files::PositionalFile file_;
  std::uint64_t size_;
};

// Folder layout: `objects/<kind>/<2 hex>/<id>`, `documents/<key>.json`, `tmp/`, `lock`.
class FolderStore final : public Store {
 public:
  FolderStore(const fs::path& folder, bool sync) : folder_(folder), sync_(sync), lock_(take_lock(folder)) {
    files::create_directories(folder_ / "documents").value();
    files::create_directories(folder_ / "objects").value();
    std::error_code ignored;
    fs::remove_all(folder_ / "tmp", ignored);  // What processes that ended were writing.
    files::create_directories(folder_ / "tmp").value();
  }

  std::unique_ptr<StagedObject> stage() override;

  bool contains(ObjectKind kind, const std::string& id) const override {
    return ::access(object_path(kind, id).c_str(), F_OK) == 0;
  }

  std::shared_ptr<const ByteSource> open(ObjectKind kind, const std::string& id) const override {
    auto file = files::PositionalFile::open_read(object_path(kind, id));
    if (file) return std::make_shared<FileSource>(std::move(*file));
    if (file.error().system_error == ENOENT) return nullptr;
    throw_error(file.error());
  }

  std::vector<std::string> documents() const override {
    std::vector<std::string> keys;
    const fs::path root = folder_ / "documents";
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
      std::string key = entry.path().lexically_relative(root).generic_string();
      if (!entry.is_regular_file() || !key.ends_with(kDocumentSuffix)) continue;
      key.resize(key.size() - std::strlen(kDocumentSuffix));
      keys.push_back(std::move(key));
    }
    std::sort(keys.begin(), keys.end());
    return keys;
  }

  std::optional<std::string> read_document(const std::string& key) const override {
    auto text = files::read_text(document_path(key));
    if (text) return std::move(*text);
    if (text.error().system_error == ENOENT) return std::nullopt;
    throw_error(text.error());
  }

  void write_document(const std::string& key, std::string_view text) override {
    sync_objects();
    const fs::path path = document_path(key);
    const fs::path temporary = temporary_path();
    files::create_directories(path.parent_path()).value();
    auto file = files::PositionalFile::create_new(temporary).value();
    file.write_at(0, text.data(), text.size()).value();
    if (sync_) file.sync().value();
    file.close().value();
    files::rename(temporary, path).value();
    if (sync_) sync_path(path.parent_path(), O_RDONLY | O_DIRECTORY);
  }

  void remove_document(const std::string& key) override {
    const fs::path path = document_path(key);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) throw_error(files::io_error("remove", path, errno));
    if (sync_) sync_path(path.parent_path(), O_RDONLY | O_DIRECTORY);
  }

  fs::path temporary_path() { return folder_ / "tmp" / std::to_string(next_temporary_.fetch_add(1)); }

  void keep(const fs::path& temporary, ObjectKind kind, const std::string& id) {
    const fs::path path = object_path(kind, id);
    files::create_directories(path.parent_path()).value();
    files::rename(temporary, path).value();
    if (!sync_) return;
    const std::lock_guard lock(mutex_);
    unsynchronised_.push_back(path);
  }

 private:
  static FileLock take_lock(const fs::path& folder) {
    files::create_directories(folder).value();
    FileLock::Options options;
    options.timeout = std::chrono::milliseconds(0);
    auto lock = FileLock::acquire(folder / "lock", options);
    if (!lock) {
      Error error = lock.error();
      if (error.timeout) error.message = "The folder '" + folder.string() + "' is used by another hub.";
      throw_error(error);
    }
    return std::move(*lock);
  }

  fs::path object_path(ObjectKind kind, const std::string& id) const {
    return folder_ / "objects" / to_string(kind) / id.substr(0, 2) / id;
  }
  fs::path document_path(const std::string& key) const { return folder_ / "documents" / (key + kDocumentSuffix); }

  void sync_objects() {
    std::vector<fs::path> waiting;
    {
      const std::lock_guard lock(mutex_);
      waiting.swap(unsynchronised_);
    }
    if (waiting.size() > kSyncOneByOne) {
      const int descriptor = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (descriptor < 0) throw_error(files::io_error("open", folder_, errno));
      ::syncfs(descriptor);
      ::close(descriptor);
      return;
    }
    std::vector<fs::path> folders;
    for (const fs::path& path : waiting) {
      sync_path(path, O_RDONLY);
      folders.push_back(path.parent_path());
    }
    std::sort(folders.begin(), folders.end());
    folders.erase(std::unique(folders.begin(), folders.end()), folders.end());
    for (const fs::path& path : folders) sync_path(path, O_RDONLY | O_DIRECTORY);
  }

  fs::path folder_;
  bool sync_;
  FileLock lock_;
  std::atomic<std::uint64_t> next_temporary_{0};
  std::mutex mutex_;
  std::vector<fs::path> unsynchronised_;
};

class FolderStaged final : public StagedObject {
 public:
  FolderStaged(FolderStore& store, fs::path path)
      : store_(store), path_(std::move(path)), file_(files::PositionalFile::create_new(path_).value()) {}

  ~FolderStaged() override {
    if (!kept_) ::unlink(path_.c_str());
  }

  void write_at(std::uint64_t offset, const char* data, std::size_t size) override {
    const std::uint64_t end = offset + size;
    while (size > 0) {
      // Up to the next boundary first, then whole units.
      const auto within = static_cast<std::size_t>(offset % kHole);
      std::size_t count = std::min(size, kHole - within);
      if (is_zero(data, count) && offset >= written_to_.load()) {
        offset += count;
        data += count;
        size -= count;
        continue;
      }
      while (count < size) {
        const std::size_t more = std::min(kHole, size - count);
        if (is_zero(data + count, more)) break;
        count += more;
      }
      file_.write_at(offset, data, count).value();
      offset += count;
      data += count;
      size -= count;
    }
    std::uint64_t seen = written_to_.load();
    while (seen < end && !written_to_.compare_exchange_weak(seen, end)) {
    }
  }

  std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const override {
    const std::size_t count = file_.read_at(offset, data, size).value();
    // Zeros at the end were not written: the file is shorter than what was staged.
    const std::uint64_t end = written_to_.load();
    const auto wanted = offset < end ? static_cast<std::size_t>(std::min<std::uint64_t>(size, end - offset)) : 0;
    if (count < wanted) std::memset(data + count, 0, wanted - count);
    return std::max(count, wanted);
  }

  void keep(ObjectKind kind, const std::string& id, std::uint64_t size) override {
    file_.truncate(size).value();
    file_.close().value();
    if (store_.contains(kind, id)) return;
    store_.keep(path_, kind, id);
    kept_ = true;
  }

 private:
  FolderStore& store_;
  fs::path path_;
  files::PositionalFile file_;
  std::atomic<std::uint64_t> written_to_{0};
  bool kept_{false};
};

std::unique_ptr<StagedObject> FolderStore::stage() { return std::make_unique<FolderStaged>(*this, temporary_path()); }

}  // namespace

std::unique_ptr<Store> make_folder_store(const fs::path& folder, bool sync) {
  return std::make_unique<FolderStore>(folder, sync);
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
