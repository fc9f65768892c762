// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/move.hpp"

#include "cache/cache_root.hpp"
#include "core/files.hpp"

#include "huggingface_hub/errors.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPiece = std::size_t{1} << 20;
// Others may add to the cache while it is copied; who never stops doing so is told.
constexpr int kMostPasses = 8;

/// In the new cache until the old one is gone: the place of the old one. No client looks for it there.
fs::path marker_of(const fs::path& cache) { return cache / ".locks" / "moved-from"; }

bool is_below(const fs::path& path, const fs::path& folder) {
  const fs::path relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

[[noreturn]] void refuse(const fs::path& to, const std::string& why) {
  throw_error(ErrorCode::validation, "Cannot move the cache to " + to.string() + ": " + why);
}

void throw_io(std::string_view what, const fs::path& path, int code) { throw_error(files::io_error(what, path, code)); }

void check_nobody_downloads(const fs::path& cache) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(cache / ".locks", error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().extension() != ".lock" || !cache::is_locked(entry->path())) continue;
    Error busy;
    busy.code = ErrorCode::io;
    busy.message = "Cannot move the cache: somebody downloads into it now and holds " + entry->path().string() +
                   ". Try again when that is done.";
    busy.path = entry->path();
    throw_error(std::move(busy));
  }
}

/// What a link in the old cache has to say in the new one: one that names the old place by its whole path is made
/// relative, which means the same in both.
fs::path portable_target(const fs::path& link, const fs::path& target, const fs::path& cache) {
  if (!target.is_absolute() || !is_below(target, cache)) return target;
  return target.lexically_relative(link.parent_path());
}

using Status = struct stat;

/// Of the entry itself, links not followed; one without a mode where there is none.
Status status_of(const fs::path& path) {
  Status status{};
  if (::lstat(path.c_str(), &status) != 0) status.st_mode = 0;
  return status;
}

bool exists(const Status& status) { return status.st_mode != 0; }

/// Copies one tree to another place, and again what came in the meantime. What is there already is left alone.
class TreeCopy {
 public:
  TreeCopy(fs::path from, fs::path to, const MoveCacheOptions& options)
      : from_(std::move(from)), to_(std::move(to)), options_(options) {}

  /// Returns the bytes copied.
  std::uint64_t run() {
    check_space();
    for (int pass = 0; pass < kMostPasses; ++pass) {
      changed_ = false;
      copy_folder(fs::path());
      if (!changed_) {
        drop_what_is_gone();
        return copied_;
      }
    }
    Error error;
    error.code = ErrorCode::io;
    error.message = "Cannot move the cache: it changes while it is copied. Stop what uses " + from_.string() +
                    " and call again; what was copied is kept in " + to_.string() + ".";
    error.path = from_;
    throw_error(std::move(error));
  }

 private:
  static bool is_same_file(const Status& a, const Status& b) {
    return S_ISREG(b.st_mode) && a.st_size == b.st_size && a.st_mtim.tv_sec == b.st_mtim.tv_sec &&
           a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
  }

  void check_space() {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(from_, error), end; !error && entry != end; entry.increment(error)) {
      const Status source = status_of(entry->path());
      if (!S_ISREG(source.st_mode)) continue;
      if (!is_same_file(source, status_of(to_ / entry->path().lexically_relative(from_)))) {
        total_ += static_cast<std::uint64_t>(source.st_size);
      }
    }
    const std::optional<std::uint64_t> space = files::free_space(to_);
    if (!space || total_ <= *space) return;
    Error full = files::io_error("move the cache to", to_.parent_path(), ENOSPC);
    full.message += " It takes " + std::to_string(total_) + " bytes, and " + std::to_string(*space) + " are free.";
    throw_error(std::move(full));
  }

  void copy_folder(const fs::path& name) {
    const fs::path source = from_ / name;
    const fs::path target = to_ / name;
    if (const Result<void> made = files::create_directories(target); !made.ok()) throw_error(made.error());
    std::error_code error;
    std::vector<fs::path> names;
    for (fs::directory_iterator entry(source, error), end; !error && entry != end; entry.increment(error)) {
      names.push_back(name / entry->path().filename());
    }
    if (error) throw_io("read", source, error.value());
    for (const fs::path& each : names) copy_entry(each);
    const Status status = status_of(source);
    if (exists(status)) keep_times_and_mode(target, status);
  }

  void copy_entry(const fs::path& name) {
    options_.cancel.throw_if_cancelled();
    const Status source = status_of(from_ / name);
    if (!exists(source)) return;
    if (S_ISDIR(source.st_mode)) {
      copy_folder(name);
    } else if (S_ISLNK(source.st_mode)) {
      copy_link(name);
    } else if (S_ISREG(source.st_mode) && !is_same_file(source, status_of(to_ / name))) {
      copy_file(name, source);
    }
  }

  void copy_link(const fs::path& name) {
    std::error_code error;
    fs::path target = fs::read_symlink(from_ / name, error);
    if (error) return;  // Gone.
    target = portable_target(from_ / name, target, from_);
    if (fs::read_symlink(to_ / name, error) == target && !error) return;
    const fs::path temporary = to_ / name.parent_path() / files::unique_name("link", "tmp");
    fs::create_symlink(target, temporary, error);
    if (!error) fs::rename(temporary, to_ / name, error);
    if (error) throw_io("write", to_ / name, error.value());
    changed_ = true;
  }

  void copy_file(const fs::path& name, const Status& status) {
    const fs::path temporary = to_ / name.parent_path() / files::unique_name("file", "tmp");
    Result<files::PositionalFile> in = files::PositionalFile::open_read(from_ / name);
    if (!in.ok() && in.error().system_error == ENOENT) return;  // Gone.
    if (!in.ok()) throw_error(in.error());
    try {
      Result<files::PositionalFile> out = files::PositionalFile::create_new(temporary);
      if (!out.ok()) throw_error(out.error());
      const std::uint64_t size = copy_bytes(*in, *out);
      out->close().value();
      keep_times_and_mode(temporary, status);
      if (size == static_cast<std::uint64_t>(status.st_size)) files::rename(temporary, to_ / name).value();
    } catch (...) {
      std::error_code ignored;
      fs::remove(temporary, ignored);
      throw;
    }
    std::error_code ignored;
    fs::remove(temporary, ignored);  // Still there where the file grew or shrank: the next pass takes it.
    changed_ = true;
  }

  std::uint64_t copy_bytes(const files::PositionalFile& in, files::PositionalFile& out) {
    std::vector<char> piece(kPiece);
    std::uint64_t at = 0;
    for (;;) {
      options_.cancel.throw_if_cancelled();
      const std::size_t got = in.read_at(at, piece.data(), piece.size()).value();
      if (got == 0) return at;
      out.write_at(at, piece.data(), got).value();
      at += got;
      copied_ += got;
      if (options_.on_progress) options_.on_progress(copied_, std::max(total_, copied_));
    }
  }

  static void keep_times_and_mode(const fs::path& path, const Status& status) {
    const std::array<timespec, 2> times = {status.st_atim, status.st_mtim};
    (void)::chmod(path.c_str(), status.st_mode & 07777);
    (void)::utimensat(AT_FDCWD, path.c_str(), times.data(), AT_SYMLINK_NOFOLLOW);
  }

  // Deleted from the old cache while it was copied, or left from an interrupted try.
  void drop_what_is_gone() {
    std::vector<fs::path> gone;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(to_, error), end; !error && entry != end; entry.increment(error)) {
      if (!exists(status_of(from_ / entry->path().lexically_relative(to_)))) gone.push_back(entry->path());
    }
    for (const fs::path& path : gone) fs::remove_all(path, error);
  }

  const fs::path from_;
  const fs::path to_;
  const MoveCacheOptions& options_;
  bool changed_{false};
  std::uint64_t copied_{0};
  std::uint64_t total_{0};
};

void make_links_portable(const fs::path& cache) {
  std::error_code error;
  for (fs::recursive_directory_iterator entry(cache, error), end; !error && entry != end; entry.increment(error)) {
    std::error_code inner;
    if (!entry->is_symlink(inner)) continue;
    const fs::path target = fs::read_symlink(entry->path(), inner);
    const fs::path portable = portable_target(entry->path(), target, cache);
    if (inner || portable == target) continue;
    const fs::path temporary = entry->path().parent_path() / files::unique_name(".link", "tmp");
    fs::create_symlink(portable, temporary, inner);
    if (!inner) fs::rename(temporary, entry->path(), inner);
    if (inner) throw_io("write", entry->path(), inner.value());
  }
}

// Everything that was written is on the disk before the old cache goes.
void flush(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  (void)::syncfs(descriptor);
  ::close(descriptor);
}

/// Deletes the old cache, of which `to` is the whole copy.
void finish(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::remove_all(from, error);
  const int reason = error.value();
  // A mount point stays, empty.
  if (reason != 0 && fs::exists(from, error) && !fs::is_empty(from, error)) {
    Error left = files::io_error("delete", from, reason);
    left.message += " The cache is whole in " + to.string() + "; call again to delete the rest of the old one.";
    throw_error(std::move(left));
  }
  fs::remove(marker_of(to), error);
}

std::string moved_from(const fs::path& cache) {
  Result<std::string> text = files::read_text(marker_of(cache), 1 << 16);
  return text.ok() ? std::move(*text) : std::string();
}

void check_places(const fs::path& from, const fs::path& to) {
  std::error_code ignored;
  if (to == from) refuse(to, "it is there already.");
  if (is_below(to, from)) refuse(to, "that is a folder inside the cache itself.");
  if (fs::exists(to, ignored) && !(fs::is_directory(to, ignored) && fs::is_empty(to, ignored))) {
    refuse(to, "there is something already. Name a folder that is empty, or not there yet.");
  }
}

}  // namespace

MovedCache move_cache(const fs::path& to, const MoveCacheOptions& options) {
  MovedCache moved;
  moved.from = cache::cache_root(options.cache_dir);
  moved.to = cache::cache_root(to);
  if (moved.to != moved.from && moved_from(moved.to) == moved.from.string()) {  // All but the deletion was done.
    finish(moved.from, moved.to);
    return moved;
  }
  moved.from = cache::existing_cache_root(options.cache_dir);
  check_places(moved.from, moved.to);
  check_nobody_downloads(moved.from);
  if (const Result<void> made = files::create_directories(moved.to.parent_path()); !made.ok())
    throw_error(made.error());

  const fs::path partial = moved.to.parent_path() / ("." + moved.to.filename().string() + ".moving");
  std::error_code ignored;
  if (!fs::exists(partial, ignored)) {
    make_links_portable(moved.from);
    if (::rename(moved.from.c_str(), moved.to.c_str()) == 0) return moved;
    if (errno != EXDEV && errno != EBUSY) throw_io("move", moved.from, errno);
  }
  moved.copied_bytes = TreeCopy(moved.from, partial, options).run();
  files::write_atomic(marker_of(partial), moved.from.string()).value();
  flush(partial);
  files::rename(partial, moved.to).value();
  finish(moved.from, moved.to);
  return moved;
}

HUGGINGFACE_HUB_NAMESPACE_END
