// SPDX-License-Identifier: Apache-2.0
#include "operations/file_download.hpp"

#include "cache/shared_store.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "operations/content_lock.hpp"
#include "transfer/http_download.hpp"
#include "transfer/part_file.hpp"

#include "huggingface_hub/api/downloads_api.hpp"
#include "huggingface_hub/cache/lookup.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <exception>
#include <mutex>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace {

std::string megabytes(std::uint64_t bytes) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", static_cast<double>(bytes) / 1e6);
  return text.data();
}

// `<hash>.` of `<hash>.<etag>.<8 hex>.incomplete`, which part files of a local folder share whatever the content.
std::string family_of(const fs::path& part, const std::string& etag) {
  const std::string name = part.filename().string();
  const std::size_t at = name.find(etag);
  return at == std::string::npos ? std::string() : name.substr(0, at);
}

std::optional<std::uint64_t> size_of(const fs::path& file) {
  std::error_code error;
  const std::uint64_t size = fs::file_size(file, error);
  return error ? std::nullopt : std::optional(size);
}

/// `hf_hub_download` into the cache.
class CacheDownload {
 public:
  CacheDownload(const DownloadCall& call, const std::string& filename, bool dry_run,
                transfer::DownloadProgress& progress)
      : call_(call),
        filename_(filename),
        dry_run_(dry_run),
        progress_(progress),
        writer_(call.repo(), call.config().disable_symlinks) {}

  Result<DryRunFileInfo> run() {
    if (cache::is_commit_hash(call_.revision) && (dry_run_ || !call_.force_download)) {
      if (std::optional<DryRunFileInfo> cached = find_cached(call_.revision)) return use(std::move(*cached));
    }
    LookUp found = look_up_now(MetadataTry::first);
    if (found.cause && !call_.force_download) {
      if (std::optional<DryRunFileInfo> cached = find_cached()) {
        if (!call_.local_files_only && found.cause->code != ErrorCode::offline_mode) {
          log_warning("The Hub could not be asked about '" + filename_ + "' (" + in_one_line(found.cause->message) +
                      ") The copy in the cache is used.");
        }
        return use(std::move(*cached));
      }
      if (deserves_second_chance(*found.cause)) found = look_up_now(MetadataTry::second_chance);
    }
    if (found.final) return *found.final;
    if (found.cause) return missing_file_error(call_, filename_, *found.cause);
    return place_in_cache(call_, writer_, filename_, *found.file, call_.revision, dry_run_, progress_);
  }

 private:
  LookUp look_up_now(MetadataTry which) {
    LookUp found = look_up_once(call_, filename_, writer_.repo().tree(call_.revision), which);
    if (found.final && found.final->code == ErrorCode::remote_entry_not_found) remember_absence(*found.final);
    return found;
  }

  void remember_absence(const Error& error) const {
    if (!error.http || !cache::is_plain_name(error.http->repo_commit)) return;
    const std::string& commit = error.http->repo_commit;
    writer_.record_absence(commit, filename_);
    if (const Result<void> kept = writer_.update_ref(call_.revision, commit); !kept.ok()) {
      log_warning(kept.error().message);
    }
  }

  DryRunFileInfo use(DryRunFileInfo cached) const {
    if (!dry_run_) progress_.finish(filename_, size_of(cached.local_path).value_or(0));
    return cached;
  }

  std::optional<DryRunFileInfo> find_cached() const {
    const std::optional<std::string> commit = call_.cached_commit();
    return commit ? find_cached(*commit) : std::nullopt;
  }

  std::optional<DryRunFileInfo> find_cached(const std::string& commit) const {
    std::optional<fs::path> path = writer_.repo().pointer(commit, filename_);
    if (!writer_.has_pointer(commit, filename_)) path = cache::find_file(call_.fallbacks, commit, filename_);
    if (!path) return std::nullopt;
    DryRunFileInfo info;
    info.commit_hash = commit;
    info.filename = filename_;
    info.is_cached = true;
    info.local_path = std::move(*path);
    info.will_download = call_.force_download;
    if (dry_run_) info.file_size = size_of(info.local_path);
    return info;
  }

  const DownloadCall& call_;
  const std::string& filename_;
  bool dry_run_;
  transfer::DownloadProgress& progress_;
  cache::Writer writer_;
};

/// Blob, pointer and ref of one file.
class CachePlacement {
 public:
  CachePlacement(const DownloadCall& call, const cache::Writer& writer, const std::string& filename,
                 const RemoteFile& file, transfer::DownloadProgress& progress)
      : call_(call),
        writer_(writer),
        filename_(filename),
        file_(file),
        progress_(progress),
        store_(call.cache_dir),
        path_(writer.repo().pointer(file.commit, filename)) {}

  /// Where the file is.
  const fs::path& path() const noexcept { return path_; }

  DryRunFileInfo describe() const {
    DryRunFileInfo info;
    info.commit_hash = file_.commit;
    info.file_size = file_.size;
    info.filename = filename_;
    info.local_path = path_;
    if (!has_pointer()) {
      info.local_path = cache::find_file(call_.fallbacks, file_.commit, filename_, file_.size).value_or(path_);
    }
    info.is_cached = has_pointer() || find_content() || writer_.has_blob(file_.etag) ||
                     (may_share() && store_.is_valid() && store_.has_usable_payload(*file_.xet_hash, *file_.size));
    info.will_download = call_.force_download || !info.is_cached;
    return info;
  }

  Result<void> run(const std::string& ref) {
    if (call_.force_download || !has_pointer()) {
      std::optional<fs::path> elsewhere;
      if (!call_.links_to_fallbacks && !writer_.has_blob(file_.etag)) {
        elsewhere = cache::find_file(call_.fallbacks, file_.commit, filename_, file_.size);
        if (elsewhere && !call_.ref_lags_behind(ref, file_.commit)) return answer(std::move(*elsewhere));
      }
      Result<void> made = writer_.prepare(file_.commit, filename_);
      if (made.ok()) made = make();
      if (!made.ok()) return elsewhere ? answer(std::move(*elsewhere)) : made;
    }
    // Last, so that a ref never names what is not there. The file is, so a cache that takes no ref is no failure.
    if (const Result<void> kept = writer_.update_ref(ref, file_.commit); !kept.ok()) {
      log_warning(kept.error().message);
    }
    return answer(path_);
  }

 private:
  Result<void> answer(fs::path path) {
    path_ = std::move(path);
    progress_.finish(filename_, file_.size.value_or(0));
    return {};
  }

  std::optional<fs::path> find_content() const {
    return cache::find_content(call_.fallbacks, file_.commit, filename_, file_.etag, file_.size);
  }

  bool has_pointer() const { return writer_.has_pointer(file_.commit, filename_); }
  bool is_done() const { return !call_.force_download && (has_pointer() || writer_.has_blob(file_.etag)); }
  bool may_share() const { return call_.may_use_shared_store() && file_.xet_hash && file_.size; }

  Result<void> make() {
    if (const std::optional<fs::path> content = find_content(); content && !writer_.has_blob(file_.etag)) {
      const Result<void> borrowed = writer_.borrow(file_.commit, filename_, file_.etag, *content);
      if (borrowed.ok()) return borrowed;
      log_debug("A file of a fallback is fetched all the same: " + borrowed.error().message);
    }
    const fs::path temporary = writer_.temporary_blob(file_.etag);
    const Result<std::optional<FileLock>> lock = lock_content(call_,
                                                              {.path = writer_.repo().lock(file_.etag),
                                                               .filename = filename_,
                                                               .is_done = [this] { return is_done(); },
                                                               .part = temporary},
                                                              progress_);
    if (!lock.ok()) return lock.error();
    // Asked again: another process may have been faster while this one waited.
    if (!call_.force_download) {
      if (has_pointer()) return {};
      if (writer_.has_blob(file_.etag)) return point(cache::Writer::Source::shared_blob);
      if (may_share() && store_.link(writer_.repo(), file_.etag, *file_.xet_hash, *file_.size)) {
        return point(cache::Writer::Source::shared_blob);
      }
    }
    if (file_.size) {
      if (Result<void> enough = require_disk_space(*file_.size, writer_.repo().blobs()); !enough.ok()) return enough;
    }
    const fs::path blob = writer_.repo().blob(file_.etag);
    if (Result<void> made = fetch_to(blob, call_, filename_, file_, temporary, progress_); !made.ok()) return made;
    return point(cache::Writer::Source::fresh_blob);
  }

  Result<void> point(cache::Writer::Source source) const {
    const fs::path pointer = writer_.repo().pointer(file_.commit, filename_);
    std::error_code ignored;
    const bool is_link = fs::is_symlink(pointer, ignored);
    // A link shows the new blob by itself; a copy from before has to be replaced.
    if (has_pointer() && (is_link || !call_.force_download)) return {};
    return writer_.create_pointer(file_.commit, filename_, file_.etag, source);
  }

  const DownloadCall& call_;
  const cache::Writer& writer_;
  const std::string& filename_;
  const RemoteFile& file_;
  transfer::DownloadProgress& progress_;
  cache::SharedStore store_;
  fs::path path_;
};

}  // namespace

LookUp look_up_once(const DownloadCall& call, const std::string& filename, const fs::path& listing,
                    MetadataTry which) {
  LookUp found;
  Result<RemoteFile> file = look_up(call, filename, listing, which);
  if (file.ok()) {
    found.file = std::move(*file);
  } else if (is_final(call, file.error())) {
    found.final = file.error();
  } else {
    found.cause = file.error();
  }
  return found;
}

Result<void> require_disk_space(std::uint64_t needed, const fs::path& folder) {
  const std::optional<std::uint64_t> free = files::free_space(folder);
  if (!free || *free >= needed) return {};
  // What an interrupted download has reserved is there already.
  const std::uint64_t reserved = transfer::disk_space_of_parts(folder);
  if (*free + reserved >= needed) return {};
  Error error = files::io_error("download to", folder, ENOSPC);
  error.message = "Not enough free disk space: " + megabytes(needed) + " MB are needed in " + folder.string() +
                  ", which has " + megabytes(*free) + " MB free. Nothing was fetched. Free some space, or use a folder "
                  "on another disk.";
  return error;
}

Result<void> fetch_content(const DownloadCall& call, const std::string& filename, const RemoteFile& file,
                           const fs::path& temporary, transfer::DownloadProgress& progress) {
  transfer::HttpDownload download;
  download.etag = file.etag;
  download.family = family_of(temporary, file.etag);
  download.may_resume = !call.force_download;
  download.expected = transfer::expected_content(file.etag, file.has_weak_etag, file.size);
  download.file = temporary;
  download.name = filename;
  download.on_progress = [&](std::uint64_t received, bool restarted) {
    if (restarted) {
      progress.restart(filename, "The transfer starts over.");
    } else {
      progress.advance(filename, received, file.size);
    }
  };
  download.request = call.request(file.url);
  download.request.send_authorization = file.send_authorization;
  download.request.connect_timeout = call.download_timeout;
  download.request.stall_timeout = call.download_timeout;
  download.renewed_url = file.renewed_url;
  std::mutex mutex;
  std::exception_ptr thrown;  // By the callback of the user, on a thread of the session.
  download.request.on_wait = [&](const std::string& reason) {
    try {
      progress.wait(filename, reason);
    } catch (...) {
      const std::lock_guard lock(mutex);
      thrown = std::current_exception();
      throw;
    }
  };
  const Result<transfer::HttpDownloaded> done = transfer::http_download(call.session, download);
  if (thrown) std::rethrow_exception(thrown);
  if (!done.ok()) return done.error();
  return {};
}

Result<void> fetch_to(const fs::path& target, const DownloadCall& call, const std::string& filename,
                      const RemoteFile& file, const fs::path& temporary, transfer::DownloadProgress& progress) {
  for (bool is_first = true;; is_first = false) {
    if (Result<void> fetched = fetch_content(call, filename, file, temporary, progress); !fetched.ok()) return fetched;
    Result<void> placed = cache::replace_entry(temporary, target);
    if (placed.ok()) return placed;
    std::error_code ignored;
    const bool is_gone = !fs::exists(fs::symlink_status(temporary, ignored));
    fs::remove(temporary, ignored);
    // Python's `cache prune` does not ask whether somebody writes to a part file.
    if (!is_first || !is_gone || placed.error().system_error != ENOENT) return placed;
    log_warning("'" + filename + "' was deleted from the cache while it arrived, and is fetched again.");
  }
}

Result<DryRunFileInfo> place_in_cache(const DownloadCall& call, const cache::Writer& writer,
                                      const std::string& filename, const RemoteFile& file, const std::string& ref,
                                      bool dry_run, transfer::DownloadProgress& progress) {
  CachePlacement placement(call, writer, filename, file, progress);
  if (dry_run) return placement.describe();
  if (Result<void> placed = placement.run(ref); !placed.ok()) return placed.error();
  DryRunFileInfo info;
  info.commit_hash = file.commit;
  info.file_size = file.size;
  info.filename = filename;
  info.is_cached = true;
  info.local_path = placement.path();
  return info;
}

Result<DryRunFileInfo> download_file(const DownloadCall& call, const std::string& filename, bool dry_run,
                                     transfer::DownloadProgress& progress) {
  if (call.local_dir) return download_to_local_dir(call, filename, dry_run, progress);
  return CacheDownload(call, filename, dry_run, progress).run();
}

}  // namespace operations

namespace {

std::string full_name(const std::string& filename, const HfHubDownloadOptions& options) {
  std::string name =
      options.subfolder && !options.subfolder->empty() ? *options.subfolder + "/" + filename : filename;
  if (filename.empty()) cache::validate_filename(filename);
  cache::validate_filename(name);
  return name;
}

DryRunFileInfo run_download(const Session& session, const std::string& repo_id, const std::string& filename,
                            const HfHubDownloadOptions& options, bool dry_run) {
  const operations::DownloadCall call = operations::make_call(session, repo_id, options);
  const std::string name = full_name(filename, options);
  transfer::DownloadProgress progress(options.progress, session.clock());
  if (!dry_run) progress.start(1, std::nullopt);
  DryRunFileInfo info = take(operations::download_file(call, name, dry_run, progress));
  if (!dry_run) progress.complete();
  return info;
}

}  // namespace

DownloadsApi::~DownloadsApi() = default;

std::filesystem::path DownloadsApi::hf_hub_download(const std::string& repo_id, const std::string& filename,
                                                    const HfHubDownloadOptions& options) const {
  return run_download(session(), repo_id, filename, options, false).local_path;
}

DryRunFileInfo DownloadsApi::hf_hub_download_dry_run(const std::string& repo_id, const std::string& filename,
                                                     const HfHubDownloadOptions& options) const {
  return run_download(session(), repo_id, filename, options, true);
}

CacheLookup DownloadsApi::try_to_load_from_cache(const std::string& repo_id, const std::string& filename,
                                                 const TryToLoadFromCacheOptions& options) const {
  TryToLoadFromCacheOptions chosen = options;
  if (!chosen.cache_dir) chosen.cache_dir = session().config().hub_cache;
  if (!chosen.cache_fallbacks) chosen.cache_fallbacks = session().config().cache_fallbacks;
  return huggingface_hub::try_to_load_from_cache(repo_id, filename, chosen);
}

HUGGINGFACE_HUB_NAMESPACE_END
