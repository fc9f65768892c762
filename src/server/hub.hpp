// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/server/embedded_hub.hpp"
#include "server/api_error.hpp"
#include "server/http_message.hpp"
#include "server/identity.hpp"
#include "server/query.hpp"
#include "server/repository.hpp"
#include "server/request_log.hpp"
#include "server/signed_urls.hpp"
#include "server/store.hpp"
#include "server/uploads.hpp"

#include <nlohmann/json.hpp>

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

struct NewRepository {
  std::string creator{};
  std::string id{};
  HubRepoOptions options{};
};

/// The hub behind the port: repositories by name, people by token, and what they may do. Safe to share between
/// threads.
class Hub {
 public:
  Hub(EmbeddedHubOptions options, std::unique_ptr<Store> store);

  /// Told once the port is known, before the first request.
  void set_port(std::uint16_t port) { port_ = port; }

  /// Answers one request: observer, script, routes, then the log.
  HttpResponse handle(const HttpRequest& request, RequestBody& body);

  /// Null if there is none.
  [[nodiscard]] std::shared_ptr<Repository> find(RepoType type, const std::string& id) const;
  /// Where a repository that was called `id` is now.
  [[nodiscard]] std::optional<std::string> new_id(RepoType type, const std::string& id) const;
  [[nodiscard]] std::vector<std::shared_ptr<Repository>> list(RepoType type) const;
  /// Throws `ApiError` 409 where it is there.
  std::shared_ptr<Repository> create(const NewRepository& request);
  void remove(RepoType type, const std::string& id);
  void move(RepoType type, const std::string& from, const std::string& to);

  [[nodiscard]] const EmbeddedHubOptions& options() const noexcept { return options_; }
  [[nodiscard]] const People& people() const noexcept { return people_; }
  [[nodiscard]] GitDatabase& git() noexcept { return git_; }
  [[nodiscard]] Store& store() noexcept { return *store_; }
  [[nodiscard]] SignedUrls& signed_urls() noexcept { return signed_urls_; }
  [[nodiscard]] Uploads& uploads() noexcept { return uploads_; }
  [[nodiscard]] RequestLog& log() noexcept { return log_; }
  /// `options().storage_url` with the port filled in.
  [[nodiscard]] std::string storage_url() const;

  /// Milliseconds since 1970.
  [[nodiscard]] static std::int64_t now();

 private:
  using Key = std::pair<RepoType, std::string>;

  void load();
  HttpResponse route(const HttpRequest& request, RequestBody& body, const Identity& who);

  EmbeddedHubOptions options_;
  std::unique_ptr<Store> store_;
  GitDatabase git_;
  People people_;
  SignedUrls signed_urls_;
  Uploads uploads_;
  RequestLog log_;
  std::atomic<std::uint16_t> port_{0};

  mutable std::shared_mutex mutex_;
  std::map<Key, std::shared_ptr<Repository>> repositories_;
  std::map<Key, std::string> new_ids_;
};

/// One request on its way through the routes.
struct Call {
  const HttpRequest& request;
  RequestBody& body;
  Hub& hub;
  const Identity& who;
  std::string base_url{};  ///< Scheme, host and port as the client wrote them.
  Query query{};
  std::shared_ptr<Repository> repo{};
  std::shared_ptr<const RepoState> state{};  ///< Of `repo`, as of the start of the request.
  std::vector<std::string> rest{};           ///< Decoded path segments behind the name of the route.

  /// The body as JSON; throws 400 where it is none, 413 where it is too long.
  [[nodiscard]] nlohmann::json json_body() const;
  [[nodiscard]] std::string text_body() const;
  /// The segments of `rest` from `first` on, joined by slashes.
  [[nodiscard]] std::string rest_path(std::size_t first) const;
  /// `<base>/<prefix><id>`: the page of the repository.
  [[nodiscard]] std::string repo_url() const;

  void require_read() const;
  void require_write() const;
  /// Gated repositories: whoever may not read the files is told so.
  void require_content() const;
  void require_login() const;
};

HttpResponse json_response(const nlohmann::json& value, int status = 200);
HttpResponse error_response(const ApiError& error);

/// A part of `items` with a `Link` to the next part, from `limit` and `cursor` of the query.
HttpResponse paged_response(const Call& call, const nlohmann::json& items, std::size_t page_size);

/// The string member `name` of `value`; empty if it is missing or no string.
std::string string_member(const nlohmann::json& value, const char* name);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
