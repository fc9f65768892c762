// SPDX-License-Identifier: Apache-2.0
/// @file
/// `HfApi`: the Hub in one object, as in Python.
#pragma once

#include "huggingface_hub/api/commits_api.hpp"
#include "huggingface_hub/api/downloads_api.hpp"
#include "huggingface_hub/api/info_api.hpp"
#include "huggingface_hub/api/listing_api.hpp"
#include "huggingface_hub/api/metadata_api.hpp"
#include "huggingface_hub/api/refs_api.hpp"
#include "huggingface_hub/api/remote_files_api.hpp"
#include "huggingface_hub/api/repos_api.hpp"
#include "huggingface_hub/api/safetensors_api.hpp"
#include "huggingface_hub/api/tree_api.hpp"
#include "huggingface_hub/api/uploads_api.hpp"
#include "huggingface_hub/api/users_api.hpp"
#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/config.hpp"
#include "huggingface_hub/export.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace http {
class Transport;
}  // namespace http

class HfApi;
class Session;

namespace detail {
class BackgroundQueue;
HUGGINGFACE_HUB_EXPORT void run_in_background(const HfApi& api, std::function<void()> task);
}  // namespace detail

/// Defaults for all calls of an `HfApi`. What is left unset comes from the environment, then from the default.
struct HfApiOptions {
  std::filesystem::path cache_dir{};  ///< Where downloads go; empty: `HF_HUB_CACHE`.
  std::vector<std::filesystem::path> cache_fallbacks{};  ///< Caches to read only; empty: `HF_HUB_CACHE_FALLBACKS`.
  std::optional<Config> config{};     ///< In place of the environment, which is then not read.
  std::string endpoint{};             ///< Empty: `HF_ENDPOINT`. A trailing slash is dropped.
  HeaderMap headers{};                ///< Extra headers of each request; they override the library's own.
  std::string library_name{};         ///< The program or library that uses this one, for the user agent.
  std::string library_version{};
  /// Bytes a second that downloads, and uploads, may take, of all that goes on in this process under the same limit;
  /// 0: no limit. Unset: `HF_HUB_LIMIT_RATE`, else none.
  std::optional<std::uint64_t> limit_rate{};
  ProxyMap proxies{};                 ///< Non-empty: in place of the proxies of the environment.
  std::optional<RetryOptions> retry{};
  Token token{};
  std::shared_ptr<http::Transport> transport{};  ///< Null: one on libcurl, made for this object and its copies.
  std::string user_agent{};           ///< Added to the user agent, as in Python: `key/value; key/value`.
};

/// Everything the Hub offers, as calls that block until done.
///
/// Immutable and cheap to copy; copies share connections. Const members are safe to call from any thread,
/// assignment is for one thread at a time. After `fork()` a child makes an object of its own.
class HUGGINGFACE_HUB_EXPORT HfApi final : public CommitsApi,
                                           public DownloadsApi,
                                           public InfoApi,
                                           public ListingApi,
                                           public MetadataApi,
                                           public RefsApi,
                                           public RemoteFilesApi,
                                           public ReposApi,
                                           public SafetensorsApi,
                                           public TreeApi,
                                           public UploadsApi,
                                           public UsersApi {
 public:
  /// Reads the environment, opens no connection.
  ///
  /// @throws HFValidationError  a variable of the environment has a value that cannot be meant, or
  ///                            `options.endpoint` is no http(s) URL.
  explicit HfApi(const HfApiOptions& options = {});

  /// Uses a session made elsewhere: for the library itself and its tests.
  explicit HfApi(std::shared_ptr<const Session> session);

  HfApi(const HfApi&) = default;
  HfApi& operator=(const HfApi&) = default;
  ~HfApi() override;

  /// This object with other defaults: what `changes` sets replaces what is in force here, the rest stays. Connections
  /// are shared, unless `changes` brings a transport.
  /// @throws HFValidationError  `changes.endpoint` is no http(s) URL.
  [[nodiscard]] HfApi with(const HfApiOptions& changes) const;

  /// The settings in force, after options and environment.
  [[nodiscard]] const Config& config() const noexcept;

  /// The Hub that is talked to, without a trailing slash.
  [[nodiscard]] const std::string& endpoint() const noexcept;

 private:
  friend class RepoCard;  // Asks the Hub whether a card is in order.
  const Session& session() const noexcept override;
  friend void detail::run_in_background(const HfApi& api, std::function<void()> task);

  std::shared_ptr<const Session> session_;
  std::shared_ptr<detail::BackgroundQueue> background_;  // Of run_as_future; idle it costs nothing.
};

/// The client behind the free functions of `functions.hpp`: made from the environment at first use, never destroyed.
/// A forked child gets one of its own.
HUGGINGFACE_HUB_EXPORT const HfApi& default_api();

HUGGINGFACE_HUB_NAMESPACE_END
