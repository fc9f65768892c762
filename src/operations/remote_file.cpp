// SPDX-License-Identifier: Apache-2.0
#include "operations/remote_file.hpp"

#include "core/text.hpp"
#include "hub/metadata.hpp"
#include "hub/requests.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace {

constexpr std::chrono::seconds kPatientTimeout{60};  // spec/cache.md 4, step 3

Error make_error(ErrorCode code, std::string message) {
  Error error;
  error.code = code;
  error.message = std::move(message);
  return error;
}

Error not_allowed_to_ask() {
  return make_error(ErrorCode::offline_mode, "Outgoing requests are disabled: local_files_only is set.");
}

// With a cached listing of a pinned commit, a file that is in the Xet storage needs no HEAD.
std::optional<RemoteFile> from_kept_listing(const DownloadCall& call, const std::string& filename,
                                            const fs::path& listing) {
  if (call.config().offline || call.config().disable_xet || !cache::is_commit_hash(call.revision)) return std::nullopt;
  std::optional<cache::TreeListing> files = cache::read_tree_listing(listing);
  if (!files) files = cache::read_listing(call.fallbacks, call.revision);
  if (!files) return std::nullopt;
  const auto found = files->find(filename);
  if (found == files->end() || !found->second.xet_hash || !found->second.lfs_sha256) return std::nullopt;
  return from_listing(call, filename, call.revision, found->second);
}

Result<RemoteFile> from_head(const DownloadCall& call, const std::string& filename, MetadataTry which) {
  const std::string url = call.resolve_url(filename, call.revision);
  ApiRequest request = call.request(url);
  const bool patient = which == MetadataTry::second_chance;
  request.retry = patient ? RetryPolicy::full : RetryPolicy::none;
  request.takes_turns = patient;  // There may be a copy in the cache.
  Result<hub::FileFacts> facts = hub::fetch_file_metadata(
      call.session, std::move(request), patient ? kPatientTimeout : call.etag_timeout, call.endpoint);
  if (!facts.ok()) return facts.error();
  HfFileMetadata& metadata = facts->metadata;
  const bool in_xet = metadata.xet_file_data && !call.config().disable_xet;
  if (std::optional<Error> problem = hub::metadata_problem(metadata, url, call.endpoint, in_xet)) return *problem;

  RemoteFile file;
  file.commit = std::move(*metadata.commit_hash);
  file.etag = std::move(*metadata.etag);
  file.has_weak_etag = facts->has_weak_etag;
  file.size = metadata.size;
  // What lies in the Xet storage is fetched through the resolve URL, which redirects to a bridge
  // (spec/hub-http.md 7.3).
  file.renewed_url = url;
  file.url = metadata.xet_file_data || metadata.location.empty() ? url : metadata.location;
  file.send_authorization = hub::is_hub_origin(file.url, url, call.endpoint);
  if (metadata.xet_file_data) file.xet_hash = std::move(metadata.xet_file_data->file_hash);
  return file;
}

}  // namespace

RemoteFile from_listing(const DownloadCall& call, const std::string& filename, const std::string& commit,
                        const cache::ListedFile& listed) {
  RemoteFile file;
  file.commit = commit;
  file.etag = listed.etag();
  file.size = listed.content_size();
  file.url = call.resolve_url(filename, commit);
  file.renewed_url = file.url;
  if (listed.xet_hash && cache::is_xet_hash(*listed.xet_hash)) file.xet_hash = listed.xet_hash;
  return file;
}

Result<RemoteFile> look_up(const DownloadCall& call, const std::string& filename, const fs::path& listing,
                           MetadataTry which) {
  if (call.local_files_only) return not_allowed_to_ask();
  if (which == MetadataTry::first) {
    if (std::optional<RemoteFile> kept = from_kept_listing(call, filename, listing)) return std::move(*kept);
  }
  return from_head(call, filename, which);
}

bool is_final(const DownloadCall& call, const Error& error) {
  if (call.call.cancel.is_cancelled()) return true;
  switch (error.code) {
    case ErrorCode::transport: return error.proxy;
    case ErrorCode::offline_mode:
    case ErrorCode::file_metadata: return false;
    case ErrorCode::revision_not_found:
    case ErrorCode::remote_entry_not_found: return true;
    default: return error.http == nullptr;
  }
}

std::string in_one_line(const std::string& text) {
  std::string line;
  for (const char c : trim(text)) {
    if (c != '\n') {
      line += c;
    } else if (line.back() != ' ') {
      line += ' ';
    }
  }
  return line;
}

bool deserves_second_chance(const Error& error) {
  if (error.code == ErrorCode::transport) return true;
  switch (hub::status_of(error)) {
    case 408:
    case 429:
    case 500:
    case 502:
    case 503:
    case 504: return true;
    default: return false;
  }
}

Error missing_file_error(const DownloadCall& call, const std::string& filename, const Error& cause) {
  const std::string subject = "'" + filename + "' of " + call.subject();
  if (call.force_download) {
    if (call.local_files_only) {
      return make_error(ErrorCode::validation,
                        "force_download and local_files_only exclude each other. Set one of them.");
    }
    if (cause.code == ErrorCode::offline_mode) {
      return make_error(ErrorCode::validation, "force_download is impossible in offline mode. " + cause.message);
    }
    Error error = make_error(ErrorCode::validation, "The forced download of " + subject + " failed: " + cause.message);
    error.http = cause.http;
    return error;
  }
  if (call.local_files_only) {
    return make_error(ErrorCode::local_entry_not_found,
                      "Cannot find " + subject + " in the disk cache, and outgoing traffic has been disabled. Set "
                      "local_files_only to false to ask the Hub.");
  }
  if (cause.code == ErrorCode::repository_not_found || cause.code == ErrorCode::gated_repo || hub::status_of(cause) == 401) {
    return cause;
  }
  Error error = make_error(ErrorCode::local_entry_not_found, {});
  error.http = cause.http;
  error.system_error = cause.system_error;
  error.timeout = cause.timeout;
  error.message = cause.code == ErrorCode::file_metadata
                      ? cause.message + " And the file is not in the local cache either: " + subject + "."
                      : "Cannot find " + subject + " on the Hub, nor in the local cache. Check your connection and try "
                        "again. What went wrong: " + cause.message;
  return error;
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
