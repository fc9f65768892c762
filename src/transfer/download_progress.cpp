// SPDX-License-Identifier: Apache-2.0
#include "transfer/download_progress.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

constexpr std::chrono::milliseconds kShortestPause{100};  // Ten events a second.

}  // namespace

ProgressEvent DownloadProgress::event(ProgressEvent::Kind kind, const std::string& file) const {
  ProgressEvent made;
  made.kind = kind;
  made.direction = ProgressEvent::Direction::download;
  made.file = file;
  made.bytes = bytes_;
  made.total_bytes = total_bytes_;
  made.files = files_;
  made.total_files = total_files_;
  return made;
}

void DownloadProgress::set(const std::string& file, std::uint64_t done) {
  std::uint64_t& known = running_[file];
  bytes_ += done - known;  // Wraps around and back where `done` is the smaller one.
  known = done;
}

void DownloadProgress::start(std::uint64_t files, std::optional<std::uint64_t> bytes) {
  const std::lock_guard lock(mutex_);
  total_files_ = files;
  total_bytes_ = bytes;
  if (callback_) callback_(event(ProgressEvent::Kind::start, {}));
}

void DownloadProgress::advance(const std::string& file, std::uint64_t done, std::optional<std::uint64_t> total) {
  if (!callback_) return;
  const std::lock_guard lock(mutex_);
  set(file, done);
  const auto now = clock_.steady_now();
  if (last_ && now - *last_ < kShortestPause) return;
  last_ = now;
  ProgressEvent made = event(ProgressEvent::Kind::progress, file);
  made.file_bytes = done;
  made.file_total = total;
  callback_(made);
}

void DownloadProgress::restart(const std::string& file, const std::string& reason) {
  if (!callback_) return;
  const std::lock_guard lock(mutex_);
  set(file, 0);
  ProgressEvent made = event(ProgressEvent::Kind::restarted, file);
  made.message = reason;
  callback_(made);
}

void DownloadProgress::wait(const std::string& file, const std::string& reason) {
  if (!callback_) return;
  const std::lock_guard lock(mutex_);
  ProgressEvent made = event(ProgressEvent::Kind::waiting, file);
  made.message = reason;
  callback_(made);
}

void DownloadProgress::finish(const std::string& file, std::uint64_t bytes) {
  if (!callback_) return;
  const std::lock_guard lock(mutex_);
  set(file, bytes);
  running_.erase(file);
  ++files_;
  ProgressEvent made = event(ProgressEvent::Kind::file_done, file);
  made.file_bytes = bytes;
  made.file_total = bytes;
  callback_(made);
}

void DownloadProgress::complete() {
  if (!callback_) return;
  const std::lock_guard lock(mutex_);
  callback_(event(ProgressEvent::Kind::complete, {}));
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
