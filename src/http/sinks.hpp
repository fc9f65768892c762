// SPDX-License-Identifier: Apache-2.0
/// @file
/// Sinks of the pipeline itself.
#pragma once

#include "huggingface_hub/http/response.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// Keeps a body in memory, up to a limit. One thread at a time.
class MemorySink final : public Sink {
 public:
  explicit MemorySink(std::size_t limit) : limit_(limit) {}
  Result<void> on_head(const ResponseHead& head, const std::function<void()>& resume) override;
  Result<SinkVerdict> on_data(const char* data, std::size_t size) override;
  std::string take() { return std::move(body_); }

 private:
  std::size_t limit_;
  std::string url_{};
  std::string body_{};
};

/// Lets only the answer through to `target`: what belongs to a failure or to a redirect that is followed is kept,
/// up to 1 MiB, for the message. One thread at a time.
class AnswerSink final : public Sink {
 public:
  using IsAnswer = std::function<bool(const ResponseHead&)>;
  AnswerSink(std::shared_ptr<Sink> target, IsAnswer is_answer)
      : target_(std::move(target)), is_answer_(std::move(is_answer)) {}
  Result<void> on_head(const ResponseHead& head, const std::function<void()>& resume) override;
  Result<SinkVerdict> on_data(const char* data, std::size_t size) override;

  /// The head of what was not let through. It counts also where its body ended early: the status says enough.
  [[nodiscard]] const std::optional<ResponseHead>& kept_head() const noexcept { return kept_head_; }
  [[nodiscard]] const std::string& kept_body() const noexcept { return kept_body_; }

  /// Lets go of `target`, once the exchange is over.
  void release_target() noexcept { target_.reset(); }

 private:
  std::shared_ptr<Sink> target_;
  IsAnswer is_answer_;
  std::optional<ResponseHead> kept_head_{};
  std::string kept_body_{};
};

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
