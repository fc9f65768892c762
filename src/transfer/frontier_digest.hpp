// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/digest.hpp"
#include "core/files.hpp"

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/result.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// The digest of a file that is being written, taken from its first byte up to the first one that is missing.
///
/// While bytes come in order, they are hashed where they are (`update`). Once they do not, a thread reads the file
/// behind whoever writes it, as far as `follow` says that it may.
///
/// One thread (besides its own). The file must stay open until the digest is finished, reset or gone.
class FrontierDigest {
 public:
  FrontierDigest(const files::PositionalFile& file, Digest digest) : file_(file), digest_(std::move(digest)) {}
  ~FrontierDigest() { stop(); }
  FrontierDigest(const FrontierDigest&) = delete;
  FrontierDigest& operator=(const FrontierDigest&) = delete;

  /// Where the next byte to be hashed lies, as long as no thread follows.
  [[nodiscard]] std::uint64_t position() const noexcept { return position_; }
  [[nodiscard]] bool is_following() const noexcept { return thread_.joinable(); }

  /// Hashes bytes that lie at `position()`. Precondition: no thread follows.
  void update(const char* data, std::size_t size);
  /// The file is whole up to `frontier`. Starts the thread if there is none.
  void follow(std::uint64_t frontier);

  /// The digest of the first `size` bytes, all of which are there. Once.
  Result<std::string> finish_hex(std::uint64_t size, const CancellationToken& cancel);

 private:
  void run();
  void stop();

  const files::PositionalFile& file_;
  Digest digest_;
  std::uint64_t position_{0};

  std::thread thread_{};
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::uint64_t frontier_{0};
  std::uint64_t hashed_{0};
  bool stopped_{false};
  std::optional<Error> error_{};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
