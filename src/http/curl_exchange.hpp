// SPDX-License-Identifier: Apache-2.0
/// @file
/// One request on its way through libcurl: the callbacks and what they remember.
#pragma once

#include "http/curl_easy.hpp"

#include "huggingface_hub/http/transport.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

using SteadyTime = std::chrono::steady_clock::time_point;

/// One exchange. Belongs to the thread of the loop once it was handed over.
class CurlExchange {
 public:
  CurlExchange(Request request, std::shared_ptr<Sink> sink, Transport::Completion completion);

  /// Why the request cannot be sent at all, before anything is set up: bad URL, line breaks in a header.
  [[nodiscard]] std::optional<Error> refusal() const;

  struct Setup {
    const CurlTransportOptions& options;
    SteadyTime& next_check;          ///< Lowered where a limit in time comes nearer.
    std::function<void()> resume{};  ///< What the sink is given.
    std::deque<CurlExchange*>& throttled;  ///< Where an exchange enters itself that its bandwidth makes wait.
    bool wait_for_http2{false};
  };
  /// Takes `easy` and sets it up.
  void prepare(CurlEasy easy, Setup setup);

  /// Between `prepare` and `release_handle`.
  [[nodiscard]] bool is_active() const noexcept { return easy_.has_value(); }
  /// Precondition: active.
  [[nodiscard]] CURL* handle() const noexcept { return easy_->get(); }
  [[nodiscard]] const Request& request() const noexcept { return request_; }

  /// When the next limit in time is reached, and which; recomputed on each call.
  [[nodiscard]] SteadyTime next_deadline() const noexcept;
  /// The error of a limit that has passed at `now`.
  [[nodiscard]] std::optional<Error> overdue(SteadyTime now) const;

  /// Reads on after a pause of the sink. The code libcurl gives if that ended the transfer.
  CURLcode resume();

  /// How much longer the bandwidth makes it wait. Precondition: it is among the throttled.
  [[nodiscard]] std::chrono::nanoseconds throttle() const;
  /// Goes on after that; as `resume`. Taken out of the throttled before.
  CURLcode unthrottle();

  /// What came of it, once libcurl is done with the handle or was told to stop.
  Result<ResponseHead> outcome(CURLcode code);
  [[nodiscard]] bool used_http2() const noexcept;

  /// The handle, to be used again or thrown away. Removed from the multi handle before.
  CurlEasy release_handle();

  /// What the completion thread does: lets go of sink and body, then reports.
  std::function<void()> make_report(Result<ResponseHead> result);

  // Called by libcurl, through the functions in curl_exchange.cpp.
  bool on_header_line(std::string_view line) noexcept;
  std::size_t on_body(const char* data, std::size_t size) noexcept;
  std::size_t on_read(char* buffer, std::size_t capacity) noexcept;
  int on_seek(curl_off_t offset, int origin) noexcept;
  void on_progress(curl_off_t down, curl_off_t up) noexcept;
  void on_connected() noexcept;

  /// Ends with the exchange; set by the transport.
  std::shared_ptr<void> cancel_registration{};

 private:
  void set_target(const CurlTransportOptions& options, bool wait_for_http2);
  void set_method();
  void set_headers();
  void set_tls(const TlsConfig& tls);
  void set_callbacks();
  void touch() noexcept { last_activity_ = std::chrono::steady_clock::now(); }
  void fail(Error error) noexcept;
  bool finish_head();
  /// True if the bandwidth has nothing left; then the exchange is among the throttled.
  bool throttles(Bandwidth::Direction direction);
  CURLcode unpause() noexcept;
  [[nodiscard]] bool decodes() const;

  Request request_;
  std::shared_ptr<Sink> sink_;
  Transport::Completion completion_;
  std::function<void()> resume_{};

  std::optional<CurlEasy> easy_{};
  CurlList header_list_{};
  std::array<char, CURL_ERROR_SIZE> reason_{};
  std::string proxy_{};

  ResponseHead head_{};
  bool head_done_{false};
  std::uint64_t header_bytes_{0};
  std::optional<Error> error_{};
  bool connected_{false};
  bool paused_{false};     ///< By the sink.
  bool throttled_down_{false};
  bool throttled_up_{false};
  std::deque<CurlExchange*>* throttled_{nullptr};
  std::uint64_t body_read_{0};
  curl_off_t progress_seen_{0};
  SteadyTime started_{std::chrono::steady_clock::now()};
  SteadyTime last_activity_{started_};
  SteadyTime* next_check_{nullptr};
};

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
