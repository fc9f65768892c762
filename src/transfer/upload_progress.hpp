// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/progress.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Collects what the workers of an upload have done, and reports it. The counters may be moved from any thread, all
/// else belongs to the thread of the call. Counters never go down: bytes sent again count once.
class UploadProgress {
 public:
  /// Counts one file.
  class File {
   public:
    File(std::string path, std::uint64_t size) : path_(std::move(path)), size_(size) {}
    /// `bytes` from the beginning have been handed to the network. Any thread.
    void reached(std::uint64_t bytes) noexcept;
    /// `bytes` more have been handed to the network, of parts that go side by side. Any thread.
    void advance(std::uint64_t bytes) noexcept;
    /// Nothing more to send. Any thread.
    void done() noexcept;

   private:
    friend class UploadProgress;
    std::string path_;
    std::uint64_t size_;
    std::atomic<std::uint64_t> sent_{0};
    std::atomic<bool> done_{false};
    std::uint64_t reported_{0};
    bool done_reported_{false};
  };

  explicit UploadProgress(ProgressCallback callback) : callback_(std::move(callback)) {}

  /// What there will be in all, where files are added on the way.
  void expect(std::uint64_t files, std::uint64_t bytes);

  /// Before `start`, unless `expect` was called. The reference stays good, after that until `forget_done`.
  File& add_file(std::string path, std::uint64_t size);

  /// Lets go of the files before the first that is not done and reported; their counters stay.
  void forget_done();

  void start();
  void tick();
  void committing();
  void complete();

  [[nodiscard]] bool is_watched() const noexcept { return static_cast<bool>(callback_); }

 private:
  [[nodiscard]] ProgressEvent event(ProgressEvent::Kind kind) const;
  void report_finished_files();

  ProgressCallback callback_;
  std::deque<File> files_{};
  std::uint64_t expected_files_{0};
  std::uint64_t expected_bytes_{0};
  std::uint64_t forgotten_files_{0};
  std::uint64_t forgotten_bytes_{0};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
