// SPDX-License-Identifier: Apache-2.0
#include "server/request_log.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr std::size_t kRecordsKept = 10'000;

bool matches(const ScriptedAnswer& script, const HttpRequest& request) {
  return (script.method.empty() || script.method == request.method) &&
         (script.path_contains.empty() || request.target.find(script.path_contains) != std::string::npos);
}

// The query of a signed URL is a secret while it lasts.
std::string without_signature(const std::string& target) {
  const std::size_t at = target.find("Signature=");
  return at == std::string::npos ? target : target.substr(0, at) + "Signature=***";
}

}  // namespace

RequestRecord make_record(const HttpRequest& request) {
  RequestRecord record;
  record.method = request.method;
  record.target = without_signature(request.target);
  record.peer = request.peer;
  for (const auto& [name, value] : request.headers) {
    if (name.starts_with(':')) continue;
    record.headers.emplace_back(name, name == "authorization" ? "***" : value);
  }
  return record;
}

void RequestLog::script(ScriptedAnswer answer) {
  const std::lock_guard lock(mutex_);
  scripts_.push_back(std::move(answer));
}

void RequestLog::clear_scripts() {
  const std::lock_guard lock(mutex_);
  scripts_.clear();
}

std::optional<HttpResponse> RequestLog::scripted(const HttpRequest& request) {
  const std::lock_guard lock(mutex_);
  for (auto script = scripts_.begin(); script != scripts_.end(); ++script) {
    if (!matches(*script, request)) continue;
    if (script->skip > 0) {
      --script->skip;
      continue;
    }
    HttpResponse response;
    response.status = script->status;
    response.body = script->body;
    response.headers = script->headers;
    if (script->times <= 1) {
      scripts_.erase(script);
    } else {
      --script->times;
    }
    return response;
  }
  return std::nullopt;
}

void RequestLog::on_request(std::function<void(const RequestRecord&)> observer) {
  const std::lock_guard lock(mutex_);
  observer_ = std::move(observer);
}

void RequestLog::announce(const RequestRecord& record) const {
  std::function<void(const RequestRecord&)> observer;
  {
    const std::lock_guard lock(mutex_);
    observer = observer_;
  }
  if (observer) observer(record);
}

std::uint64_t RequestLog::add(RequestRecord record) {
  const std::lock_guard lock(mutex_);
  records_.push_back(std::move(record));
  if (records_.size() > kRecordsKept) {
    records_.pop_front();
    ++first_;
  }
  return first_ + records_.size() - 1;
}

void RequestLog::set_sent(std::uint64_t number, std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  if (number < first_ || number - first_ >= records_.size()) return;
  records_[static_cast<std::size_t>(number - first_)].response_bytes = bytes;
}

std::vector<RequestRecord> RequestLog::records() const {
  const std::lock_guard lock(mutex_);
  return {records_.begin(), records_.end()};
}

std::uint64_t RequestLog::count() const {
  const std::lock_guard lock(mutex_);
  return first_ + records_.size();
}

void RequestLog::clear() {
  const std::lock_guard lock(mutex_);
  first_ += records_.size();
  records_.clear();
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
