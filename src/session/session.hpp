// SPDX-License-Identifier: Apache-2.0
/// @file
/// The immutable bundle behind every `HfApi`: settings, transport, clock, and the one way to send a request.
#pragma once

#include "core/clock.hpp"

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/config.hpp"
#include "huggingface_hub/http/transport.hpp"
#include "huggingface_hub/repo_id.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Which failed tries are repeated (`spec/transfer.md` 1).
enum class RetryPolicy {
  none,        ///< One try.
  full,        ///< 408, 429, 5xx and transport failures; the caller vouches that a repeat is safe.
  unsent,      ///< Only where the connection failed before a byte of the request was written: for what must not
               ///< happen twice, like a commit.
  open_file,   ///< The GET of a file: 408 and 429 only; the download engine deals with the rest.
};

enum class RedirectPolicy {
  follow,      ///< Up to 20; `Authorization` is dropped on another origin.
  hub_only,    ///< Metadata HEAD: only those that stay on the same origin or on a Hub origin (`hub-http.md` 7.2);
               ///< the first other one is the answer.
  none,
};

/// One call of the Hub's API, before headers, authorization, redirects and retries.
struct ApiRequest {
  std::shared_ptr<http::Body> body{};
  std::size_t buffer_size{0};                               ///< Of the transport, for a large answer; 0: its choice.
  CallOptions call{};
  std::optional<std::chrono::milliseconds> connect_timeout{};
  bool download_counter{false};                             ///< Sends `X-HF-Download-Counter: 1`.
  std::string endpoint{};                                   ///< In place of the session's: where relative URLs start,
                                                            ///< and one more origin that gets `Authorization`.
  http::Headers headers{};                                  ///< Of this call; set before those of the user.
  http::Method method{http::Method::get};
  /// Told why the request has to wait for its rate limit, on a thread of the session or that of the caller.
  std::function<void(const std::string& reason)> on_wait{};
  ProxyMap proxies{};
  std::vector<std::pair<std::string, std::string>> query{}; ///< Appended, form-encoded; a key may repeat.
  RedirectPolicy redirects{RedirectPolicy::follow};
  RetryPolicy retry{RetryPolicy::none};
  bool send_authorization{true};                            ///< False for signed storage URLs. True: where `url` is of
                                                            ///< the endpoint's or a Hub origin, and only there.
  bool small_answer{false};                                 ///< To a sink, and yet no bulk transfer.
  std::optional<std::chrono::milliseconds> stall_timeout{};
  Token token{};
  std::optional<std::chrono::milliseconds> total_timeout{}; ///< Per exchange.
  bool takes_turns{true};                                   ///< False: hardly waits for a rate limit. Where that is
                                                            ///< used up, it fails as the server would let it, unsent.
  std::string url{};                                        ///< Absolute, or a path below the endpoint (`/api/…`).
  std::string user_agent{};                                 ///< Added as the `user_agent` argument of Python.
  std::string library_name{};                               ///< Override those of the session where not empty.
  std::string library_version{};
};

struct SessionOptions {
  std::shared_ptr<const Clock> clock{};
  Config config{};
  HeaderMap headers{};
  std::string library_name{};
  std::string library_version{};
  ProxyMap proxies{};
  RetryOptions retry{};
  Token token{};
  std::shared_ptr<http::Transport> transport{};
  std::string user_agent{};
};

struct PreparedRequest;  // attempt.hpp
class RateGate;

/// Immutable; safe to share between threads.
class Session {
 public:
  /// A missing clock is the real one; a missing transport is libcurl's, made from `options.config`.
  explicit Session(SessionOptions options);
  ~Session();

  [[nodiscard]] const Config& config() const noexcept { return options_.config; }
  [[nodiscard]] const std::string& endpoint() const noexcept { return options_.config.endpoint; }
  [[nodiscard]] const Clock& clock() const noexcept { return *options_.clock; }
  [[nodiscard]] const SessionOptions& options() const noexcept { return options_; }
  /// Bytes a second that bodies of `call` may take; 0: no limit.
  [[nodiscard]] std::uint64_t limit_rate(const CallOptions& call) const noexcept {
    return call.limit_rate.value_or(options_.config.limit_rate);
  }

  /// Sends, follows, repeats; the body of the answer in memory (at most 64 MiB). A status of 400 and above is an
  /// `Error` of the class that `spec/transfer.md` 12 names.
  Result<http::Response> send(const ApiRequest& request) const;

  /// As `send`, with the body of a success going to `sink` (of a failure: kept for the message). On a repeat the
  /// sink gets `on_head` again.
  Result<http::ResponseHead> send_to(const ApiRequest& request, std::shared_ptr<http::Sink> sink) const;

  using Completion = std::function<void(Result<http::ResponseHead>)>;

  /// `send_to` without waiting and without repeats (`request.retry` is not looked at): offline guard, headers,
  /// authorization, redirects, and failed statuses as errors. For the download engine, which has many bodies in
  /// flight and repeats by rules of its own.
  ///
  /// Returns at once, also where the request has to wait for a rate limit. `done` is called exactly once, usually from the transport's thread (then it must not block), or
  /// before `start` returns where nothing could be sent. The session may be gone by then.
  void start(const ApiRequest& request, std::shared_ptr<http::Sink> sink, Completion done) const;

  /// True where requests to `url` wait for a rate limit: none should be made that are merely useful.
  [[nodiscard]] bool is_scarce(const std::string& url) const;

  /// The token that `token` stands for, or nothing for anonymous.
  /// @throws LocalTokenNotFoundError  `token` is `true` and there is none.
  [[nodiscard]] std::optional<std::string> resolve_token(const Token& token) const;

  /// The next page's URL of a paged answer (`Link: <…>; rel="next"`), made absolute; nothing after the last.
  static std::optional<std::string> next_page(const http::Response& response);

 private:
  [[nodiscard]] Result<PreparedRequest> prepare(const ApiRequest& request, bool to_sink) const;
  [[nodiscard]] http::Headers headers_for(const ApiRequest& request, const std::string& url, bool to_sink) const;
  [[nodiscard]] std::vector<std::string> hub_origins(const ApiRequest& request) const;
  [[nodiscard]] bool is_trusted(const ApiRequest& request, const std::string& url) const;
  Result<http::ResponseHead> run(const ApiRequest& request, std::shared_ptr<http::Sink> sink, bool to_sink) const;

  SessionOptions options_;
  std::shared_ptr<RateGate> gate_;
};

/// Request bodies.
std::shared_ptr<http::Body> bytes_body(std::string bytes);
/// `size` bytes of the file from `offset`. A file that is shorter when it is read is an `io` error that names it.
std::shared_ptr<http::Body> file_body(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t size);

/// Throws what stands in `result`, or gives its value.
template <typename T>
T take(Result<T> result) {
  return std::move(result).value();
}

HUGGINGFACE_HUB_NAMESPACE_END
