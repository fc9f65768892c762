// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cache/fallbacks.hpp"
#include "session/session.hpp"
#include "transfer/download_progress.hpp"

#include "huggingface_hub/api/downloads_api.hpp"
#include "huggingface_hub/cache/layout.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace fs = std::filesystem;

/// One call of `hf_hub_download` or `snapshot_download`, with everything decided that its options leave open.
struct DownloadCall {
  const Session& session;
  fs::path cache_dir{};                      ///< Absolute, symlinks resolved.
  CallOptions call{};                        ///< The timeout has become part of `cancel`.
  std::chrono::milliseconds download_timeout{0};
  std::string endpoint{};                    ///< No trailing slash.
  std::chrono::milliseconds etag_timeout{0};
  cache::Fallbacks fallbacks{};              ///< Of this repository; empty for a forced download.
  bool force_download{false};
  std::string library_name{};
  std::string library_version{};
  /// What a fallback has is linked to, even if its own path would do: the files of a snapshot lie in one folder.
  bool links_to_fallbacks{false};
  std::optional<fs::path> local_dir{};
  bool local_files_only{false};
  ProxyMap proxies{};
  std::string repo_id{};
  RepoType repo_type{RepoType::model};
  std::string revision{};
  Token token{};
  std::string user_agent{};

  [[nodiscard]] const Config& config() const noexcept { return session.config(); }
  [[nodiscard]] cache::RepoFolder repo() const { return {cache_dir, repo_id, repo_type}; }

  /// The commit of the revision without asking anybody: what the own cache says, else the first fallback that knows.
  [[nodiscard]] std::optional<std::string> cached_commit() const;

  /// True if the own cache takes the revision for another commit than `commit`. Then what a fallback has of `commit`
  /// is linked to rather than answered, so that the ref can follow: without the Hub, one would get older files later.
  [[nodiscard]] bool ref_lags_behind(const std::string& ref, const std::string& commit) const;

  /// A GET of `url` (absolute) with what all requests of a download carry.
  [[nodiscard]] ApiRequest request(std::string url) const;

  /// `<endpoint>/<id>/resolve/<at>/<filename>`.
  [[nodiscard]] std::string resolve_url(const std::string& filename, const std::string& at) const;

  /// `<endpoint>/api/models/<id>`.
  [[nodiscard]] std::string api_url() const;

  /// `models/acme/tiny at revision "main"`, for messages.
  [[nodiscard]] std::string subject() const;

  /// True if files of the shared store may stand for those of the repository (`spec/cache.md` 17.1).
  [[nodiscard]] bool may_use_shared_store() const noexcept {
    return !config().disable_xet && !config().disable_shared_blobs && !config().disable_symlinks;
  }

  /// Looks the token up now, so that a thousand requests do not read the token file a thousand times.
  void fix_token();
};

/// @throws HFValidationError  repository id or revision cannot be one.
DownloadCall make_call(const Session& session, const std::string& repo_id, const HfHubDownloadOptions& options);
DownloadCall make_call(const Session& session, const std::string& repo_id, const SnapshotDownloadOptions& options);

/// `path` with a leading `~` expanded, made absolute, without symlinks as far as it exists.
fs::path resolved_path(const fs::path& path);

/// The error of a cancelled or timed-out call.
Error cancellation_error(const CancellationToken& cancel);

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
