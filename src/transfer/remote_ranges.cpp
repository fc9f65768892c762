// SPDX-License-Identifier: Apache-2.0
#include "transfer/remote_ranges.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "http/url.hpp"
#include "transfer/storage_answers.hpp"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

using std::chrono::milliseconds;

constexpr std::size_t kTransportBuffer = std::size_t{512} << 10;  // What libcurl takes for a bulk transfer.
constexpr int kWrongParts = 1;
// A body whose last byte is here ends at once, as a rule; the next request then finds its connection free.
constexpr milliseconds kLastWord{50};

Error cancellation(const CancellationToken& cancel) {
  return as_result([&] { cancel.throw_if_cancelled(); }).error();
}

}  // namespace

/// What has been tried since the last byte of progress.
struct RemoteRanges::Patience {
  explicit Patience(const RetryOptions& retry) : options(retry), schedule(retry) {}
  void on_progress() { *this = Patience(options); }

  RetryOptions options;
  RetrySchedule schedule;
  int broken{0};
  int renewals{0};
  int wrong_parts{0};
};

RemoteRanges::RemoteRanges(std::shared_ptr<const Session> session, ApiRequest request, PinnedFileFacts facts)
    : session_(std::move(session)),
      request_(std::move(request)),
      file_(std::make_shared<PinnedFile>(std::move(facts))),
      retry_(request_.call.retry.value_or(session_->options().retry)) {}

std::size_t RemoteRanges::transport_buffer(std::uint64_t size) noexcept {
  return static_cast<std::size_t>(std::min<std::uint64_t>(size, kTransportBuffer));
}

ApiRequest RemoteRanges::request_for(ByteRange range, const PinnedFile::Source& source) const {
  ApiRequest request = request_;
  request.method = http::Method::get;
  request.redirects = RedirectPolicy::follow;
  request.headers.set("Accept-Encoding", "identity");  // Offsets have to mean bytes of the file.
  request.headers.set("Range", "bytes=" + std::to_string(range.begin) + "-" + std::to_string(range.end - 1));
  if (!source.validator.empty()) request.headers.set("If-Range", source.validator);
  request.send_authorization = source.is_hub;
  request.url = source.url;
  return request;
}

void RemoteRanges::start(const std::shared_ptr<RangeTransfer>& transfer, ByteBudget::Share buffer) const {
  const PinnedFile::Source source = file_->source();
  ApiRequest request = request_for(transfer->missing(), source);
  CancellationSource cancel = CancellationSource::linked_to(request.call.cancel);
  request.call.cancel = cancel.token();
  transfer->begin(source, Connections::process().take(http::origin_of(source.url)), std::move(buffer), cancel);
  session_->start(request, transfer,
                  [transfer](Result<http::ResponseHead> outcome) { transfer->finish(std::move(outcome)); });
}

Result<void> RemoteRanges::await(const std::shared_ptr<RangeTransfer>& transfer, std::uint64_t end,
                                 const CancellationToken& cancel) const {
  Patience patience(retry_);
  std::atomic<bool> stop{false};
  const auto registration = cancel.on_cancel([&] {
    stop = true;
    transfer->wake();
  });
  for (;;) {
    const RangeTransfer::State state = transfer->wait_for(end, cancel.deadline(), stop);
    if (state == RangeTransfer::State::arrived) return {};
    if (cancel.is_cancelled()) return cancellation(cancel);
    if (cancel_token().is_cancelled()) return cancellation(cancel_token());
    if (state == RangeTransfer::State::late) continue;
    const RangeTransfer::Ending ending = transfer->ending();
    if (ending.was_started) {
      if (ending.brought_bytes) patience.on_progress();
      const Result<milliseconds> wait = after(ending, transfer->arrived(), patience);
      if (!wait.ok()) return wait.error();
      if (wait->count() > 0 && session_->clock().wait(*wait, cancel)) return cancellation(cancel);
    }
    // Not `take`: this may be a block, which has a share already.
    std::optional<ByteBudget::Share> buffer =
        ByteBudget::process().try_take(transport_buffer(transfer->missing().size()));
    start(transfer, buffer ? std::move(*buffer) : ByteBudget::Share());
  }
}

Result<void> RemoteRanges::read(std::vector<MemoryPiece> pieces, const CancellationToken& cancel) const {
  pieces.erase(std::remove_if(pieces.begin(), pieces.end(), [](const MemoryPiece& piece) { return piece.size == 0; }),
               pieces.end());
  if (pieces.empty()) return {};
  const auto transfer = std::make_shared<RangeTransfer>(file_, std::move(pieces));
  const std::size_t buffer = transport_buffer(transfer->range().size());
  Result<ByteBudget::Share> share = ByteBudget::process().take(buffer, buffer, cancel);
  if (!share.ok()) return share.error();
  start(transfer, std::move(*share));
  Result<void> done = await(transfer, transfer->range().end, cancel);
  if (done.ok()) {
    transfer->wait_for_end(std::chrono::steady_clock::now() + kLastWord);
    return done;
  }
  transfer->abandon();  // Nobody may write to the caller's memory after this.
  transfer->wait_for_end();
  return done;
}

Result<milliseconds> RemoteRanges::after(const RangeTransfer::Ending& ending, std::uint64_t arrived,
                                         Patience& patience) const {
  if (ending.is_final) return *ending.error;
  if (ending.is_wrong_part) {
    if (patience.wrong_parts++ >= kWrongParts) return *ending.error;
    log_warning(ending.error->message + " It is asked for once more.");
    return milliseconds(0);
  }
  if (ending.error && ending.error->http) return after_status(*ending.error, ending.source, patience);
  if (ending.error && ending.error->code != ErrorCode::transport) return *ending.error;
  const Error cause = ending.error ? *ending.error
                                   : file_->problem("the body ended at byte " + std::to_string(arrived) +
                                                    ", before all that was asked for had come");
  if (patience.broken++ >= retry_.max_retries) return cause;
  log_warning("Reading '" + name() + "' broke off at byte " + std::to_string(arrived) + " and goes on there: " +
              cause.message);
  return ending.brought_bytes ? milliseconds(0) : retry_.initial_backoff;
}

Result<milliseconds> RemoteRanges::after_status(const Error& error, const PinnedFile::Source& source,
                                                Patience& patience) const {
  const int status = error.http->status;
  if (is_transient_status(status)) {
    AttemptOutcome outcome;
    outcome.repeat_is_safe = true;
    outcome.status = status;
    // A second more than asked for, as for every other request (spec/transfer.md 1).
    if (error.http->retry_after) outcome.server_wait = *error.http->retry_after + std::chrono::seconds(1);
    const std::optional<milliseconds> wait = patience.schedule.next(outcome, 1.0);
    if (!wait) return error;
    log_warning("Reading '" + name() + "' met status " + std::to_string(status) + " and goes on in " +
                std::to_string(wait->count()) + " ms.");
    return *wait;
  }
  // A signed URL lives for some minutes. The Hub, asked again, gives a new one for the same commit. What the Hub itself
  // refuses has a class of its own, and is final.
  const bool was_storage = error.code == ErrorCode::http && redact_url(error.http->url) != redact_url(source.url);
  const bool may_renew = may_be_expired(status) && (file_->renew(source) || was_storage);
  if (!may_renew || patience.renewals >= kSignedUrlRenewals) return error;
  return ++patience.renewals > 1 ? retry_.initial_backoff : milliseconds(0);
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
