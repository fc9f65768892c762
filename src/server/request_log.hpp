// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/server/embedded_hub.hpp"
#include "server/http_message.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// What was asked and answered, and the answers that tests have put in. Safe to share between threads.
class RequestLog {
 public:
  void script(ScriptedAnswer answer);
  void clear_scripts();
  /// The answer scripted for this request, if any; it is used up by that.
  std::optional<HttpResponse> scripted(const HttpRequest& request);

  void on_request(std::function<void(const RequestRecord&)> observer);
  void announce(const RequestRecord& record) const;

  /// Adds a record and returns its number, by which the size of the answer is added later.
  std::uint64_t add(RequestRecord record);
  void set_sent(std::uint64_t number, std::uint64_t bytes);

  [[nodiscard]] std::vector<RequestRecord> records() const;
  [[nodiscard]] std::uint64_t count() const;
  void clear();

 private:
  mutable std::mutex mutex_;
  std::deque<RequestRecord> records_;
  std::uint64_t first_{0};  // Number of the oldest record kept.
  std::deque<ScriptedAnswer> scripts_;
  std::function<void(const RequestRecord&)> observer_;
};

/// The record of a request before its answer.
RequestRecord make_record(const HttpRequest& request);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
