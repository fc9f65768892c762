// SPDX-License-Identifier: Apache-2.0
#include "http/sinks.hpp"

#include "core/log.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

constexpr std::size_t kMaxKeptBody = std::size_t{1} << 20;

}  // namespace

Result<void> MemorySink::on_head(const ResponseHead& head, const std::function<void()>&) {
  url_ = head.url;
  body_.clear();  // A repeat starts over.
  return {};
}

Result<SinkVerdict> MemorySink::on_data(const char* data, std::size_t size) {
  if (size > limit_ - body_.size()) {
    Error error;
    error.message = "The answer of " + redact_url(url_) + " is larger than " + std::to_string(limit_ >> 20) +
                    " MiB. Is this the server of a Hub?";
    return error;
  }
  body_.append(data, size);
  return SinkVerdict::accepted;
}

Result<void> AnswerSink::on_head(const ResponseHead& head, const std::function<void()>& resume) {
  if (is_answer_(head)) return target_ ? target_->on_head(head, resume) : Result<void>();
  kept_head_ = head;
  kept_body_.clear();
  return {};
}

Result<SinkVerdict> AnswerSink::on_data(const char* data, std::size_t size) {
  if (!kept_head_) return target_ ? target_->on_data(data, size) : Result<SinkVerdict>(SinkVerdict::accepted);
  if (kept_body_.size() + size > kMaxKeptBody) {
    Error error;
    error.message = "The body of a failed answer is larger than 1 MiB.";
    return error;  // Ends the exchange; the head that was kept decides what it means.
  }
  kept_body_.append(data, size);
  return SinkVerdict::accepted;
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
