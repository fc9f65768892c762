// SPDX-License-Identifier: Apache-2.0
// What a download makes of answers, failures and the finished content.
#include "core/log.hpp"
#include "core/text.hpp"
#include "http/url.hpp"
#include "transfer/content_range.hpp"
#include "transfer/download_engine.hpp"
#include "transfer/storage_answers.hpp"

#include <algorithm>
#include <array>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kMoreThanADrip = std::uint64_t{1} << 20;

// True if the answer came from another place than the one asked, so from a storage with a signed URL. What the Hub
// itself refuses has a class of its own.
bool came_from_storage(const Error& error, const std::string& asked) {
  return error.code == ErrorCode::http && redact_url(error.http->url) != redact_url(asked);
}

}  // namespace

/// Looks at a head before any byte of its body is kept.
DownloadEngine::Step DownloadEngine::accept(DownloadStream& stream, const http::ResponseHead& head) {
  if (std::optional<Error> html = html_in_place_of(spec_.name, head, spec_.expected.sha256.has_value())) {
    part_->discard();
    return Step::fail(std::move(*html));
  }
  std::optional<std::uint64_t> total;
  Step step;
  if (head.status == 206) {
    step = accept_range(stream, head, total);
  } else if (head.status == 200) {
    step = accept_whole(stream, head, total);
  } else {
    return Step::fail(content_error(spec_.name, "the server answered with status " + std::to_string(head.status)));
  }
  if (step.kind != Step::Kind::go_on) return step;
  if (total && spec_.expected.size && *total != *spec_.expected.size) {
    return refetch("it has " + std::to_string(*total) + " bytes where " + std::to_string(*spec_.expected.size) +
                   " were promised");
  }
  if (total && !size_) learn_size(stream, *total);
  remember_source(stream, head);
  return Step::go_on();
}

DownloadEngine::Step DownloadEngine::accept_range(DownloadStream& stream, const http::ResponseHead& head,
                                                  std::optional<std::uint64_t>& total) {
  const std::optional<ContentRange> range = read_content_range(head.headers.get("Content-Range").value_or(""));
  if (!range || range->first != stream.asked().begin) {
    return refetch("the server sent another part of it than was asked for");
  }
  const std::string etag = strong_etag(head);
  if (!validator_.empty() && !etag.empty() && etag != validator_) {
    // With a digest to judge by, a storage that names the same bytes by turns is no reason to give up.
    if (!has_refetched_ || !spec_.expected.sha256) return refetch("it changed on the server while it was fetched");
  }
  total = range->total;
  is_source_known_ = true;
  return Step::go_on();
}

DownloadEngine::Step DownloadEngine::accept_whole(DownloadStream& stream, const http::ResponseHead& head,
                                                  std::optional<std::uint64_t>& total) {
  if (!head.headers.has("Content-Encoding")) {
    total = read_number(trim(head.headers.get("Content-Length").value_or("")));
  }
  const std::uint64_t end = size_.value_or(stream.asked().end);
  const bool was_whole = stream.asked() == ByteRange{0, end};
  if (was_whole) return Step::go_on();
  // What was asked for is a part, what comes is everything.
  may_ask_for_ranges_ = false;
  const std::string etag = strong_etag(head);
  const bool has_changed = !validator_.empty() && !etag.empty() && etag != validator_;
  if (streams_.size() == 1 && stream.asked().begin == 0 && received() == 0) {
    plan_.give_back(stream.id());
    (void)plan_.assign_first_gap(stream.id());
    stream.answers({0, end});
    return Step::go_on();
  }
  const bool is_alone = streams_.size() == 1;
  const Step step = start_over(has_changed ? "it changed on the server since" : "the server does not continue bodies");
  if (step.kind != Step::Kind::restart || !is_alone) return step;
  stream.answers(plan_.assign_first_gap(stream.id()).value_or(ByteRange{0, end}));
  return Step::go_on();
}

void DownloadEngine::remember_source(const DownloadStream& stream, const http::ResponseHead& head) {
  if (std::string etag = strong_etag(head); !etag.empty()) {
    validator_ = std::move(etag);
    if (PieceJournal* journal = part_->journal()) journal->set_validator(part_->file(), validator_);
  }
  const bool was_redirected = stream.asked_source() == source_ && !head.url.empty() && head.url != request_.url;
  if (is_source_known_ && direct_url_.empty() && was_redirected) direct_url_ = head.url;
}

DownloadEngine::Step DownloadEngine::after_failure(DownloadStream& stream, const Error& error) {
  if (error.code == ErrorCode::transport) return after_broken_connection(stream, error);
  if (!error.http) return Step::fail(error);
  const int status = error.http->status;
  if (is_transient_status(status)) return after_transient_status(stream, error);
  if (status == 416 && received() > 0) {
    return refetch("the server says that the part still missing is outside of the file");
  }
  if (may_be_expired(status)) return after_refusal(stream, error);
  return Step::fail(error);
}

DownloadEngine::Step DownloadEngine::after_transient_status(DownloadStream& stream, const Error& error) {
  stream.lease().on_overload(session_.clock().steady_now());
  if (pause_until_) return Step::drop();  // Others were told the same, and the wait is fixed.
  AttemptOutcome outcome;
  outcome.repeat_is_safe = true;
  outcome.status = error.http->status;
  // A second more than asked for, as for every other request (spec/transfer.md 1).
  if (error.http->retry_after) outcome.server_wait = *error.http->retry_after + std::chrono::seconds(1);
  const std::optional<milliseconds> wait = schedule_.next(outcome, 1.0);
  if (!wait) return Step::fail(error);
  log_warning("The download of '" + spec_.name + "' met status " + std::to_string(error.http->status) +
              " and goes on in " + std::to_string(wait->count()) + " ms.");
  pause(*wait);
  return Step::drop();
}

// A signed URL lives for some minutes. The Hub, asked again, gives a new one for the same bytes.
DownloadEngine::Step DownloadEngine::after_refusal(const DownloadStream& stream, const Error& error) {
  if (stream.asked_source() != source_) return Step::drop();  // Another connection has asked for a new one meanwhile.
  const bool direct = !spec_.renewed_url.empty() && request_.url != spec_.renewed_url;
  const bool was_redirected = !direct_url_.empty();
  direct_url_.clear();
  if (!direct && !was_redirected && !came_from_storage(error, request_.url)) return Step::fail(error);
  if (renewals_ >= kSignedUrlRenewals) return Step::fail(error);
  ++renewals_;
  ++source_;
  if (direct) {
    request_.url = spec_.renewed_url;
    request_.send_authorization = true;
  }
  if (renewals_ > 1) pause(retry_.initial_backoff);
  return Step::drop();
}

DownloadEngine::Step DownloadEngine::after_broken_connection(DownloadStream& stream, const Error& error) {
  if (request_.call.cancel.is_cancelled()) return Step::fail(error);
  if (error.timeout) stream.lease().on_overload(session_.clock().steady_now());
  if (pause_until_) return Step::drop();  // It went with others.
  if (broken_ >= retry_.max_retries) return Step::fail(error);
  ++broken_;
  log_warning("The download of '" + spec_.name + "' broke at byte " +
              std::to_string(plan_.remaining(stream.id()).begin) + " and is continued: " + error.message);
  pause(retry_.initial_backoff);
  return Step::drop();
}

/// The bytes are not what was promised: once more from the start, then it is an error.
DownloadEngine::Step DownloadEngine::refetch(const std::string& reason) {
  if (has_refetched_) {
    part_->discard();
    return Step::fail(content_error(spec_.name, reason));
  }
  has_refetched_ = true;
  log_warning("'" + spec_.name + "' is fetched once more, since " + reason + ".");
  return start_over(reason);
}

DownloadEngine::Step DownloadEngine::start_over(const std::string& reason) {
  log_debug("'" + spec_.name + "' starts over: " + reason);
  size_ = spec_.expected.size;
  validator_.clear();
  is_source_known_ = false;
  direct_url_.clear();
  reset_plan({});
  reset_digest();
  if (PieceJournal* journal = part_->journal()) {
    journal->forget_all(part_->file());
  } else if (Result<void> cut = part_->file().truncate(0); !cut.ok()) {
    return Step::fail(cut.error());
  }
  if (spec_.on_progress) spec_.on_progress(0, true);
  return Step::restart();
}

void DownloadEngine::pause(milliseconds wait) {
  if (wait.count() <= 0) return;
  const SteadyTime until = session_.clock().steady_now() + wait;
  pause_until_ = pause_until_ ? std::max(*pause_until_, until) : until;
}

void DownloadEngine::note_progress(const DownloadStream& stream) {
  broken_ = 0;
  renewals_ = 0;
  schedule_ = RetrySchedule(retry_);
  if (stream.bytes() >= kMoreThanADrip) crawls_ = 0;
}

DownloadEngine::Step DownloadEngine::verify() {
  const Result<std::optional<std::string>> mismatch = find_mismatch();
  if (!mismatch.ok()) return Step::fail(mismatch.error());
  if (!*mismatch) return Step::go_on();
  PieceJournal* journal = part_->journal();
  if (has_refetched_ || journal == nullptr) return refetch(**mismatch);
  // The journal tells which pieces are not on the disk as they arrived. If all are, any of them may be wrong.
  const Result<std::vector<ByteRange>> sound = journal->verify(part_->file(), request_.call.cancel);
  if (!sound.ok()) return Step::fail(sound.error());
  if (*sound == std::vector<ByteRange>{{0, *size_}}) return refetch(**mismatch);
  has_refetched_ = true;
  reset_plan(*sound);
  log_warning("'" + spec_.name + "': " + std::to_string(plan_.missing()) +
              " bytes are not on the disk as they arrived and are fetched once more, since " + **mismatch + ".");
  reset_digest();
  follow_frontier();
  if (spec_.on_progress) spec_.on_progress(received(), true);
  return Step::restart();
}

/// What is wrong with the whole content, if anything.
Result<std::optional<std::string>> DownloadEngine::find_mismatch() {
  using Finding = std::optional<std::string>;
  if (!spec_.expected.sha256 && !spec_.expected.git_blob_id) return Finding();
  std::string actual;
  if (digest_) {
    Result<std::string> digest = digest_->finish_hex(*size_, request_.call.cancel);
    if (!digest.ok()) return digest.error();
    actual = std::move(*digest);
  } else {  // The size, which a git id begins with, was not known before.
    const Result<FileDigest> digest = digest_file(spec_.file, false, true);
    if (!digest.ok()) return digest.error();
    actual = digest->git_blob_id;
  }
  if (spec_.expected.sha256) {
    if (actual == *spec_.expected.sha256) return Finding();
    return Finding("its SHA-256 is " + actual + " where " + *spec_.expected.sha256 + " was promised");
  }
  if (actual == *spec_.expected.git_blob_id || is_plain_sha1()) return Finding();
  return Finding("its git id is " + actual + " where " + *spec_.expected.git_blob_id + " was promised");
}

// Some servers that are no git use the SHA-1 of the content itself as ETag. As good a proof.
bool DownloadEngine::is_plain_sha1() {
  Digest sha1(DigestKind::sha1);
  const files::PositionalFile& file = part_->file();
  std::array<char, 64 << 10> buffer{};
  for (std::uint64_t offset = 0; offset < *size_;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), *size_ - offset));
    const Result<std::size_t> got = file.read_at(offset, buffer.data(), wanted);
    if (!got.ok() || *got == 0) return false;
    sha1.update(buffer.data(), *got);
    offset += *got;
  }
  return sha1.finish_hex() == *spec_.expected.git_blob_id;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
