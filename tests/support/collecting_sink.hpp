// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/http/response.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace huggingface_hub::testing {

/// Keeps what it is given; can be told to refuse or to pause. Safe to use from any thread.
class CollectingSink final : public http::Sink {
 public:
  using OnData = std::function<Result<http::SinkVerdict>(std::size_t received_so_far)>;

  CollectingSink() = default;
  explicit CollectingSink(OnData on_data) : on_data_(std::move(on_data)) {}

  Result<void> on_head(const http::ResponseHead& head, const std::function<void()>& resume) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++heads_;
    head_ = head;
    body_.clear();
    resume_ = resume;
    if (refuse_head_) return *refuse_head_;
    return {};
  }

  Result<http::SinkVerdict> on_data(const char* data, std::size_t size) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (on_data_) {
      auto verdict = on_data_(body_.size());
      if (!verdict || *verdict == http::SinkVerdict::pause) {
        ++pauses_;
        changed_.notify_all();
        return verdict;
      }
    }
    body_.append(data, size);
    changed_.notify_all();
    return http::SinkVerdict::accepted;
  }

  void refuse_head(Error error) { refuse_head_ = std::move(error); }

  [[nodiscard]] std::string body() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return body_;
  }
  [[nodiscard]] http::ResponseHead head() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return head_.value_or(http::ResponseHead{});
  }
  [[nodiscard]] int heads() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return heads_;
  }
  /// Waits for the `count`th pause.
  void wait_for_pause(int count = 1) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return pauses_ >= count; });
  }
  void wait_for_bytes(std::size_t count) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return body_.size() >= count; });
  }
  void resume() {
    std::function<void()> resume;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      resume = resume_;
    }
    if (resume) resume();
  }

 private:
  mutable std::mutex mutex_{};
  std::condition_variable changed_{};
  OnData on_data_{};
  std::optional<Error> refuse_head_{};
  std::optional<http::ResponseHead> head_{};
  std::function<void()> resume_{};
  std::string body_{};
  int heads_{0};
  int pauses_{0};
};

}  // namespace huggingface_hub::testing
