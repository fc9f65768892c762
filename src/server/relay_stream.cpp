// SPDX-License-Identifier: Apache-2.0
#include "server/relay_connection.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

namespace {

constexpr std::size_t kQueueLimit = std::size_t{1} << 20;
constexpr std::size_t kQueueLimitWithLatency = std::size_t{64} << 20;  // 80 ms at 800 MB/s.
constexpr std::size_t kItemSize = std::size_t{256} << 10;

bool contains(const std::vector<std::shared_ptr<FaultState>>& list, const std::shared_ptr<FaultState>& fault) {
  return std::find(list.begin(), list.end(), fault) != list.end();
}

}  // namespace

void RateLimit::set(std::uint64_t bytes_per_second, TimePoint now, bool capped) {
  rate_ = bytes_per_second;
  capped_ = capped;
  tokens_ = 0;
  last_ = now;
}

std::size_t RateLimit::allowed(TimePoint now) {
  const double rate = static_cast<double>(rate_);
  tokens_ += rate * std::chrono::duration<double>(now - last_).count();
  last_ = now;
  if (capped_) tokens_ = std::min(tokens_, std::max(rate / 20, 1.0));
  return tokens_ < 1 - 1e-6 ? 0 : static_cast<std::size_t>(tokens_ + 1e-6);
}

TimePoint RateLimit::next(TimePoint now) const {
  const double rate = static_cast<double>(rate_);
  const double wanted = std::max(rate / 200, 1.0) - tokens_;
  return now + std::chrono::microseconds(static_cast<std::int64_t>(std::ceil(std::max(wanted, 0.0) / rate * 1e6)));
}

RelayStream::RelayStream(RelayConnection& owner, Flow flow, HttpTracker::MakeExchange make_exchange)
    : owner_(owner), flow_(flow), tracker_(flow, owner.dialogue_, std::move(make_exchange)) {}

bool RelayStream::wants_read() const {
  const bool latent = owner_.shared_.latency_ms.load() != 0;
  return source_open_ && queued_ < (latent ? kQueueLimitWithLatency : kQueueLimit);
}

void RelayStream::read(TimePoint now, std::vector<char>& scratch) {
  read_at_ = now;
  const ssize_t size = recv(owner_.socket(flow_).get(), scratch.data(), scratch.size(), 0);
  if (size > 0) {
    if (!discard_) tracker_.feed({scratch.data(), static_cast<std::size_t>(size)}, *this);
  } else if (size == 0) {
    source_ended(/*reset=*/false);
  } else if (errno != EAGAIN && errno != EINTR) {
    source_ended(/*reset=*/true);
  }
}

void RelayStream::source_ended(bool reset) {
  source_open_ = false;
  if (!discard_) tracker_.finish(*this);
  enqueue(reset ? Kind::reset : Kind::end, nullptr);
}

void RelayStream::on_span(const Span& span) {
  std::string_view rest = span.bytes;
  while (!rest.empty() && !discard_) {
    const Strike next = nearest(span.exchange.get(), span.kind, rest.size(), /*at_end=*/false);
    const std::size_t before = next.fault ? next.distance : rest.size();
    if (before > 0) {
      pass(rest.substr(0, before), span);
      rest.remove_prefix(before);
    }
    if (next.fault) strike(next.fault);
  }
}

void RelayStream::on_message_end(const ExchangePtr& exchange) {
  while (!discard_) {
    const Strike next = nearest(exchange.get(), SpanKind::body, 0, /*at_end=*/true);
    if (!next.fault) break;
    strike(next.fault);
  }
  enqueue(Kind::unthrottle, nullptr);
  message_at_ = 0;
  body_at_ = 0;
  struck_message_.clear();
}

/// The first fault that strikes among the next `size` bytes; or, at the end of a message, exactly here.
RelayStream::Strike RelayStream::nearest(const Exchange* exchange, SpanKind kind, std::size_t size,
                                         bool at_end) const {
  Strike best;
  const auto consider = [&](const std::shared_ptr<FaultState>& fault, std::uint64_t at) {
    if (fault->flow != flow_ || fault->offset < at || fault->is_spent()) return;
    const std::uint64_t distance = fault->offset - at;
    if (at_end ? distance != 0 : distance >= size) return;
    if (best.fault && best.distance <= distance) return;
    best = {fault, static_cast<std::size_t>(distance)};
  };
  for (const auto& fault : owner_.faults_) {
    if (!contains(struck_stream_, fault)) consider(fault, stream_at_);
  }
  if (exchange == nullptr) return best;
  for (const auto& fault : exchange->faults) {
    if (contains(struck_message_, fault)) continue;
    const bool needs_byte = fault->action == FaultAction::corrupt || fault->action == FaultAction::throttle;
    if (at_end && needs_byte) continue;
    if (fault->scope == FaultScope::message) consider(fault, message_at_);
    if (fault->scope == FaultScope::body && kind == SpanKind::body && !(at_end && body_at_ == 0)) {
      const int status = exchange->status;
      if (flow_ == Flow::to_server || (status >= 200 && status < 300)) consider(fault, body_at_);
    }
  }
  return best;
}

void RelayStream::strike(const std::shared_ptr<FaultState>& fault) {
  (fault->scope == FaultScope::connection ? struck_stream_ : struck_message_).push_back(fault);
  if (!fault->try_consume()) return;
  switch (fault->action) {
    case FaultAction::reset: enqueue(Kind::reset, fault); break;
    case FaultAction::truncate: enqueue(Kind::truncate, fault); break;
    case FaultAction::half_close: enqueue(Kind::half_close, fault); break;
    case FaultAction::stall:
    case FaultAction::hold: enqueue(Kind::hold, fault); return;
    case FaultAction::delay: enqueue(Kind::delay, fault); return;
    case FaultAction::throttle: enqueue(Kind::throttle, fault); return;
    case FaultAction::corrupt:
      corrupt_next_ = true;
      fault->note_fired();
      return;
    case FaultAction::refuse:
    case FaultAction::black_hole: return;  // Dealt with when the connection was accepted.
  }
  discard_ = true;
}

void RelayStream::pass(std::string_view bytes, const Span& span) {
  stream_at_ += bytes.size();
  if (span.exchange) message_at_ += bytes.size();
  if (span.kind == SpanKind::body) body_at_ += bytes.size();

  std::string changed;
  if (corrupt_next_) {
    corrupt_next_ = false;
    changed.assign(bytes);
    changed.front() = static_cast<char>(~changed.front());
    bytes = changed;
  }
  bytes.remove_prefix(send_at_once(bytes, span));
  if (bytes.empty()) return;

  const bool body = span.kind == SpanKind::body;
  const TimePoint due = read_at_ + std::chrono::milliseconds(owner_.shared_.latency_ms.load());
  if (!queue_.empty()) {
    Item& last = queue_.back();
    if (last.kind == Kind::bytes && last.exchange == span.exchange && last.body == body && last.due == due &&
        last.bytes.size() < kItemSize) {
      last.bytes.append(bytes);
      queued_ += bytes.size();
      return;
    }
  }
  Item item;
  item.bytes.assign(bytes);
  item.due = due;
  item.exchange = span.exchange;
  item.body = body;
  queue_.push_back(std::move(item));
  queued_ += bytes.size();
}

/// The short way: nothing waits, nothing is limited. Returns how many bytes the receiver's kernel took.
std::size_t RelayStream::send_at_once(std::string_view bytes, const Span& span) {
  const RelayShared& shared = owner_.shared_;
  if (!queue_.empty() || blocked_ || owner_.connecting_ || shared.latency_ms.load() != 0 || stream_limit_.is_set() ||
      message_limit_.is_set() || shared.total[static_cast<std::size_t>(flow_)].is_set()) {
    return 0;
  }
  const ssize_t sent = send(owner_.receiver(flow_).get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent <= 0) return 0;  // Whatever is wrong shows again when the queue is written.
  count(static_cast<std::size_t>(sent), span.kind == SpanKind::body, span.exchange);
  return static_cast<std::size_t>(sent);
}

void RelayStream::count(std::size_t bytes, bool body, const ExchangePtr& exchange) {
  owner_.shared_.bytes(flow_) += bytes;
  if (!body || !exchange) return;
  (flow_ == Flow::to_server ? exchange->request_body_bytes : exchange->response_body_bytes) += bytes;
}

void RelayStream::enqueue(Kind kind, std::shared_ptr<FaultState> fault) {
  if (kind == Kind::unthrottle && queue_.empty() && !message_limit_.is_set()) return;
  Item item;
  item.kind = kind;
  item.due = read_at_ + std::chrono::milliseconds(owner_.shared_.latency_ms.load());
  item.fault = std::move(fault);
  queue_.push_back(std::move(item));
}

void RelayStream::flush(TimePoint now, Wakeups& wakeups) {
  blocked_ = false;
  while (!queue_.empty()) {
    Item& item = queue_.front();
    if (item.due > now) return wakeups.at(item.due);
    if (perform(item, now, wakeups) == Progress::wait) return;
    queue_.pop_front();
    if (owner_.closed_ || owner_.draining_) return;
  }
}

RelayStream::Progress RelayStream::perform(Item& item, TimePoint now, Wakeups& wakeups) {
  switch (item.kind) {
    case Kind::bytes: return write_bytes(item, now, wakeups);
    case Kind::reset:
      if (wait_drained(item, wakeups) == Progress::wait) return Progress::wait;
      owner_.reset();
      return Progress::next;
    case Kind::truncate:
      note_started(item);
      owner_.truncate(flow_);
      return Progress::next;
    case Kind::half_close:
      note_started(item);
      shutdown(owner_.receiver(flow_).get(), SHUT_WR);
      return Progress::next;
    case Kind::hold:
      note_started(item);
      return item.fault->released ? Progress::next : Progress::wait;
    case Kind::delay:
      if (!item.started) item.due = now + item.fault->duration;
      note_started(item);
      if (item.due <= now) return Progress::next;
      wakeups.at(item.due);
      return Progress::wait;
    case Kind::throttle:
      note_started(item);
      (item.fault->scope == FaultScope::connection ? stream_limit_ : message_limit_)
          .set(item.fault->bytes_per_second, now, !owner_.shared_.manual_time);
      return Progress::next;
    case Kind::unthrottle: message_limit_ = {}; return Progress::next;
    case Kind::end:
      shutdown(owner_.receiver(flow_).get(), SHUT_WR);
      finished_ = true;
      return Progress::next;
  }
  return Progress::next;
}

RelayStream::Progress RelayStream::write_bytes(Item& item, TimePoint now, Wakeups& wakeups) {
  RateLimit* const limits[] = {&stream_limit_, &message_limit_,
                               &owner_.shared_.total[static_cast<std::size_t>(flow_)]};
  while (item.done < item.bytes.size()) {
    std::size_t size = item.bytes.size() - item.done;
    for (RateLimit* limit : limits) {
      if (limit->is_set()) size = std::min(size, limit->allowed(now));
    }
    if (size == 0) {
      for (const RateLimit* limit : limits) {
        if (limit->is_set()) wakeups.at(limit->next(now));
      }
      return Progress::wait;
    }
    const ssize_t sent = send(owner_.receiver(flow_).get(), item.bytes.data() + item.done, size, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EAGAIN || errno == EINTR) {
        blocked_ = true;
      } else {
        owner_.reset();
      }
      return Progress::wait;
    }
    const std::size_t bytes = static_cast<std::size_t>(sent);
    for (RateLimit* limit : limits) {
      if (limit->is_set()) limit->spend(bytes);
    }
    item.done += bytes;
    queued_ -= bytes;
    count(bytes, item.body, item.exchange);
  }
  return Progress::next;
}

/// A reset throws away what the kernel has not sent yet; the bytes before the offset must arrive first.
RelayStream::Progress RelayStream::wait_drained(Item& item, Wakeups& wakeups) {
  if (owner_.receiver(flow_).unsent() > 0) {
    wakeups.soon = true;
    return Progress::wait;
  }
  note_started(item);
  return Progress::next;
}

void RelayStream::note_started(Item& item) {
  if (!item.started && item.fault) item.fault->note_fired();
  item.started = true;
}

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
