// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/clock.hpp"

#include "huggingface_hub/progress.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Merges what many workers report into the one stream of events that `ProgressCallback` promises: one call at a time,
/// `progress` at most ten times a second, counters that go down only with `restarted`.
///
/// Safe to share between threads. What the callback throws comes out of the reporting call.
class DownloadProgress {
 public:
  DownloadProgress(ProgressCallback callback, const Clock& clock) : callback_(std::move(callback)), clock_(clock) {}

  void start(std::uint64_t files, std::optional<std::uint64_t> bytes);
  /// `done` bytes of `file` are here, of `total`.
  void advance(const std::string& file, std::uint64_t done, std::optional<std::uint64_t> total);
  void restart(const std::string& file, const std::string& reason);
  void wait(const std::string& file, const std::string& reason);
  /// `file` is in place; `bytes` in all, however many of them were fetched.
  void finish(const std::string& file, std::uint64_t bytes);
  void complete();

 private:
  ProgressEvent event(ProgressEvent::Kind kind, const std::string& file) const;
  void set(const std::string& file, std::uint64_t done);

  ProgressCallback callback_;
  const Clock& clock_;
  std::mutex mutex_{};
  std::unordered_map<std::string, std::uint64_t> running_{};  ///< Bytes of the files on their way.
  std::uint64_t bytes_{0};
  std::uint64_t files_{0};
  std::uint64_t total_files_{0};
  std::optional<std::uint64_t> total_bytes_{};
  std::optional<std::chrono::steady_clock::time_point> last_{};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
