// SPDX-License-Identifier: Apache-2.0
#include "transfer/range_transfer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

Error enough() {
  Error error;
  error.code = ErrorCode::cancelled;
  error.message = "No more of the body is wanted.";
  return error;
}

bool says_too_much(const Error& error) {
  return error.timeout || (error.http && (error.http->status == 429 || error.http->status == 503));
}

}  // namespace

RangeTransfer::RangeTransfer(std::shared_ptr<PinnedFile> file, std::vector<MemoryPiece> pieces,
                             const std::shared_ptr<void>& memory)
    : file_(std::move(file)),
      pieces_(std::move(pieces)),
      memory_(memory),
      range_{pieces_.front().begin, pieces_.back().end()},
      next_(range_.begin),
      asked_(range_.begin) {}

ByteRange RangeTransfer::missing() const {
  const std::lock_guard lock(mutex_);
  return {next_, range_.end};
}

void RangeTransfer::begin(const PinnedFile::Source& source, Connections::Lease lease, ByteBudget::Share buffer,
                          CancellationSource cancel) {
  const std::lock_guard lock(mutex_);
  cancel_ = std::move(cancel);
  keeper_ = memory_.lock();
  lease_ = std::move(lease);
  buffer_ = std::move(buffer);
  asked_ = next_;
  is_running_ = true;
  is_abandoned_ = false;
  ending_ = {};
  ending_.was_started = true;
  ending_.source = source;
}

void RangeTransfer::abandon() {
  std::unique_lock lock(mutex_);
  if (!is_running_) return;
  is_abandoned_ = true;
  CancellationSource cancel = cancel_;
  lock.unlock();
  cancel.cancel();
}

Result<void> RangeTransfer::on_head(const http::ResponseHead& head, const std::function<void()>&) {
  PinnedFile::Verdict verdict = file_->judge(head, {asked_, range_.end}, ending_.source);
  const std::lock_guard lock(mutex_);
  if (is_abandoned_) return enough();
  if (!verdict.first) {
    ending_.is_final = !verdict.is_wrong_part;
    ending_.is_wrong_part = verdict.is_wrong_part;
    return std::move(verdict.error);
  }
  position_ = *verdict.first;
  return {};
}

Result<http::SinkVerdict> RangeTransfer::on_data(const char* data, std::size_t size) {
  const SteadyTime now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (is_abandoned_) return enough();
  lease_.on_bytes(size, now);
  const std::uint64_t end = position_ + size;
  if (end > next_ && next_ < range_.end) {
    const auto skipped = static_cast<std::size_t>(next_ - std::min(next_, position_));
    const auto wanted = static_cast<std::size_t>(std::min(end, range_.end) - next_);
    place(next_, data + skipped, wanted);
    next_ += wanted;
    ending_.brought_bytes = true;
    changed_.notify_all();
  }
  position_ = end;
  // A server that sends the whole file has more to say. It ends the connection, which is cheaper than to listen.
  if (end > range_.end) return enough();
  return http::SinkVerdict::accepted;
}

void RangeTransfer::place(std::uint64_t offset, const char* data, std::size_t size) {
  while (size > 0) {
    while (piece_ < pieces_.size() && pieces_[piece_].end() <= offset) ++piece_;
    if (piece_ == pieces_.size()) return;
    const MemoryPiece& piece = pieces_[piece_];
    const std::uint64_t gap = piece.begin > offset ? piece.begin - offset : 0;
    if (gap >= size) return;
    offset += gap;
    data += gap;
    size -= static_cast<std::size_t>(gap);
    const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(size, piece.end() - offset));
    std::memcpy(piece.data + (offset - piece.begin), data, part);
    offset += part;
    data += part;
    size -= part;
  }
}

void RangeTransfer::finish(Result<http::ResponseHead> outcome) {
  const std::lock_guard lock(mutex_);
  if (!outcome.ok()) {
    ending_.error = std::move(outcome).error();
    if (says_too_much(*ending_.error)) lease_.on_overload(std::chrono::steady_clock::now());
  }
  lease_.release();
  buffer_.release();
  keeper_.reset();  // The caller of this may hold the transfer a moment longer.
  is_running_ = false;
  changed_.notify_all();
}

RangeTransfer::State RangeTransfer::wait_for(std::uint64_t end, SteadyTime limit,
                                             const std::atomic<bool>& stop) {
  std::unique_lock lock(mutex_);
  const auto is_over = [&] { return next_ >= end || !is_running_ || stop.load(); };
  if (limit == SteadyTime::max()) {
    changed_.wait(lock, is_over);
  } else {
    changed_.wait_until(lock, limit, is_over);
  }
  if (next_ >= end) return State::arrived;
  return is_running_ ? State::late : State::ended;
}

void RangeTransfer::wait_for_end(SteadyTime limit) {
  std::unique_lock lock(mutex_);
  const auto is_over = [this] { return !is_running_; };
  if (limit == SteadyTime::max()) {
    changed_.wait(lock, is_over);
  } else {
    changed_.wait_until(lock, limit, is_over);
  }
}

void RangeTransfer::wake() {
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

std::uint64_t RangeTransfer::arrived() const {
  const std::lock_guard lock(mutex_);
  return next_;
}

bool RangeTransfer::is_running() const {
  const std::lock_guard lock(mutex_);
  return is_running_;
}

RangeTransfer::Ending RangeTransfer::ending() const {
  const std::lock_guard lock(mutex_);
  return ending_;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
