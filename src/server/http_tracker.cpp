// SPDX-License-Identifier: Apache-2.0
#include "server/http_tracker.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace server::detail {

namespace {

constexpr std::size_t kMaxHead = 256 * 1024;  // Longer heads are no HTTP that we know; they pass as plain bytes.

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

/// The value of the last field called `name`.
std::optional<std::string_view> field(std::string_view head, std::string_view name) {
  std::optional<std::string_view> value;
  for (std::size_t at = head.find('\n'); at != std::string_view::npos; at = head.find('\n', at + 1)) {
    const std::string_view line = head.substr(at + 1, head.find('\n', at + 1) - at - 1);
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && equal_ignoring_case(line.substr(0, colon), name)) {
      value = trim(line.substr(colon + 1));
    }
  }
  return value;
}

bool is_chunked(std::string_view head) {
  const auto coding = field(head, "transfer-encoding");
  if (!coding) return false;
  const std::size_t comma = coding->rfind(',');
  return equal_ignoring_case(trim(comma == std::string_view::npos ? *coding : coding->substr(comma + 1)), "chunked");
}

std::optional<std::uint64_t> content_length(std::string_view head) {
  const auto text = field(head, "content-length");
  if (!text) return std::nullopt;
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), size);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return size;
}

}  // namespace

void BodyFraming::start_length(std::uint64_t size) {
  left_ = size;
  state_ = size == 0 ? State::done : State::length;
}

void BodyFraming::start_chunked() {
  line_.clear();
  state_ = State::chunk_size;
}

BodyFraming::Step BodyFraming::next(std::string_view data) {
  switch (state_) {
    case State::until_close: return {data.size(), true};
    case State::length:
    case State::chunk_data: {
      const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, data.size()));
      left_ -= size;
      if (left_ == 0) state_ = state_ == State::length ? State::done : State::chunk_end;
      return {size, true};
    }
    default: return line(data);
  }
}

BodyFraming::Step BodyFraming::line(std::string_view data) {
  const std::size_t end = data.find('\n');
  if (end == std::string_view::npos) {
    line_.append(data.substr(0, 64 - std::min<std::size_t>(line_.size(), 64)));
    return {data.size(), false};
  }
  line_.append(data.substr(0, end));
  finish_line();
  line_.clear();
  return {end + 1, false};
}

void BodyFraming::finish_line() {
  const std::string_view text = trim(line_);
  if (state_ == State::chunk_end) {
    state_ = State::chunk_size;
  } else if (state_ == State::trailer) {
    if (text.empty()) state_ = State::done;
  } else {
    left_ = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), left_, 16);
    if (parsed.ec != std::errc()) {
      state_ = State::until_close;  // Not what it promised to be; nothing more is known about its end.
    } else {
      state_ = left_ == 0 ? State::trailer : State::chunk_data;
    }
  }
}

HttpTracker::HttpTracker(Flow flow, ConnectionDialogue& dialogue, MakeExchange make_exchange)
    : flow_(flow), dialogue_(dialogue), make_exchange_(std::move(make_exchange)) {}

void HttpTracker::feed(std::string_view data, SpanSink& sink) {
  while (!data.empty()) {
    if (dialogue_.plain && !in_body_) {
      give_up(sink);
      sink.on_span({data, SpanKind::plain, nullptr});
      return;
    }
    if (!in_body_) {
      data.remove_prefix(collect_head(data, sink));
      continue;
    }
    const BodyFraming::Step step = framing_.next(data);
    sink.on_span({data.substr(0, step.size), step.payload ? SpanKind::body : SpanKind::framing, exchange_});
    data.remove_prefix(step.size);
    if (framing_.done()) end_message(sink);
  }
}

void HttpTracker::finish(SpanSink& sink) {
  if (in_body_) {
    end_message(sink);
  } else {
    give_up(sink);
  }
}

/// Takes bytes of `data` up to the end of the head; returns how many.
std::size_t HttpTracker::collect_head(std::string_view data, SpanSink& sink) {
  const std::size_t before = head_.size();
  const std::size_t looked_at = before < 3 ? 0 : before - 3;
  head_.append(data);
  const bool can_be_http = head_.front() >= 'A' && head_.front() <= 'Z';
  std::size_t end = head_.find("\r\n\r\n", looked_at);
  if (!can_be_http || (end == std::string::npos && head_.size() > kMaxHead)) {
    dialogue_.plain = true;
    give_up(sink);
    return data.size();
  }
  if (end == std::string::npos) return data.size();
  end += 4;
  head_.resize(end);
  end_head(sink);
  return end - before;
}

void HttpTracker::end_head(SpanSink& sink) {
  const bool known = flow_ == Flow::to_server ? begin_request(head_) : begin_response(head_);
  if (!known) {
    dialogue_.plain = true;
    give_up(sink);
    return;
  }
  const std::string head = std::exchange(head_, {});
  sink.on_span({head, SpanKind::head, exchange_});
  if (interim_) return;
  in_body_ = true;
  if (framing_.done()) end_message(sink);
}

bool HttpTracker::begin_request(std::string_view head) {
  const std::string_view line = head.substr(0, head.find("\r\n"));
  const std::size_t first = line.find(' ');
  const std::size_t second = line.rfind(' ');
  if (first == std::string_view::npos || second <= first || line.substr(second + 1, 7) != "HTTP/1.") return false;
  const std::string_view method = line.substr(0, first);
  if (method == "CONNECT") return false;
  exchange_ = make_exchange_(std::string(method), std::string(line.substr(first + 1, second - first - 1)));
  dialogue_.pending.push_back(exchange_);
  start_body(head, /*until_close_by_default=*/false);
  return true;
}

bool HttpTracker::begin_response(std::string_view head) {
  if (head.substr(0, 7) != "HTTP/1." || head.size() < 12 || dialogue_.pending.empty()) return false;
  int status = 0;
  std::from_chars(head.data() + 9, head.data() + 12, status);
  if (status == 101) return false;
  exchange_ = dialogue_.pending.front();
  interim_ = status >= 100 && status < 200;
  if (interim_) return true;
  dialogue_.pending.pop_front();
  exchange_->status = status;
  if (exchange_->method == "HEAD" || status == 204 || status == 304) {
    framing_.start_none();
  } else {
    start_body(head, /*until_close_by_default=*/true);
  }
  return true;
}

void HttpTracker::start_body(std::string_view head, bool until_close_by_default) {
  if (is_chunked(head)) {
    framing_.start_chunked();
  } else if (const auto length = content_length(head)) {
    framing_.start_length(*length);
  } else if (until_close_by_default) {
    framing_.start_until_close();
  } else {
    framing_.start_none();
  }
}

void HttpTracker::give_up(SpanSink& sink) {
  if (head_.empty()) return;
  const std::string kept = std::exchange(head_, {});
  sink.on_span({kept, SpanKind::plain, nullptr});
}

void HttpTracker::end_message(SpanSink& sink) {
  in_body_ = false;
  const ExchangePtr ended = std::exchange(exchange_, nullptr);
  sink.on_message_end(ended);
}

}  // namespace server::detail
HUGGINGFACE_HUB_NAMESPACE_END
