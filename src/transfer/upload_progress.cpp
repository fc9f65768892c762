// SPDX-License-Identifier: Apache-2.0
#include "transfer/upload_progress.hpp"

#include <algorithm>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

void UploadProgress::File::reached(std::uint64_t bytes) noexcept {
  const std::uint64_t now = std::min(bytes, size_);
  std::uint64_t before = sent_.load(std::memory_order_relaxed);
  while (before < now && !sent_.compare_exchange_weak(before, now, std::memory_order_relaxed)) {
  }
}

void UploadProgress::File::advance(std::uint64_t bytes) noexcept {
  std::uint64_t before = sent_.load(std::memory_order_relaxed);
  while (!sent_.compare_exchange_weak(before, std::min(before + bytes, size_), std::memory_order_relaxed)) {
  }
}

void UploadProgress::File::done() noexcept {
  sent_.store(size_, std::memory_order_relaxed);
  done_.store(true, std::memory_order_release);
}

UploadProgress::File& UploadProgress::add_file(std::string path, std::uint64_t size) {
  return files_.emplace_back(std::move(path), size);
}

ProgressEvent UploadProgress::event(ProgressEvent::Kind kind) const {
  ProgressEvent event;
  event.kind = kind;
  event.direction = ProgressEvent::Direction::upload;
  event.files = forgotten_files_;
  event.bytes = forgotten_bytes_;
  event.total_files = std::max<std::uint64_t>(expected_files_, forgotten_files_ + files_.size());
  std::uint64_t total = forgotten_bytes_;
  for (const File& file : files_) {
    total += file.size_;
    event.bytes += file.sent_.load(std::memory_order_relaxed);
    if (file.done_.load(std::memory_order_acquire)) ++event.files;
  }
  event.total_bytes = std::max(expected_bytes_, total);
  return event;
}

void UploadProgress::expect(std::uint64_t files, std::uint64_t bytes) {
  expected_files_ = files;
  expected_bytes_ = bytes;
}

void UploadProgress::forget_done() {
  while (!files_.empty() && files_.front().done_.load(std::memory_order_acquire) &&
         (files_.front().done_reported_ || !callback_)) {
    ++forgotten_files_;
    forgotten_bytes_ += files_.front().size_;
    files_.pop_front();
  }
}

void UploadProgress::start() {
  if (callback_) callback_(event(ProgressEvent::Kind::start));
}

void UploadProgress::report_finished_files() {
  for (File& file : files_) {
    if (file.done_reported_ || !file.done_.load(std::memory_order_acquire)) continue;
    file.done_reported_ = true;
    ProgressEvent done = event(ProgressEvent::Kind::file_done);
    done.file = file.path_;
    done.file_bytes = file.size_;
    done.file_total = file.size_;
    callback_(done);
  }
}

void UploadProgress::tick() {
  if (!callback_) return;
  // One report a tick: of the file that moves if it is the only one, else of the whole.
  File* moved = nullptr;
  std::size_t moved_files = 0;
  for (File& file : files_) {
    const std::uint64_t sent = file.sent_.load(std::memory_order_relaxed);
    if (sent == file.reported_) continue;
    file.reported_ = sent;
    moved = &file;
    ++moved_files;
  }
  if (moved != nullptr) {
    ProgressEvent report = event(ProgressEvent::Kind::progress);
    if (moved_files == 1) {
      report.file = moved->path_;
      report.file_bytes = moved->reported_;
      report.file_total = moved->size_;
    }
    callback_(report);
  }
  report_finished_files();
}

void UploadProgress::committing() {
  if (callback_) callback_(event(ProgressEvent::Kind::committing));
}

void UploadProgress::complete() {
  if (!callback_) return;
  for (File& file : files_) file.done();
  tick();
  callback_(event(ProgressEvent::Kind::complete));
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
