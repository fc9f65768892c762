// SPDX-License-Identifier: Apache-2.0
#include "transfer/download_engine.hpp"

#include "core/log.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

using std::chrono::milliseconds;

constexpr std::uint64_t kUnknownEnd = std::numeric_limits<std::uint64_t>::max() / 2;
// From here on a file is worth several requests.
constexpr std::uint64_t kRangedSize = 2 * RangePlan::kStretch;

// A transfer over a fast loopback was fastest with 2 to 4 MiB; more only leaves the processor's cache. Connections
// that come in addition are slower each.
constexpr std::size_t kFirstRing = std::size_t{2} << 20;
constexpr std::size_t kFurtherRing = std::size_t{384} << 10;
constexpr std::size_t kSmallestRing = std::size_t{64} << 10;
constexpr std::size_t kFirstBuffer = std::size_t{512} << 10;  // Of libcurl.
constexpr std::size_t kFurtherBuffer = std::size_t{128} << 10;

// So much of a range, in time, that the round trip of its request hardly matters and the digest is not far behind.
constexpr double kRangeSeconds = 0.5;
constexpr std::uint64_t kFirstRange = 2 * RangePlan::kStretch;
// The last ranges may be as short as this where connections are slow: they then end together.
constexpr double kLastRangeSeconds = 0.1;
// A range that is taken over costs what was on its way over the connection that is cut: up to the buffers of both
// sides, which is megabytes. So only one that would keep all waiting for so long is.
constexpr double kTimeToJudge = 0.3;  // Seconds.
constexpr double kWorthSharing = 1.0;
constexpr int kSlicesInARow = 8;
constexpr milliseconds kStartCheck{10};

constexpr milliseconds kLook{500};
constexpr milliseconds kTimeToGetGoing{2000};
constexpr double kCrawl = 8;  // Times slower than usual.
constexpr double kDrip = 1024;  // Bytes a second.
constexpr int kMostAskedAgain = 16;

}  // namespace

DownloadEngine::DownloadEngine(const Session& session, const HttpDownload& download)
    : session_(session),
      spec_(download),
      request_(download.request),
      retry_(download.request.call.retry.value_or(session.options().retry)),
      schedule_(retry_),
      size_(download.expected.size) {}

DownloadEngine::~DownloadEngine() {
  stop_all();  // Before what they write to.
  digest_.reset();
}

Result<HttpDownloaded> DownloadEngine::run() {
  cancel_registration_ = request_.call.cancel.on_cancel([wake = wake_] { wake->signal(); });
  if (Result<void> opened = open(); !opened.ok()) return opened.error();
  for (;;) {
    if (streams_.empty() && is_all_here()) {
      const Step step = verify();
      if (step.kind == Step::Kind::failed) return step.error;
      if (step.kind == Step::Kind::go_on) break;
      continue;  // Something is missing again.
    }
    if (request_.call.cancel.is_cancelled()) return cancellation();
    if (Result<void> started = start_streams(); !started.ok()) return started.error();
    wait_for_news();
    Step step = serve_all();
    if (step.kind == Step::Kind::go_on) step = drop_crawling_streams();
    if (step.kind == Step::Kind::failed) return request_.call.cancel.is_cancelled() ? cancellation() : step.error;
  }
  digest_.reset();
  if (Result<void> finished = part_->finish(*size_); !finished.ok()) return finished.error();
  return HttpDownloaded{*size_};
}

// ---- files, plan, digest

Result<void> DownloadEngine::open() {
  PartRequest wanted;
  // Without a digest nobody could tell at the end whether what was taken over belongs to the rest.
  if (spec_.expected.sha256 || spec_.expected.git_blob_id) wanted.etag = spec_.etag;
  wanted.family = spec_.family;
  wanted.may_resume = spec_.may_resume;
  wanted.path = spec_.file;
  wanted.size = spec_.expected.size;
  Result<PartFile> part = PartFile::open(wanted, request_.call.cancel);
  if (!part.ok()) return part.error();
  part_.emplace(std::move(*part));
  reset_plan(part_->present());
  reset_digest();
  if (part_->present().empty()) return {};
  validator_ = part_->journal()->validator();
  log_info("The download of '" + spec_.name + "' goes on with " + std::to_string(received()) + " of " +
           std::to_string(*size_) + " bytes that an interrupted one has left.");
  follow_frontier();
  if (spec_.on_progress) spec_.on_progress(received(), false);
  return {};
}

std::uint64_t DownloadEngine::received() const noexcept { return size_.value_or(kUnknownEnd) - plan_.missing(); }

void DownloadEngine::learn_size(DownloadStream& stream, std::uint64_t size) {
  plan_.set_end(stream.id(), size);
  size_ = plan_.remaining(stream.id()).end;
  stream.answers({stream.asked().begin, *size_});
}

void DownloadEngine::reset_plan(const std::vector<ByteRange>& present) {
  plan_.reset(size_.value_or(kUnknownEnd), present);
}

void DownloadEngine::reset_digest() {
  digest_.reset();
  if (spec_.expected.sha256) {
    digest_ = std::make_unique<FrontierDigest>(part_->file(), Digest(DigestKind::sha256));
  } else if (spec_.expected.git_blob_id && spec_.expected.size) {
    digest_ = std::make_unique<FrontierDigest>(part_->file(), git_blob_digest(*spec_.expected.size));
  }
}

void DownloadEngine::follow_frontier() {
  if (!digest_) return;
  const std::uint64_t frontier = plan_.frontier();
  if (digest_->is_following() || frontier > digest_->position()) digest_->follow(frontier);
}

Result<void> DownloadEngine::write(DownloadStream& stream, const BodyRing::Slice& slice) {
  const std::uint64_t offset = plan_.remaining(stream.id()).begin;
  if (Result<void> written = part_->file().write_at(offset, slice.data, slice.size); !written.ok()) return written;
  if (PieceJournal* journal = part_->journal()) journal->note(part_->file(), offset, slice.data, slice.size);
  if (digest_ && !digest_->is_following() && offset == digest_->position()) digest_->update(slice.data, slice.size);
  plan_.advance(stream.id(), slice.size);
  stream.on_bytes(slice.size, session_.clock().steady_now());
  return {};
}

Error DownloadEngine::cancellation() const {
  return as_result([this] { request_.call.cancel.throw_if_cancelled(); }).error();
}

// ---- streams

bool DownloadEngine::wants_ranges() const noexcept { return may_ask_for_ranges_ && size_ && *size_ >= kRangedSize; }

ApiRequest DownloadEngine::request_for(ByteRange range) const {
  ApiRequest request = request_;
  request.method = http::Method::get;
  request.redirects = RedirectPolicy::follow;
  request.headers.set("Accept-Encoding", "identity");  // Offsets have to mean bytes of the file.
  const bool to_the_end = range.end == size_.value_or(kUnknownEnd);
  if (range.begin > 0 || !to_the_end) {
    std::string text = "bytes=" + std::to_string(range.begin) + "-";
    if (!to_the_end) text += std::to_string(range.end - 1);
    request.headers.set("Range", std::move(text));
    if (!validator_.empty()) request.headers.set("If-Range", validator_);
  }
  if (!direct_url_.empty()) {
    request.send_authorization = request_.send_authorization && http::same_origin(direct_url_, request_.url);
    request.url = direct_url_;
  }
  return request;
}

Result<void> DownloadEngine::start_streams() {
  const SteadyTime now = session_.clock().steady_now();
  if (pause_until_ && streams_.empty() && now < *pause_until_) {
    const auto rest = std::chrono::ceil<milliseconds>(*pause_until_ - now);
    pause_until_.reset();
    if (session_.clock().wait(rest, request_.call.cancel)) return cancellation();
  }
  if (pause_until_ && now < *pause_until_) return {};
  pause_until_.reset();
  if (streams_.empty()) {
    if (Result<void> started = start_first_stream(); !started.ok()) return started;
  }
  if (wants_ranges() && is_source_known_ && now >= next_start_) {
    next_start_ = now + kStartCheck;
    while ((!plan_.is_all_given_out() || is_worth_sharing()) && start_further_stream()) {
    }
  }
  return {};
}

Result<void> DownloadEngine::start_first_stream() {
  host_ = http::origin_of(direct_url_.empty() ? request_.url : direct_url_);
  Connections::Lease lease = Connections::process().take(host_);
  const bool is_alone = lease.open() == 1;
  const std::size_t buffer = is_alone ? kFirstBuffer : kFurtherBuffer;
  const std::size_t most = is_alone ? kFirstRing : kFurtherRing;
  const std::size_t ring =
      size_ ? static_cast<std::size_t>(std::clamp<std::uint64_t>(*size_, kSmallestRing, most)) : most;
  Result<ByteBudget::Share> share =
      ByteBudget::process().take(kSmallestRing + buffer, ring + buffer, request_.call.cancel);
  if (!share.ok()) return share.error();
  const RangePlan::Id id = next_id_++;
  std::optional<ByteRange> range =
      wants_ranges() ? plan_.assign(id, is_source_known_ ? 8 : 32, is_source_known_ ? ~std::uint64_t{0} : kFirstRange)
                     : plan_.assign_first_gap(id);
  if (!range) {  // An empty file is asked for as well.
    range = ByteRange{0, 0};
    plan_.hold(id, *range);
  }
  has_asked_ = true;
  start(*range, id, std::move(lease), std::move(*share), buffer);
  return part_->reserve();
}

/// True if the largest running range would still take a while: its connection is cut when it comes to what others
/// took over, and what was on its way then has come for nothing.
bool DownloadEngine::is_worth_sharing() const {
  const std::optional<RangePlan::Id> largest = plan_.largest();
  if (!largest) return false;
  const SteadyTime now = session_.clock().steady_now();
  for (const Stream& stream : streams_) {
    if (stream->id() != *largest) continue;
    const double seconds = std::chrono::duration<double>(now - stream->started()).count();
    const double rate = static_cast<double>(stream->bytes()) / std::max(seconds, 1e-3);
    return seconds > kTimeToJudge && static_cast<double>(plan_.remaining(*largest).size()) > rate * kWorthSharing;
  }
  return false;
}

bool DownloadEngine::start_further_stream() {
  if (session_.is_scarce(direct_url_.empty() ? request_.url : direct_url_)) return false;
  Connections::Lease lease;
  if (!Connections::process().try_take(host_, lease)) return false;
  std::optional<ByteBudget::Share> share = ByteBudget::process().try_take(kFurtherRing + kFurtherBuffer);
  if (!share) return false;
  const RangePlan::Id id = next_id_++;
  const std::uint64_t longest =
      usual_rate_ > 0 ? static_cast<std::uint64_t>(usual_rate_ * kRangeSeconds) : kFirstRange;
  const std::uint64_t shortest =
      usual_rate_ > 0 ? static_cast<std::uint64_t>(usual_rate_ * kLastRangeSeconds) : RangePlan::kStretch;
  std::optional<ByteRange> range = plan_.assign(id, std::max<std::size_t>(lease.limit(), 8), longest, shortest);
  if (!range) range = plan_.steal(id);
  if (!range) return false;
  start(*range, id, std::move(lease), std::move(*share), kFurtherBuffer);
  return true;
}

void DownloadEngine::start(ByteRange range, RangePlan::Id id, Connections::Lease lease, ByteBudget::Share share,
                           std::size_t buffer) {
  if (!streams_.empty() && digest_ && !digest_->is_following()) digest_->follow(plan_.frontier());
  const SteadyTime now = session_.clock().steady_now();
  if (streams_.empty()) next_look_ = now + kLook;
  streams_.push_back(std::make_unique<DownloadStream>(id, range, source_, std::move(lease), std::move(share), buffer,
                                                      wake_));
  ApiRequest request = request_for(range);
  request.buffer_size = buffer;
  streams_.back()->start(session_, std::move(request), now);
}

void DownloadEngine::wait_for_news() {
  wake_->wait_until(std::min(request_.call.cancel.deadline(), std::chrono::steady_clock::now() + kLook));
}

DownloadEngine::Step DownloadEngine::serve_all() {
  const std::uint64_t before = received();
  for (std::size_t i = 0; i < streams_.size();) {
    Step step = serve(*streams_[i]);
    switch (step.kind) {
      case Step::Kind::go_on: ++i; break;
      case Step::Kind::drop: drop(i); break;
      case Step::Kind::restart: stop_all(); return Step::go_on();
      case Step::Kind::failed: return step;
    }
  }
  if (received() == before) return Step::go_on();
  follow_frontier();
  if (spec_.on_progress) spec_.on_progress(received(), false);
  return Step::go_on();
}

DownloadEngine::Step DownloadEngine::serve(DownloadStream& stream) {
  if (!stream.has_head()) {
    if (const http::ResponseHead* head = stream.ring().head()) {
      stream.set_head();
      if (Step step = accept(stream, *head); step.kind != Step::Kind::go_on) return step;
    }
  }
  if (stream.has_head()) {
    if (Step step = take(stream); step.kind != Step::Kind::go_on) return step;
  }
  if (stream.ring().has_ended()) return after_end(stream);
  return Step::go_on();
}

/// Writes what has arrived.
DownloadEngine::Step DownloadEngine::take(DownloadStream& stream) {
  const std::uint64_t before = stream.bytes();
  for (int i = 0; i < kSlicesInARow; ++i) {
    BodyRing::Slice slice = stream.ring().poll();
    const ByteRange rest = plan_.remaining(stream.id());
    const bool is_shared = rest.end != stream.asked().end;  // Somebody else has the end of it.
    if (is_shared && rest.size() == 0) return Step::drop();
    if (!slice) break;
    if (slice.size > rest.size()) {
      if (!is_shared && rest.end == size_.value_or(kUnknownEnd)) {
        return refetch("more bytes came than the " + std::to_string(rest.end) + " promised");
      }
      if (rest.size() == 0) return Step::drop();
      slice.size = static_cast<std::size_t>(rest.size());
    }
    if (Result<void> written = write(stream, slice); !written.ok()) return Step::fail(written.error());
    stream.ring().release(slice.size);
    if (i + 1 == kSlicesInARow) wake_->signal();  // There may be more.
  }
  if (stream.bytes() > before) note_progress(stream);
  return Step::go_on();
}

DownloadEngine::Step DownloadEngine::after_end(DownloadStream& stream) {
  const Result<http::ResponseHead>& outcome = stream.ring().outcome();
  if (!outcome.ok()) return after_failure(stream, outcome.error());
  const ByteRange rest = plan_.remaining(stream.id());
  if (!size_) {
    learn_size(stream, rest.begin);
    return Step::drop();
  }
  if (rest.size() == 0) return Step::drop();
  // The connection ended in order, and yet bytes are missing.
  return after_broken_connection(
      stream, content_error(spec_.name, "the body ended after " + std::to_string(rest.begin) + " of " +
                                            std::to_string(*size_) + " bytes"));
}

bool DownloadEngine::is_crawling(const DownloadStream& stream, SteadyTime now) const {
  // A limit of ours makes all connections slow, and new ones slower than those before them.
  if (session_.limit_rate(request_.call) > 0) return false;
  const double rate = stream.rate(now);
  if (static_cast<double>(plan_.remaining(stream.id()).size()) <= rate * 2) return false;  // It is about to end.
  double others = 0.0;
  for (const Stream& other : streams_) {
    if (other.get() != &stream) others = std::max(others, other->rate(now));
  }
  // Where nothing moves at all, it is not this connection; that is for the limit in time.
  if (others == 0.0 && rate == 0.0) return false;
  return rate * kCrawl < std::max(others, rate > 0.0 ? usual_rate_ : 0.0) || (rate > 0.0 && rate < kDrip);
}

/// Asks again for what comes far slower than the rest, or as good as not at all.
DownloadEngine::Step DownloadEngine::drop_crawling_streams() {
  const SteadyTime now = session_.clock().steady_now();
  if (now < next_look_) return Step::go_on();
  next_look_ = now + kLook;
  for (std::size_t i = 0; i < streams_.size();) {
    DownloadStream& stream = *streams_[i];
    if (stream.measured(now) < kTimeToGetGoing) {
      ++i;
      continue;
    }
    const double rate = stream.rate(now);
    if (asked_again_ >= kMostAskedAgain || !is_crawling(stream, now)) {
      stream.measure_anew(now);
      ++i;
      continue;
    }
    if (rate < kDrip && streams_.size() == 1 && ++crawls_ > retry_.max_retries) return Step::fail(too_slow());
    ++asked_again_;
    log_warning("A part of '" + spec_.name + "' comes at " + std::to_string(static_cast<std::uint64_t>(rate)) +
                " bytes a second and is asked for again.");
    drop(i);
  }
  return Step::go_on();
}

Error DownloadEngine::too_slow() const {
  Error error;
  error.code = ErrorCode::transport;
  error.timeout = true;
  error.message = "The download of '" + spec_.name + "' was given up at " + std::to_string(received()) +
                  " bytes: they came at less than one KiB a second, over several connections. Try again later.";
  return error;
}

void DownloadEngine::drop(std::size_t index) {
  DownloadStream& stream = *streams_[index];
  const double seconds = std::chrono::duration<double>(session_.clock().steady_now() - stream.started()).count();
  if (stream.bytes() >= RangePlan::kStretch / 2 && seconds > 0) {
    const double rate = static_cast<double>(stream.bytes()) / seconds;
    usual_rate_ = usual_rate_ > 0 ? 0.5 * (usual_rate_ + rate) : rate;
  }
  plan_.give_back(stream.id());
  next_start_ = {};
  streams_.erase(streams_.begin() + static_cast<std::ptrdiff_t>(index));
}

void DownloadEngine::stop_all() {
  // All at once: each takes the event loop a moment.
  for (const Stream& stream : streams_) stream->cancel();
  for (const Stream& stream : streams_) plan_.give_back(stream->id());
  streams_.clear();
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
