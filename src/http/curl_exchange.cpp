// SPDX-License-Identifier: Apache-2.0
#include "http/curl_exchange.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "http/curl_failure.hpp"
#include "http/proxy_rules.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <exception>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

constexpr std::uint64_t kMaxHeaderBytes = std::uint64_t{1} << 20;
constexpr long kBulkBuffer = 512L << 10;  // The most libcurl 7.x takes.
constexpr long kUsualBuffer = 16L << 10;  // What libcurl has by itself.

// libcurl is C: nothing may be thrown through it. A refusal is kept in the exchange and comes back to the caller
// with the completion.
extern "C" {

std::size_t exchange_header(char* data, std::size_t size, std::size_t count, void* user) {
  return static_cast<CurlExchange*>(user)->on_header_line({data, size * count}) ? size * count : 0;
}

std::size_t exchange_body(char* data, std::size_t size, std::size_t count, void* user) {
  return static_cast<CurlExchange*>(user)->on_body(data, size * count);
}

std::size_t exchange_read(char* buffer, std::size_t size, std::size_t count, void* user) {
  return static_cast<CurlExchange*>(user)->on_read(buffer, size * count);
}

int exchange_seek(void* user, curl_off_t offset, int origin) {
  return static_cast<CurlExchange*>(user)->on_seek(offset, origin);
}

int exchange_progress(void* user, curl_off_t, curl_off_t down, curl_off_t, curl_off_t up) {
  static_cast<CurlExchange*>(user)->on_progress(down, up);
  return 0;
}

int exchange_connected(void* user, char*, char*, int, int) {
  static_cast<CurlExchange*>(user)->on_connected();
  return CURL_PREREQFUNC_OK;
}

}  // extern "C"

bool has_line_break(const std::string& text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos;
}

Error current_exception_as_error() noexcept {
  Error error;
  try {
    throw;
  } catch (const HfHubError& thrown) {
    error = thrown.error();
  } catch (const std::exception& thrown) {
    error.message = std::string("Stopped by an exception: ") + thrown.what();
  } catch (...) {
    error.message = "Stopped by an exception of unknown type.";
  }
  return error;
}

long milliseconds(std::chrono::milliseconds duration) {
  return static_cast<long>(std::clamp<std::chrono::milliseconds::rep>(duration.count(), 1, 1L << 30));
}

SteadyTime after(SteadyTime time, std::chrono::milliseconds duration) {
  const auto room = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyTime::max() - time);
  return duration < room ? time + duration : SteadyTime::max();
}

}  // namespace

CurlExchange::CurlExchange(Request request, std::shared_ptr<Sink> sink, Transport::Completion completion)
    : request_(std::move(request)), sink_(std::move(sink)), completion_(std::move(completion)) {}

std::optional<Error> CurlExchange::refusal() const {
  if (const auto url = parse_url(request_.url); !url) return url.error();
  for (const auto& [name, value] : request_.headers) {
    if (name.empty() || has_line_break(name) || name.find(':') != std::string::npos || has_line_break(value)) {
      Error error;
      error.code = ErrorCode::validation;
      error.message = "The header \"" + name.substr(0, name.find_first_of("\r\n")) +
                      "\" cannot be sent: its name or value holds a line break or another forbidden character. "
                      "Nothing was sent.";
      return error;
    }
  }
  return std::nullopt;
}

void CurlExchange::prepare(CurlEasy easy, Setup setup) {
  easy_.emplace(std::move(easy));
  resume_ = std::move(setup.resume);
  next_check_ = &setup.next_check;
  throttled_ = &setup.throttled;
  set_target(setup.options, setup.wait_for_http2);
  set_tls(setup.options.tls);
  set_method();
  set_headers();
  set_callbacks();
  started_ = std::chrono::steady_clock::now();
  last_activity_ = started_;
  *next_check_ = SteadyTime::min();
}

void CurlExchange::set_target(const CurlTransportOptions& options, bool wait_for_http2) {
  easy_->set(CURLOPT_URL, request_.url);
  easy_->set(CURLOPT_PATH_AS_IS, true);  // What was encoded above is what is asked for.
#if LIBCURL_VERSION_NUM >= 0x075500
  easy_->set(CURLOPT_PROTOCOLS_STR, "http,https");
#else
  easy_->set(CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  easy_->set(CURLOPT_FOLLOWLOCATION, false);
  easy_->set(CURLOPT_NOSIGNAL, true);
  easy_->set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  easy_->set(CURLOPT_TCP_NODELAY, true);
  easy_->set(CURLOPT_TCP_KEEPALIVE, true);
  easy_->set(CURLOPT_SUPPRESS_CONNECT_HEADERS, true);
  easy_->set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request_.connect_timeout.value_or(options.connect_timeout)));
#if LIBCURL_VERSION_NUM >= 0x075700
  // Ending a request whose name is still being looked up must not wait for the resolver.
  easy_->set(CURLOPT_QUICK_EXIT, true);
#endif
  if (request_.bulk) {
    easy_->set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    const long buffer = request_.buffer_size == 0 ? kBulkBuffer : static_cast<long>(request_.buffer_size);
    easy_->set(CURLOPT_BUFFERSIZE, buffer);
    easy_->set(CURLOPT_UPLOAD_BUFFERSIZE, buffer);
  } else {
    easy_->set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    easy_->set(CURLOPT_PIPEWAIT, wait_for_http2);
  }
  if (request_.bandwidth) {  // What has come into the buffer by the time the bandwidth is used up, is there.
    const auto piece = static_cast<long>(request_.bandwidth->piece());
    easy_->set(CURLOPT_BUFFERSIZE, std::min(piece, request_.bulk ? kBulkBuffer : kUsualBuffer));
  }
  // libcurl reads no environment: an empty proxy means none.
  proxy_ = choose_proxy(request_.url, request_.proxies, options.proxies);
  easy_->set(CURLOPT_PROXY, proxy_);
  easy_->set(CURLOPT_NOPROXY, "");
}

void CurlExchange::set_tls(const TlsConfig& tls) {
  easy_->set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  easy_->set(CURLOPT_SSL_VERIFYPEER, 1L);
  easy_->set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!tls.ca_file.empty() || !tls.ca_dir.empty()) {
    // In place of the system's authorities, not beside them. A null pointer means none.
    const std::string file = tls.ca_file.string();
    const std::string folder = tls.ca_dir.string();
    for (const CURLoption option : {CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO}) {
      easy_->set(option, file.empty() ? static_cast<const char*>(nullptr) : file.c_str());
    }
    for (const CURLoption option : {CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH}) {
      easy_->set(option, folder.empty() ? static_cast<const char*>(nullptr) : folder.c_str());
    }
  }
  if (!tls.client_cert.empty()) {
    easy_->set(CURLOPT_SSLCERT, tls.client_cert.string());
    easy_->set(CURLOPT_SSLKEY, (tls.client_key.empty() ? tls.client_cert : tls.client_key).string());
  }
}

void CurlExchange::set_method() {
  if (request_.method == Method::head) {
    easy_->set(CURLOPT_NOBODY, true);
    return;
  }
  if (request_.body || request_.method == Method::post || request_.method == Method::put ||
             request_.method == Method::patch) {
    easy_->set(CURLOPT_UPLOAD, true);
    const auto size = request_.body ? request_.body->size() : std::optional<std::uint64_t>(0);
    easy_->set_size(CURLOPT_INFILESIZE_LARGE, size ? static_cast<curl_off_t>(*size) : curl_off_t{-1});
  } else {
    easy_->set(CURLOPT_HTTPGET, true);
  }
  if (request_.method != Method::get || request_.body) {
    easy_->set(CURLOPT_CUSTOMREQUEST, to_string(request_.method));
  }
  if (request_.method == Method::post || request_.method == Method::patch) {
    // libcurl itself repeats a request that a reused connection swallowed without an answer. What must not be
    // made twice goes over connections that are surely alive; `on_seek` refuses the rest.
    easy_->set(CURLOPT_MAXAGE_CONN, 2L);
    if (!request_.body) easy_->set(CURLOPT_FRESH_CONNECT, true);
  }
}

bool CurlExchange::decodes() const {
  const auto accepted = request_.headers.get("Accept-Encoding");
  return request_.method != Method::head && accepted && !trim(*accepted).empty() &&
         !Headers::equal(trim(*accepted), "identity");
}

void CurlExchange::set_headers() {
  curl_slist* list = nullptr;
  const auto append = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list, line.c_str());
    if (longer == nullptr) {
      curl_slist_free_all(list);
      throw std::bad_alloc();
    }
    list = longer;
  };
  // What libcurl would add of its own accord. Waiting for 100-continue costs a second against each server that
  // does not know it.
  for (const char* name : {"Accept", "Expect", "Content-Type", "User-Agent"}) {
    if (!request_.headers.has(name)) append(std::string(name) + ":");
  }
  for (const auto& [name, value] : request_.headers) {
    if (decodes() && Headers::equal(name, "Accept-Encoding")) {
      easy_->set(CURLOPT_ACCEPT_ENCODING, value);
    } else if (!Headers::equal(name, "Content-Length") && !Headers::equal(name, "Transfer-Encoding")) {
      append(trim(value).empty() ? name + ";" : name + ": " + value);  // Framing is the body's business.
    }
  }
  header_list_.reset(list);
  easy_->set(CURLOPT_HTTPHEADER, list);
  easy_->set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
}

void CurlExchange::set_callbacks() {
  void* self = this;
  easy_->set(CURLOPT_PRIVATE, self);
  easy_->set(CURLOPT_ERRORBUFFER, reason_.data());
  easy_->set(CURLOPT_HEADERFUNCTION, &exchange_header);
  easy_->set(CURLOPT_HEADERDATA, self);
  easy_->set(CURLOPT_WRITEFUNCTION, &exchange_body);
  easy_->set(CURLOPT_WRITEDATA, self);
  easy_->set(CURLOPT_READFUNCTION, &exchange_read);
  easy_->set(CURLOPT_READDATA, self);
  easy_->set(CURLOPT_SEEKFUNCTION, &exchange_seek);
  easy_->set(CURLOPT_SEEKDATA, self);
  easy_->set(CURLOPT_PREREQFUNCTION, &exchange_connected);
  easy_->set(CURLOPT_PREREQDATA, self);
  if (request_.body && request_.stall_timeout) {  // Only here does libcurl know of bytes that left.
    easy_->set(CURLOPT_NOPROGRESS, false);
    easy_->set(CURLOPT_XFERINFOFUNCTION, &exchange_progress);
    easy_->set(CURLOPT_XFERINFODATA, self);
  }
}

void CurlExchange::fail(Error error) noexcept {
  if (!error_) error_ = std::move(error);
}

void CurlExchange::on_connected() noexcept {
  connected_ = true;
  touch();
  *next_check_ = SteadyTime::min();
}

void CurlExchange::on_progress(curl_off_t down, curl_off_t up) noexcept {
  if (down + up == progress_seen_) return;
  progress_seen_ = down + up;
  touch();
}

bool CurlExchange::on_header_line(std::string_view line) noexcept {
  try {
    touch();
    header_bytes_ += line.size();
    if (header_bytes_ > kMaxHeaderBytes) {
      Error error;
      error.code = ErrorCode::transport;
      error.message = std::string(to_string(request_.method)) + " " + redact_url(request_.url) +
                      ": the server sent more than 1 MiB of header fields.";
      fail(std::move(error));
      return false;
    }
    if (head_done_) return true;  // Trailers.
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (line.empty()) return finish_head();
    if (line.substr(0, 5) == "HTTP/") {
      head_ = {};
      const auto space = line.find(' ');
      if (space != std::string_view::npos) {
        std::from_chars(line.data() + space + 1, line.data() + line.size(), head_.status);
      }
      return true;
    }
    if (const auto colon = line.find(':'); colon != std::string_view::npos) {
      head_.headers.add(std::string(trim(line.substr(0, colon))), std::string(trim(line.substr(colon + 1))));
    }
    return true;
  } catch (...) {
    fail(current_exception_as_error());
    return false;
  }
}

bool CurlExchange::finish_head() {
  if (head_.status < 200) return true;  // 1xx; the final one follows.
  head_done_ = true;
  head_.url = request_.url;
  if (head_.status == 407 && !proxy_.empty()) {
    CurlFailure failure;
    failure.code = CURLE_PROXY;
    failure.proxy = proxy_;
    failure.proxy_status = head_.status;
    failure.reason = "it wants a user name and a password that it knows";
    fail(transport_error(request_, failure));
    return false;
  }
  if (decodes()) {
    const auto encoding = head_.headers.get("Content-Encoding");
    if (encoding && !Headers::equal(trim(*encoding), "identity")) {
      head_.headers.remove("Content-Encoding");
      head_.headers.remove("Content-Length");
    }
  }
  if (!sink_) return true;
  Result<void> taken = sink_->on_head(head_, resume_);
  if (!taken) fail(taken.error());
  return taken.ok();
}

std::size_t CurlExchange::on_body(const char* data, std::size_t size) noexcept {
  try {
    touch();
    if (size == 0) return size;
    if (throttles(Bandwidth::Direction::down)) return CURL_WRITEFUNC_PAUSE;
    if (!sink_) return size;
    Result<SinkVerdict> verdict = sink_->on_data(data, size);
    if (!verdict) {
      fail(verdict.error());
      return 0;
    }
    paused_ = *verdict == SinkVerdict::pause;
    if (paused_) return CURL_WRITEFUNC_PAUSE;
    if (request_.bandwidth) request_.bandwidth->take(Bandwidth::Direction::down, size);
    return size;
  } catch (...) {
    fail(current_exception_as_error());
    return 0;
  }
}

std::size_t CurlExchange::on_read(char* buffer, std::size_t capacity) noexcept {
  try {
    touch();
    if (!request_.body) return 0;
    const auto size = request_.body->size();
    if (size) capacity = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, *size - body_read_));
    if (capacity == 0) return 0;
    if (request_.bandwidth) {
      if (throttles(Bandwidth::Direction::up)) return CURL_READFUNC_PAUSE;
      capacity = std::min(capacity, request_.bandwidth->piece());
    }
    Result<std::size_t> read = request_.body->read(buffer, capacity);
    if (!read) {
      fail(read.error());
      return CURL_READFUNC_ABORT;
    }
    if (*read == 0 && size) {
      Error error;
      error.code = ErrorCode::io;
      error.message = std::string(to_string(request_.method)) + " " + redact_url(request_.url) +
                      ": the body ended after " + std::to_string(body_read_) + " of " + std::to_string(*size) +
                      " bytes. Did its source change while it was sent?";
      fail(std::move(error));
      return CURL_READFUNC_ABORT;
    }
    body_read_ += *read;
    if (request_.bandwidth) request_.bandwidth->take(Bandwidth::Direction::up, *read);
    return *read;
  } catch (...) {
    fail(current_exception_as_error());
    return CURL_READFUNC_ABORT;
  }
}

int CurlExchange::on_seek(curl_off_t offset, int origin) noexcept {
  try {
    if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_FAIL;
    if (body_read_ == 0) return CURL_SEEKFUNC_OK;
    // The connection died under a request that may have arrived: whether to send it again is not for libcurl to say.
    if (request_.method == Method::post || request_.method == Method::patch) return CURL_SEEKFUNC_FAIL;
    Result<void> rewound = request_.body->rewind();
    if (!rewound) {
      fail(rewound.error());
      return CURL_SEEKFUNC_FAIL;
    }
    body_read_ = 0;
    return CURL_SEEKFUNC_OK;
  } catch (...) {
    fail(current_exception_as_error());
    return CURL_SEEKFUNC_FAIL;
  }
}

SteadyTime CurlExchange::next_deadline() const noexcept {
  SteadyTime next = request_.cancel.deadline();
  if (request_.total_timeout) next = std::min(next, after(started_, *request_.total_timeout));
  // Before the connection stands, the limit is that for connecting.
  if (request_.stall_timeout && connected_ && !paused_ && !throttled_down_ && !throttled_up_) {
    next = std::min(next, after(last_activity_, *request_.stall_timeout));
  }
  return next;
}

std::optional<Error> CurlExchange::overdue(SteadyTime now) const {
  if (now < next_deadline()) return std::nullopt;
  Error error;
  if (now >= request_.cancel.deadline()) {
    error = cancelled_error(request_, request_.cancel.is_timed_out());
  } else if (request_.total_timeout && now >= after(started_, *request_.total_timeout)) {
    error = time_out_error(request_, "no complete answer within", *request_.total_timeout);
  } else {
    error = time_out_error(request_, "not a byte for", *request_.stall_timeout);
  }
  error.nothing_sent = !connected_;
  return error;
}

CURLcode CurlExchange::resume() {
  if (!paused_) return CURLE_OK;
  paused_ = false;
  return unpause();
}

bool CurlExchange::throttles(Bandwidth::Direction direction) {
  if (!request_.bandwidth || request_.bandwidth->wait(direction) == std::chrono::nanoseconds::zero()) return false;
  if (!throttled_down_ && !throttled_up_) throttled_->push_back(this);
  (direction == Bandwidth::Direction::down ? throttled_down_ : throttled_up_) = true;
  *next_check_ = SteadyTime::min();
  return true;
}

std::chrono::nanoseconds CurlExchange::throttle() const {
  auto least = std::chrono::nanoseconds::max();
  if (throttled_down_) least = request_.bandwidth->wait(Bandwidth::Direction::down);
  if (throttled_up_) least = std::min(least, request_.bandwidth->wait(Bandwidth::Direction::up));
  return least;
}

CURLcode CurlExchange::unthrottle() {
  throttled_down_ = throttled_up_ = false;
  return unpause();
}

CURLcode CurlExchange::unpause() noexcept {
  touch();
  *next_check_ = SteadyTime::min();
  // What the sink has no room for stays paused; a direction that still has to wait says so again.
  return curl_easy_pause(handle(), paused_ ? CURLPAUSE_RECV : CURLPAUSE_CONT);
}

bool CurlExchange::used_http2() const noexcept {
  const long version = easy_->info(CURLINFO_HTTP_VERSION);
  return version == CURL_HTTP_VERSION_2_0;
}

Result<ResponseHead> CurlExchange::outcome(CURLcode code) {
  if (error_) return *error_;
  if (code == CURLE_OK && head_done_) return head_;
  CurlFailure failure;
  failure.code = code == CURLE_OK ? CURLE_GOT_NOTHING : code;
  failure.reason = reason_.data();
  failure.proxy = proxy_;
  failure.connected = connected_;
  failure.request_bytes = easy_->info(CURLINFO_REQUEST_SIZE);
  failure.proxy_status = easy_->info(CURLINFO_HTTP_CONNECTCODE);
  failure.system_error = static_cast<int>(easy_->info(CURLINFO_OS_ERRNO));
  return transport_error(request_, failure);
}

CurlEasy CurlExchange::release_handle() {
  CurlEasy easy = std::move(*easy_);
  easy_.reset();
  header_list_.reset();
  return easy;
}

std::function<void()> CurlExchange::make_report(Result<ResponseHead> result) {
  // std::function copies, hence the shared state.
  struct Report {
    std::shared_ptr<Sink> sink;
    std::shared_ptr<Body> body;
    std::shared_ptr<void> registration;
    Transport::Completion completion;
    Result<ResponseHead> result;
  };
  auto report = std::make_shared<Report>(Report{std::move(sink_), std::move(request_.body),
                                                std::move(cancel_registration), std::move(completion_),
                                                std::move(result)});
  resume_ = nullptr;
  return [report] {
    report->registration.reset();
    report->sink.reset();
    report->body.reset();
    if (report->completion) report->completion(std::move(report->result));
  };
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
