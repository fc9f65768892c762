// SPDX-License-Identifier: Apache-2.0
#include "operations/download_call.hpp"

#include "hub/metadata.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/cache/lookup.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace {

// Python waits for ever for commit and listing. A server that says nothing for so long will not.
constexpr std::chrono::milliseconds kLongestSilence = std::chrono::seconds(60);

template <typename Options>
DownloadCall make(const Session& session, const std::string& repo_id, const Options& options) {
  validate_repo_id(repo_id);
  const Config& config = session.config();
  DownloadCall call{session};
  call.cache_dir = resolved_path(options.cache_dir ? *options.cache_dir : config.hub_cache);
  call.call = hub::with_deadline(options.call);
  call.download_timeout = options.download_timeout.value_or(config.download_timeout);
  call.endpoint = options.endpoint.value_or(session.endpoint());
  while (!call.endpoint.empty() && call.endpoint.back() == '/') call.endpoint.pop_back();
  call.etag_timeout = hub::etag_timeout(config, options.etag_timeout);
  call.force_download = options.force_download;
  call.library_name = options.library_name;
  call.library_version = options.library_version;
  if (options.local_dir) call.local_dir = resolved_path(*options.local_dir);
  call.local_files_only = options.local_files_only;
  if (!options.force_download) {
    std::vector<fs::path> caches;
    for (const fs::path& folder : options.cache_fallbacks ? *options.cache_fallbacks : config.cache_fallbacks) {
      caches.push_back(resolved_path(folder));
    }
    call.fallbacks = cache::find_fallbacks(caches, call.cache_dir, repo_id, options.repo_type);
  }
  call.proxies = options.proxies;
  call.repo_id = repo_id;
  call.repo_type = options.repo_type;
  call.revision = options.revision.value_or(cache::kDefaultRevision);
  cache::validate_revision(call.revision);
  call.token = options.token;
  call.user_agent = options.user_agent;
  return call;
}

}  // namespace

ApiRequest DownloadCall::request(std::string url) const {
  ApiRequest made;
  made.call = call;
  made.download_counter = true;
  made.endpoint = endpoint;
  made.library_name = library_name;
  made.library_version = library_version;
  made.proxies = proxies;
  made.stall_timeout = std::max(download_timeout, kLongestSilence);
  made.token = token;
  made.url = std::move(url);
  made.user_agent = user_agent;
  return made;
}

std::optional<std::string> DownloadCall::cached_commit() const {
  if (std::optional<std::string> commit = cache::resolve_cached_revision(repo(), revision)) return commit;
  return cache::read_ref(fallbacks, revision);
}

bool DownloadCall::ref_lags_behind(const std::string& ref, const std::string& commit) const {
  return ref != commit && cache::read_ref(repo(), ref).value_or(commit) != commit;
}

std::string DownloadCall::resolve_url(const std::string& filename, const std::string& at) const {
  return endpoint + hub::resolve_path(repo_type, repo_id, filename, at);
}

std::string DownloadCall::api_url() const { return endpoint + hub::repo_path(repo_type, repo_id); }

std::string DownloadCall::subject() const {
  return api_segment(repo_type) + "/" + repo_id + " at revision \"" + revision + "\"";
}

void DownloadCall::fix_token() {
  if (std::optional<std::string> value = session.resolve_token(token)) {
    token = Token(std::move(*value));
  } else {
    token = Token(false);
  }
}

DownloadCall make_call(const Session& session, const std::string& repo_id, const HfHubDownloadOptions& options) {
  return make(session, repo_id, options);
}

DownloadCall make_call(const Session& session, const std::string& repo_id, const SnapshotDownloadOptions& options) {
  return make(session, repo_id, options);
}

fs::path resolved_path(const fs::path& path) {
  const std::string text = path.string();
  const bool home = !text.empty() && text.front() == '~' && (text.size() == 1 || text[1] == '/');
  const fs::path expanded = home ? fs::path(cache::detail::expand_path("~") + text.substr(1)) : path;
  std::error_code error;
  fs::path absolute = fs::absolute(expanded, error);
  if (error) return expanded;
  fs::path resolved = fs::weakly_canonical(absolute, error);
  return error ? absolute.lexically_normal() : resolved;
}

Error cancellation_error(const CancellationToken& cancel) {
  return as_result([&] { cancel.throw_if_cancelled(); }).error();
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
