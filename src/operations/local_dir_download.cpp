// SPDX-License-Identifier: Apache-2.0
#include "operations/file_download.hpp"

#include "cache/local_dir.hpp"
#include "core/digest.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "operations/content_lock.hpp"

#include "huggingface_hub/cache/lookup.hpp"

#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace {

/// One file of a local folder (`spec/cache.md` 9).
class LocalDownload {
 public:
  LocalDownload(const DownloadCall& call, const std::string& filename, bool dry_run,
                transfer::DownloadProgress& progress)
      : call_(call),
        filename_(filename),
        dry_run_(dry_run),
        progress_(progress),
        paths_(cache::local_file_paths(*call.local_dir, filename)) {}

  Result<DryRunFileInfo> run() {
    if (cache::is_commit_hash(call_.revision) && !call_.force_download && is_file()) {
      const std::optional<cache::LocalFileMetadata> note = cache::read_local_metadata(paths_);
      if (note && note->commit == call_.revision) return describe(call_.revision, std::nullopt, true);
    }
    const fs::path listing =
        cache::local_dir_metadata_folder(*call_.local_dir) / "trees" / (call_.revision + ".json");
    LookUp found = look_up_once(call_, filename_, listing, MetadataTry::first);
    if (found.cause && !call_.force_download) {
      if (is_file()) {
        log_warning("The Hub could not be asked about '" + filename_ + "' (" + in_one_line(found.cause->message) +
                    ") The existing file is returned: " + paths_.file.string());
        return describe(known_commit(), std::nullopt, true);
      }
      if (deserves_second_chance(*found.cause)) {
        found = look_up_once(call_, filename_, listing, MetadataTry::second_chance);
      }
    }
    if (found.final) return *found.final;
    if (found.cause) return missing_file_error(call_, filename_, *found.cause);
    return place(*found.file);
  }

  Result<DryRunFileInfo> place(const RemoteFile& file) {
    if (!call_.force_download) {
      if (is_file() && is_up_to_date(file)) {
        if (!dry_run_) {
          if (Result<void> noted = note(file); !noted.ok()) return noted.error();
        }
        return done(file, true);
      }
      if (std::optional<fs::path> cached = find_in_cache(file)) {
        if (dry_run_) return done(file, true);
        if (Result<void> copied = copy(*cached, file); !copied.ok()) return copied.error();
        return done(file, true);
      }
    }
    if (dry_run_) {
      DryRunFileInfo info = describe(file.commit, file.size, is_file());
      info.will_download = true;
      return info;
    }
    if (Result<void> fetched = fetch(file); !fetched.ok()) return fetched.error();
    return done(file, true);
  }

 private:
  bool is_file() const {
    std::error_code ignored;
    return fs::is_regular_file(paths_.file, ignored);
  }

  std::string known_commit() const {
    const std::optional<cache::LocalFileMetadata> note = cache::read_local_metadata(paths_);
    return note ? note->commit : std::string();
  }

  // By the note from the last time, else (LFS files) by the content itself.
  bool is_up_to_date(const RemoteFile& file) const {
    if (const std::optional<cache::LocalFileMetadata> note = cache::read_local_metadata(paths_)) {
      return note->etag == file.etag;
    }
    if (!is_lower_hex(file.etag, 64)) return false;
    const Result<FileDigest> digest = digest_file(paths_.file, true, false);
    return digest.ok() && digest->sha256 == file.etag;
  }

  std::optional<fs::path> find_in_cache(const RemoteFile& file) const {
    fs::path pointer = call_.repo().pointer(file.commit, filename_);
    std::error_code ignored;
    if (fs::is_regular_file(pointer, ignored)) return pointer;
    return cache::find_content(call_.fallbacks, file.commit, filename_, file.etag, file.size);
  }

  Result<void> note(const RemoteFile& file) const {
    Result<void> folders = prepare();
    if (!folders.ok()) return folders;
    const Result<std::optional<FileLock>> lock = lock_file(paths_.temporary(file.etag));
    if (!lock.ok()) return lock.error();
    return cache::write_local_metadata(paths_, {file.commit, file.etag}, call_.session.clock().system_now());
  }

  Result<std::optional<FileLock>> lock_file(const fs::path& part) const {
    return lock_content(call_, {.path = paths_.lock, .filename = filename_, .is_done = {}, .part = part}, progress_);
  }

  Result<void> prepare() const {
    for (const fs::path& folder : {paths_.file.parent_path(), paths_.metadata.parent_path()}) {
      if (Result<void> made = files::create_directories(folder); !made.ok()) return made;
    }
    cache::prepare_local_dir(*call_.local_dir);
    return {};
  }

  Result<void> copy(const fs::path& cached, const RemoteFile& file) const {
    if (Result<void> folders = prepare(); !folders.ok()) return folders;
    const fs::path temporary = paths_.temporary(file.etag);
    const Result<std::optional<FileLock>> lock = lock_file(temporary);
    if (!lock.ok()) return lock.error();
    if (Result<void> copied = files::copy_atomic(cached, paths_.file, temporary); !copied.ok()) return copied;
    return cache::write_local_metadata(paths_, {file.commit, file.etag}, call_.session.clock().system_now());
  }

  // The old file stays until the new one is whole.
  Result<void> fetch(const RemoteFile& file) const {
    if (Result<void> folders = prepare(); !folders.ok()) return folders;
    const fs::path temporary = paths_.temporary(file.etag);
    const Result<std::optional<FileLock>> lock = lock_file(temporary);
    if (!lock.ok()) return lock.error();
    if (file.size) {
      if (Result<void> enough = require_disk_space(*file.size, temporary.parent_path()); !enough.ok()) return enough;
    }
    if (Result<void> made = fetch_to(paths_.file, call_, filename_, file, temporary, progress_); !made.ok()) return made;
    return cache::write_local_metadata(paths_, {file.commit, file.etag}, call_.session.clock().system_now());
  }

  DryRunFileInfo describe(const std::string& commit, std::optional<std::uint64_t> size, bool is_cached) const {
    DryRunFileInfo info;
    info.commit_hash = commit;
    info.file_size = size;
    info.filename = filename_;
    info.is_cached = is_cached;
    info.local_path = paths_.file;
    std::error_code error;
    if (!size) {
      const std::uint64_t actual = fs::file_size(paths_.file, error);
      if (!error) info.file_size = actual;
    }
    return info;
  }

  DryRunFileInfo done(const RemoteFile& file, bool is_cached) const {
    DryRunFileInfo info = describe(file.commit, file.size, is_cached);
    if (!dry_run_) progress_.finish(filename_, info.file_size.value_or(0));
    return info;
  }

  const DownloadCall& call_;
  const std::string& filename_;
  bool dry_run_;
  transfer::DownloadProgress& progress_;
  cache::LocalFilePaths paths_;
};

}  // namespace

Result<DryRunFileInfo> download_to_local_dir(const DownloadCall& call, const std::string& filename, bool dry_run,
                                             transfer::DownloadProgress& progress) {
  return LocalDownload(call, filename, dry_run, progress).run();
}

Result<DryRunFileInfo> place_in_local_dir(const DownloadCall& call, const std::string& filename,
                                          const RemoteFile& file, bool dry_run,
                                          transfer::DownloadProgress& progress) {
  return LocalDownload(call, filename, dry_run, progress).place(file);
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
