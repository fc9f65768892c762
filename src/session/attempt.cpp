// SPDX-License-Identifier: Apache-2.0
#include "session/attempt.hpp"

#include "core/log.hpp"
#include "http/failure.hpp"
#include "http/redirects.hpp"
#include "http/url.hpp"
#include "session/bodies.hpp"
#include "session/request_log.hpp"

#include <algorithm>
#include <memory>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

constexpr int kMaxRequests = 21;     // 20 redirects (spec/transfer.md 3.3).
constexpr int kMaxHubRequests = 20;  // spec/hub-http.md 7.2.

Error too_many_redirects(const http::Request& request, const http::ResponseHead& head, int requests) {
  auto info = std::make_shared<HttpErrorInfo>();
  info->status = head.status;
  info->method = http::to_string(request.method);
  info->url = redact_url(head.url);
  Error error;
  error.code = ErrorCode::http;
  error.message = "Too many redirects: after " + std::to_string(requests) + " requests " + info->url +
                  " still redirects (status " + std::to_string(head.status) + "). Check the endpoint and the proxy.";
  error.http = std::move(info);
  return error;
}

}  // namespace

void Attempt::start() {
  ++requests_;
  if (prepared_.log_requests) {
    const auto* bytes = dynamic_cast<const BytesBody*>(prepared_.request.body.get());
    log_debug(as_curl_command(prepared_.request, bytes == nullptr ? nullptr : &bytes->bytes()));
  }
  const auto self = shared_from_this();
  auto answer = std::make_shared<http::AnswerSink>(sink_, [self](const http::ResponseHead& head) {
    self->means_.gate->on_answer(self->prepared_.request, head, self->pass_);
    return head.status < 400 && !self->is_followed(head);
  });
  means_.transport->start(prepared_.request, answer, [self, answer](Result<http::ResponseHead> result) {
    self->on_completion(*answer, std::move(result));
  });
}

void Attempt::on_completion(http::AnswerSink& answer, Result<http::ResponseHead> result) {
  answer.release_target();
  pass_.release();
  if (!result && !answer.kept_head()) return finish(std::move(result));
  // Cancelling ends the call also where the status of a failure was known already.
  if (!result && prepared_.request.cancel.is_cancelled()) return finish(std::move(result));
  const http::ResponseHead& head = answer.kept_head() ? *answer.kept_head() : *result;
  log_server_warnings(head.headers);
  if (head.status == 429) means_.gate->publish(prepared_.request);
  if (!answer.kept_head()) return finish(std::move(result));
  if (head.status >= 400) return finish(failure(head, answer.kept_body()));
  follow(head);
}

void Attempt::follow(const http::ResponseHead& head) {
  const bool hub_only = prepared_.redirects == RedirectPolicy::hub_only;
  if (requests_ >= (hub_only ? kMaxHubRequests : kMaxRequests)) {
    return finish(too_many_redirects(prepared_.request, head, requests_));
  }
  auto target = http::redirect_target(head);
  if (!target) return finish(std::move(target).error());
  const bool keep_credentials = hub_only || http::keeps_credentials(head.url, *target);
  http::follow_redirect(prepared_.request, head.status, std::move(*target), keep_credentials);
  if (prepared_.request.body) {
    const Result<void> rewound = prepared_.request.body->rewind();
    if (!rewound) return finish(rewound.error());
  }
  pass_ = means_.gate->pass_through(prepared_.request);
  start();
}

bool Attempt::is_followed(const http::ResponseHead& head) const {
  if (prepared_.redirects == RedirectPolicy::none || !http::is_redirect(head)) return false;
  if (prepared_.redirects == RedirectPolicy::follow) return true;
  const auto target = http::redirect_target(head);
  if (!target) return false;
  return http::same_origin(head.url, *target) ||
         std::any_of(prepared_.hub_origins.begin(), prepared_.hub_origins.end(),
                     [&](const std::string& origin) { return http::same_origin(origin, *target); });
}

Error Attempt::failure(const http::ResponseHead& head, std::string_view body) const {
  const http::Request& request = prepared_.request;
  return http::failed_response(request.method, head, body, request.headers.get("Range").value_or(""),
                               means_.clock->system_now());
}

// Everything goes before the caller is told: it may then end the process, in which OpenSSL cleans up while this thread
// would still be freeing a digest.
void Attempt::finish(Result<http::ResponseHead> result) {
  sink_.reset();
  prepared_ = {};
  pass_.release();
  means_ = {};
  const Completion done = std::exchange(done_, nullptr);
  done(std::move(result));
}

HUGGINGFACE_HUB_NAMESPACE_END
