// SPDX-License-Identifier: Apache-2.0
#include "cache/writer.hpp"

#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "huggingface_hub/cache/lookup.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

namespace {

constexpr std::size_t kRandomDigits = 8;  // spec/cache.md 6: the first of a random UUID

bool exists_following_links(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool has_entry(const fs::path& path) {
  std::error_code ignored;
  return fs::symlink_status(path, ignored).type() != fs::file_type::not_found;
}

bool is_same_file(const fs::path& a, const fs::path& b) {
  std::error_code error;
  return fs::equivalent(a, b, error) && !error;
}

Error folder_in_the_way(const fs::path& path) {
  return files::io_error("write a file of the cache to", path, EISDIR);
}

// Symlinks that the file system or the rights of the user do not allow.
bool means_unsupported(const std::error_code& error) {
  return error == std::errc::operation_not_permitted || error == std::errc::permission_denied ||
         error == std::errc::operation_not_supported || error == std::errc::not_supported ||
         error == std::errc::function_not_supported || error == std::errc::invalid_argument;
}

}  // namespace

void write_cache_dir_tag(const fs::path& folder, const fs::path& staging) {
  const fs::path tag = folder / kCacheDirTagName;
  if (has_entry(tag)) return;
  if (const Result<void> written = files::write_if_changed(tag, kCacheDirTag, staging); !written.ok()) {
    log_debug("CACHEDIR.TAG was not written: " + written.error().message);
  }
}

Result<void> replace_entry(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (!error) return {};
  if (error == std::errc::is_a_directory || error == std::errc::directory_not_empty) return folder_in_the_way(to);
  const auto refused = [&] { return files::io_error("put the new file in place at", to, error.value()); };
  if (!has_entry(to) || !has_entry(from)) return refused();

  const std::string stem = "." + to.filename().string() + "." + random_hex(kRandomDigits);
  const fs::path arrived = to.parent_path() / (stem + ".new");
  const fs::path aside = to.parent_path() / (stem + ".old");
  std::error_code second;
  fs::rename(from, arrived, second);
  if (second) return refused();
  fs::rename(to, aside, second);
  if (second) {
    fs::rename(arrived, from, second);
    return refused();
  }
  fs::rename(arrived, to, second);
  if (second) {
    std::error_code ignored;
    fs::rename(aside, to, ignored);
    fs::rename(arrived, from, ignored);
    return refused();
  }
  fs::remove(aside, second);
  return {};
}

Result<void> Writer::ensure_folder(const fs::path& folder) const {
  {
    const std::lock_guard lock(mutex_);
    if (known_folders_.count(folder.string()) != 0) return {};
  }
  if (Result<void> made = files::create_directories(folder); !made.ok()) return made;
  const std::lock_guard lock(mutex_);
  known_folders_.insert(folder.string());
  return {};
}

Result<void> Writer::prepare(std::string_view commit, std::string_view filename) const {
  if (Result<void> made = ensure_folder(repo_.blobs()); !made.ok()) return made;
  if (Result<void> made = ensure_folder(repo_.pointer(commit, filename).parent_path()); !made.ok()) return made;
  {
    const std::lock_guard lock(mutex_);
    if (!known_folders_.insert(std::string()).second) return {};  // The empty name stands for the tag.
  }
  write_cache_dir_tag(repo_.cache_dir(), repo_.lock("").parent_path());
  return {};
}

Result<void> Writer::update_ref(std::string_view revision, std::string_view commit) const {
  if (revision == commit) return {};
  if (const std::optional<std::string> problem = revision_problem(revision)) {
    Error error;
    error.code = ErrorCode::validation;
    error.message = *problem;
    return error;
  }
  // Compared as bytes, so that a ref with a newline, which Python cannot use, is put right.
  // Every file in `refs` is a ref to whoever reads the cache, so that none may be left there by a process that is
  // killed: the Python client drops a repository with a ref that leads nowhere. Among the locks nobody looks.
  return files::write_if_changed(repo_.ref(revision), commit, repo_.lock("").parent_path());
}

void Writer::record_absence(std::string_view commit, std::string_view filename) const {
  const fs::path mark = repo_.no_exist(commit, filename);
  if (exists_following_links(mark)) return;
  if (const Result<void> written = files::write_atomic(mark, ""); !written.ok()) {
    log_warning("The absence of a file was not remembered: " + written.error().message);
  }
}

bool Writer::has_blob(std::string_view etag) const {
  return cache::detail::is_regular_file(repo_.native_blob(etag));
}

bool Writer::has_pointer(std::string_view commit, std::string_view filename) const {
  return cache::detail::is_regular_file(repo_.native_pointer(commit, filename));
}

fs::path Writer::temporary_blob(std::string_view etag) const {
  return repo_.blobs() / (std::string(etag) + "." + random_hex(kRandomDigits) + ".incomplete");
}

Result<void> Writer::publish_blob(const fs::path& temporary, std::string_view etag) const {
  return replace_entry(temporary, repo_.blob(etag));
}

Result<void> Writer::borrow(std::string_view commit, std::string_view filename, std::string_view etag,
                            const fs::path& content) const {
  if (Result<void> made = prepare(commit, filename); !made.ok()) return made;
  std::error_code error;
  const fs::path temporary = repo_.blobs() / ("." + std::string(etag) + "." + random_hex(kRandomDigits) + ".shared");
  if (!disable_symlinks_) fs::create_symlink(content, temporary, error);
  if (disable_symlinks_ || means_unsupported(error)) {
    return files::copy_atomic(content, repo_.pointer(commit, filename), temporary_blob(etag));
  }
  if (!error) fs::rename(temporary, repo_.blob(etag), error);
  if (error) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    return files::io_error("make the link", repo_.blob(etag), error.value());
  }
  return create_pointer(commit, filename, etag, Source::shared_blob);
}

Result<void> Writer::create_pointer(std::string_view commit, std::string_view filename, std::string_view etag,
                                    Source source) const {
  const fs::path pointer = repo_.pointer(commit, filename);
  const fs::path blob = repo_.blob(etag);
  if (Result<void> made = ensure_folder(pointer.parent_path()); !made.ok()) return made;

  if (!disable_symlinks_) {
    // Tried rather than asked: the common case is one system call. Two tries, since another process may make or
    // remove the same entry between the calls.
    std::error_code error;
    for (int attempt = 0; attempt < 2; ++attempt) {
      fs::create_symlink(pointer_target(filename, etag), pointer, error);
      if (!error) return {};
      if (error != std::errc::file_exists) break;
      if (is_same_file(pointer, blob)) return {};
      std::error_code removal;
      if (fs::symlink_status(pointer, removal).type() == fs::file_type::directory) return folder_in_the_way(pointer);
      fs::remove(pointer, removal);
      if (removal) return files::io_error("replace the outdated entry", pointer, removal.value());
    }
    if (!means_unsupported(error)) {
      return files::io_error("make the link", pointer, error.value());
    }
  }
  if (source == Source::fresh_blob) return replace_entry(blob, pointer);
  return files::copy_atomic(blob, pointer, temporary_blob(etag));
}

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
