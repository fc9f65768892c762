// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/byte_budget.hpp"

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
  /// A ring whose bytes are counted in `share`. `wake` is called whenever there is something for a reader that does
  /// not wait at this ring, from the transport's thread.
  BodyRing(std::size_t capacity, ByteBudget::Share share, std::function<void()> wake);

  struct Slice {
    const char* data{nullptr};
    std::size_t size{0};
    explicit operator bool() const noexcept { return size != 0; }
  };

  // The transport's side.
  Result<void> on_head(const http::ResponseHead& head, const std::function<void()>& resume) override;
  Result<http::SinkVerdict> on_data(const char* data, std::size_t size) override;
  /// To be given to the transport as completion.
  void finish(Result<http::ResponseHead> outcome);

  // The side of a reader that waits elsewhere.
  /// The head, once there is one.
  const http::ResponseHead* head();
  /// As `next` without waiting: an empty slice where nothing is there yet.
  Slice poll();
  /// True once the exchange is over and all of its bytes were released.
  bool has_ended();

  // The reader's side.
  /// Waits for the head; null where the exchange ended without one.
  const http::ResponseHead* wait_for_head();

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

  Slice slice() const noexcept;
  void notify();

  ByteBudget::Share share_{};
  const std::function<void()> wake_{};
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::size_t capacity_;
  struct Unmap {
    std::size_t size{0};
    void operator()(char* bytes) const noexcept;
  };
  static std::unique_ptr<char[], Unmap> map(std::size_t size);

  // Pages of its own, which go back to the system at once: from the heap they would not, once it is full of holes. Not
  // initialised, so a small body touches no more of them than it needs.
  std::unique_ptr<char[], Unmap> bytes_;
  std::uint64_t written_{0};
  std::uint64_t read_{0};
  std::size_t taken_{0};  ///< Of the bytes that are offered again after a pause.
  bool abandoned_{false};
  bool paused_{false};
  std::function<void()> resume_{};
  std::optional<http::ResponseHead> head_{};
  std::optional<Result<http::ResponseHead>> outcome_{};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
