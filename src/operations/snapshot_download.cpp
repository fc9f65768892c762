// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/api/downloads_api.hpp"

#include "cache/local_dir.hpp"
#include "cache/tree_listing.hpp"
#include "cache/writer.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "core/open_folder.hpp"
#include "operations/file_download.hpp"
#include "operations/snapshot_fallback.hpp"
#include "operations/snapshot_fetch.hpp"
#include "operations/snapshot_listing.hpp"

#include "huggingface_hub/cache/lookup.hpp"
#include "huggingface_hub/patterns.hpp"

#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

namespace fs = std::filesystem;
using operations::DownloadCall;
using operations::SnapshotFile;

Error make_error(ErrorCode code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  return error;
}

// What ends the call at once; everything else leaves a cached snapshot to answer (spec/cache.md 8, step 1).
bool ends_snapshot(const DownloadCall& call, const Error& error) {
  if (call.call.cancel.is_cancelled() || error.proxy) return true;
  if (error.code == ErrorCode::revision_not_found) return true;
  return error.code != ErrorCode::transport && error.code != ErrorCode::offline_mode && !error.http;
}

/// One call of `snapshot_download` (`spec/cache.md` 8).
class Snapshot {
 public:
  Snapshot(const Session& session, const std::string& repo_id, const SnapshotDownloadOptions& options)
      : call_(operations::make_call(session, repo_id, options)),
        filter_(options.allow_patterns, options.ignore_patterns),
        has_patterns_(options.allow_patterns || !options.ignore_patterns.empty()),
        workers_(options.max_workers),
        progress_(options.progress, session.clock()),
        repo_(call_.repo()) {
    if (options.max_workers.value_or(1) < 1) throw_error(ErrorCode::validation, "max_workers has to be at least 1.");
  }

  Result<fs::path> run() {
    Result<void> found = find();
    if (!found.ok()) return found.error();
    if (!listing_) return fall_back();
    if (!call_.local_dir && !call_.fallbacks.empty()) {
      if (std::optional<fs::path> elsewhere = operations::whole_snapshot_in_fallback(call_, commit_, filtered(*listing_))) {
        progress_.start(0, 0);
        progress_.complete();
        return *elsewhere;
      }
    }
    if (Result<void> kept = keep_listing(); !kept.ok()) return kept.error();
    remember_ref();
    Result<void> fetched = fetch();
    if (!fetched.ok() && is_doubt_about_listing(fetched.error())) fetched = fetch_by_new_listing(fetched.error());
    if (!fetched.ok()) return fetched.error();
    if (!call_.local_dir) remember_ref_now();
    progress_.complete();
    return call_.local_dir ? *call_.local_dir : repo_.snapshot(commit_);
  }

  Result<std::vector<DryRunFileInfo>> dry_run() {
    Result<void> found = find();
    if (!found.ok()) return found.error();
    if (!listing_) {
      return make_error(ErrorCode::dry_run, "A dry run of " + call_.subject() +
                                                " needs access to the repository on the Hub: " + cause_.message);
    }
    remember_ref_now();
    DownloadCall pinned = call_;
    pinned.revision = commit_;
    const cache::Writer writer(repo_, call_.config().disable_symlinks);
    std::vector<DryRunFileInfo> infos;
    for (const SnapshotFile& file : wanted()) {
      const operations::RemoteFile remote = operations::from_listing(pinned, file.path, commit_, file.listed);
      Result<DryRunFileInfo> info =
          call_.local_dir ? operations::place_in_local_dir(pinned, file.path, remote, true, progress_)
                          : operations::place_in_cache(pinned, writer, file.path, remote, commit_, true, progress_);
      if (!info.ok()) return info.error();
      infos.push_back(std::move(*info));
    }
    return infos;
  }

 private:
  fs::path kept_listing() const {
    return call_.local_dir ? cache::local_dir_metadata_folder(*call_.local_dir) / "trees" / (commit_ + ".json")
                           : repo_.tree(commit_);
  }

  /// Commit and listing, from the Hub where it can be asked. Without an error and without `listing_`: `cause_` says
  /// why not.
  Result<void> find() {
    if (cache::is_commit_hash(call_.revision)) commit_ = call_.revision;
    if (call_.local_files_only) {
      cause_ = make_error(ErrorCode::offline_mode, "local_files_only is set.");
      return {};
    }
    if (commit_.empty()) {
      Result<std::string> commit = operations::resolve_commit(call_, has_cached());
      if (!commit.ok()) return give_up_on_hub(commit.error());
      commit_ = std::move(*commit);
    }
    listing_ = cache::read_tree_listing(kept_listing());
    has_own_listing_ = listing_.has_value();
    if (!listing_) listing_ = cache::read_listing(call_.fallbacks, commit_);
    listing_was_kept_ = listing_.has_value();
    return listing_ ? Result<void>() : ask_for_listing();
  }

  // What could answer in place of the Hub.
  bool has_cached() const {
    std::error_code ignored;
    if (call_.local_dir) return fs::is_directory(*call_.local_dir, ignored) && !fs::is_empty(*call_.local_dir, ignored);
    const std::optional<std::string> known = call_.cached_commit();
    return known && fs::is_directory(repo_.snapshot(*known), ignored);
  }

  Result<void> ask_for_listing() {
    Result<cache::TreeListing> listing = operations::fetch_listing(call_, commit_);
    if (!listing.ok()) return give_up_on_hub(listing.error());
    listing_ = std::move(*listing);
    has_own_listing_ = false;
    listing_was_kept_ = false;
    return {};
  }

  Result<void> keep_listing() {
    if (has_own_listing_) return {};
    if (call_.local_dir) {
      cache::prepare_local_dir(*call_.local_dir);
    } else if (Result<void> made = files::create_directories(repo_.snapshots()); !made.ok()) {
      return made;  // First of all, since a repository folder without it is a damaged one to every scan.
    }
    cache::write_tree_listing(kept_listing(), *listing_);
    has_own_listing_ = true;
    return {};
  }

  Result<void> give_up_on_hub(const Error& error) {
    if (ends_snapshot(call_, error)) return error;
    cause_ = error;
    return {};
  }

  cache::TreeListing filtered(const cache::TreeListing& listing) const {
    cache::TreeListing files;
    for (const auto& [path, listed] : listing) {
      if (filter_.keeps(path)) files.emplace_hint(files.end(), path, listed);
    }
    return files;
  }

  std::vector<SnapshotFile> wanted() const {
    std::vector<SnapshotFile> files;
    for (const auto& [path, listed] : *listing_) {
      if (filter_.keeps(path)) files.push_back({path, listed});
    }
    if (files.empty() && has_patterns_ && !listing_->empty()) {
      log_warning("None of the " + std::to_string(listing_->size()) + " files of " + call_.subject() +
                  " passes the allow and ignore patterns.");
    }
    return files;
  }

  Result<void> fetch() {
    const std::vector<SnapshotFile> files = wanted();
    std::uint64_t bytes = 0;
    for (const SnapshotFile& file : files) bytes += file.listed.content_size();
    progress_.start(files.size(), bytes);
    return operations::fetch_snapshot(call_, commit_, files, workers_, progress_);
  }

  // A listing that promises what the Hub does not have, or has otherwise, is not kept.
  bool is_doubt_about_listing(const Error& error) const {
    return error.code == ErrorCode::integrity || error.code == ErrorCode::remote_entry_not_found;
  }

  Result<void> fetch_by_new_listing(const Error& doubt) {
    std::error_code ignored;
    fs::remove(kept_listing(), ignored);
    if (!listing_was_kept_) return doubt;
    log_warning("The kept listing of " + call_.subject() + " does not match the Hub and is asked for again: " +
                doubt.message);
    if (Result<void> asked = ask_for_listing(); !asked.ok()) return asked;
    if (!listing_) return doubt;
    if (Result<void> kept = keep_listing(); !kept.ok()) return kept;
    Result<void> fetched = fetch();
    if (!fetched.ok() && is_doubt_about_listing(fetched.error())) fs::remove(kept_listing(), ignored);
    return fetched;
  }

  // For a local folder the files are not below the ref, so nothing is to be waited for.
  void remember_ref() const {
    if (call_.local_dir) remember_ref_now();
  }

  void remember_ref_now() const {
    const cache::Writer writer(repo_, call_.config().disable_symlinks);
    if (const Result<void> kept = writer.update_ref(call_.revision, commit_); !kept.ok()) {
      log_warning(kept.error().message);
    }
  }

  // ---- without the Hub

  Result<fs::path> fall_back() {
    if (commit_.empty()) commit_ = call_.cached_commit().value_or(std::string());
    std::error_code ignored;
    if (call_.local_dir && fs::is_directory(*call_.local_dir, ignored) && !fs::is_empty(*call_.local_dir, ignored)) {
      Result<fs::path> complete = commit_.empty() ? Result<fs::path>(*call_.local_dir) : if_complete(*call_.local_dir);
      if (complete.ok()) {
        log_warning("The Hub could not be asked about " + call_.subject() + " (" + cause_.message +
                    "). The existing folder is returned as it is: " + call_.local_dir->string());
      }
      return complete;
    }
    if (call_.local_dir || commit_.empty()) return missing_snapshot_error();
    const bool is_there = fs::is_directory(repo_.snapshot(commit_), ignored);
    Result<fs::path> own = is_there ? if_complete(repo_.snapshot(commit_)) : Result<fs::path>(missing_snapshot_error());
    if (!own.ok() && !call_.fallbacks.empty()) {
      if (std::optional<fs::path> elsewhere = find_in_fallbacks()) own = std::move(*elsewhere);
    }
    if (own.ok() && !call_.local_files_only && cause_.code != ErrorCode::offline_mode) {
      log_warning("The Hub could not be asked about " + call_.subject() + " (" +
                  operations::in_one_line(cause_.message) + ") The snapshot in the cache is used: " + own->string());
    }
    return own;
  }

  /// The commit that is asked for, whole in one fallback or put together from several; else another commit that a
  /// fallback takes the revision for.
  std::optional<fs::path> find_in_fallbacks() const {
    for (const cache::RepoFolder& repo : call_.fallbacks) {
      if (is_complete_in(repo, commit_)) return repo.snapshot(commit_);
    }
    const std::optional<cache::TreeListing> listing = any_listing();
    if (listing && operations::complete_from_fallbacks(call_, commit_, filtered(*listing))) {
      cache::write_tree_listing(kept_listing(), *listing);
      remember_ref_now();
      return repo_.snapshot(commit_);
    }
    for (const cache::RepoFolder& repo : call_.fallbacks) {
      const std::optional<std::string> commit = cache::resolve_cached_revision(repo, call_.revision);
      if (commit && is_complete_in(repo, *commit)) return repo.snapshot(*commit);
    }
    return std::nullopt;
  }

  bool is_complete_in(const cache::RepoFolder& repo, const std::string& commit) const {
    std::error_code ignored;
    if (!fs::is_directory(repo.snapshot(commit), ignored)) return false;
    std::optional<cache::TreeListing> listing = cache::read_tree_listing(repo.tree(commit));
    if (!listing && commit == commit_) listing = any_listing();
    return missing_of(repo.snapshot(commit), listing).empty();
  }

  std::optional<cache::TreeListing> any_listing() const {
    std::optional<cache::TreeListing> listing = cache::read_tree_listing(kept_listing());
    return listing ? std::move(listing) : cache::read_listing(call_.fallbacks, commit_);
  }

  /// Without a listing nobody knows of any.
  std::vector<std::string> missing_of(const fs::path& folder, const std::optional<cache::TreeListing>& listing) const {
    std::vector<std::string> missing;
    if (!listing) return missing;
    const std::optional<files::OpenFolder> open = files::OpenFolder::at(folder);
    std::error_code ignored;
    for (const auto& [path, listed] : *listing) {
      const bool is_there = open ? open->has_file(path) : fs::is_regular_file(folder / path, ignored);
      if (!is_there && filter_.keeps(path)) missing.push_back(path);
    }
    return missing;
  }

  Result<fs::path> if_complete(fs::path folder) const {
    const std::vector<std::string> missing = missing_of(folder, any_listing());
    if (missing.empty()) return folder;

    std::string names;
    for (std::size_t i = 0; i < missing.size() && i < 3; ++i) names += (i == 0 ? "" : ", ") + missing[i];
    if (missing.size() > 3) names += ", …";
    Error error = make_error(ErrorCode::incomplete_snapshot,
                             "The cached snapshot of " + call_.subject() + " (commit " + commit_ + ") lacks " +
                                 std::to_string(missing.size()) + " files (" + names + "), and " + reason());
    error.path = std::move(folder);
    error.http = cause_.http;
    return error;
  }

  std::string reason() const {
    if (call_.local_files_only) return "local_files_only is set. Set it to false to fetch them.";
    return "the Hub could not be reached: " + cause_.message;
  }

  Error missing_snapshot_error() const {
    const std::string what = "Cannot find a cached snapshot folder of " + call_.subject();
    if (call_.local_files_only) {
      return make_error(ErrorCode::local_entry_not_found,
                        what + ", and outgoing traffic has been disabled. Set local_files_only to false to ask the Hub.");
    }
    if (cause_.code == ErrorCode::offline_mode) {
      return make_error(ErrorCode::local_entry_not_found,
                        what + ", and outgoing traffic has been disabled. Set HF_HUB_OFFLINE=0 to ask the Hub.");
    }
    if (cause_.code == ErrorCode::repository_not_found || cause_.code == ErrorCode::gated_repo ||
        (cause_.http && cause_.http->status == 401)) {
      return cause_;
    }
    Error error = make_error(ErrorCode::local_entry_not_found,
                             "Got: " + std::string(class_name(cause_)) + ": " + cause_.message + "\n" + what +
                                 " either. Check your connection and try again.");
    error.http = cause_.http;
    error.timeout = cause_.timeout;
    error.system_error = cause_.system_error;
    return error;
  }

  static const char* class_name(const Error& error) {
    switch (error.code) {
      case ErrorCode::transport: return "HfTransportError";
      case ErrorCode::bad_request: return "BadRequestError";
      case ErrorCode::disabled_repo: return "DisabledRepoError";
      case ErrorCode::remote_entry_not_found: return "RemoteEntryNotFoundError";
      case ErrorCode::rate_limited: return "RateLimitedError";
      default: return "HfHubHTTPError";
    }
  }

  DownloadCall call_;
  PathFilter filter_;
  bool has_patterns_;
  std::optional<int> workers_;
  transfer::DownloadProgress progress_;
  cache::RepoFolder repo_;
  std::string commit_{};
  std::optional<cache::TreeListing> listing_{};
  bool has_own_listing_{false};
  bool listing_was_kept_{false};  ///< From before, by us or others.
  Error cause_{};
};

}  // namespace

std::filesystem::path DownloadsApi::snapshot_download(const std::string& repo_id,
                                                      const SnapshotDownloadOptions& options) const {
  return take(Snapshot(session(), repo_id, options).run());
}

std::vector<DryRunFileInfo> DownloadsApi::snapshot_download_dry_run(const std::string& repo_id,
                                                                    const SnapshotDownloadOptions& options) const {
  return take(Snapshot(session(), repo_id, options).dry_run());
}

HUGGINGFACE_HUB_NAMESPACE_END
