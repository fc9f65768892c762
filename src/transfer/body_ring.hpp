// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/http/response.hpp"
#include "huggingface_hub/result.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// A response body on its way from the event loop, which must not block, to the thread that checks and writes it.
///
/// A ring of bytes of fixed size: when it is full the transport pauses, so a slow disk slows the sender down and
/// memory stays bounded. The reader works on the bytes in place.
///
/// One transport and one reader.
class BodyRing final : public http::Sink {
 public:
  explicit BodyRing(std::size_t capacity);

  // The transport's side.
  Result<void> on_head(const http::ResponseHead& head, const std::function<void()>& resume) override;
  Result<http::SinkVerdict> on_data(const char* data, std::size_t size) override;
  /// To be given to the transport as completion.
  void finish(Result<http::ResponseHead> outcome);

  // The reader's side.
  /// Waits for the head; null where the exchange ended without one.
  const http::ResponseHead* wait_for_head();

  struct Slice {
    const char* data{nullptr};
    std::size_t size{0};
    explicit operator bool() const noexcept { return size != 0; }
  };
  /// Waits for bytes; an empty slice at the end of the exchange. Valid until `release`.
  Slice next();
  /// Gives the space of the first `size` bytes of the last slice back.
  void release(std::size_t size);

  /// Nothing more is wanted: what arrives from now on ends the exchange.
  void abandon();

  /// Waits for the end and says what came of the exchange.
  const Result<http::ResponseHead>& outcome();

 private:
  std::size_t free_space() const noexcept { return capacity_ - static_cast<std::size_t>(written_ - read_); }

  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::size_t capacity_;
  std::unique_ptr<char[]> bytes_;  // Not initialised: a small body touches no more pages than it needs.
  std::uint64_t written_{0};
  std::uint64_t read_{0};
  bool abandoned_{false};
  bool paused_{false};
  std::function<void()> resume_{};
  std::optional<http::ResponseHead> head_{};
  std::optional<Result<http::ResponseHead>> outcome_{};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
