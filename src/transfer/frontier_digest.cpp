// SPDX-License-Identifier: Apache-2.0
#include "transfer/frontier_digest.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

constexpr std::size_t kReadSize = std::size_t{256} << 10;  // Stays in the processor's cache.

}  // namespace

void FrontierDigest::update(const char* data, std::size_t size) {
  digest_.update(data, size);
  position_ += size;
}

void FrontierDigest::follow(std::uint64_t frontier) {
  {
    const std::lock_guard lock(mutex_);
    if (frontier <= frontier_) return;
    frontier_ = frontier;
  }
  changed_.notify_all();
  if (thread_.joinable()) return;
  hashed_ = position_;
  thread_ = std::thread([this] { run(); });
}

void FrontierDigest::run() {
  const std::unique_ptr<char[]> buffer(new char[kReadSize]);
  for (;;) {
    std::uint64_t end = 0;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopped_ || hashed_ < frontier_; });
      if (stopped_) return;
      end = frontier_;
    }
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kReadSize, end - hashed_));
    const Result<std::size_t> got = file_.read_at(hashed_, buffer.get(), wanted);
    if (got.ok() && *got > 0) digest_.update(buffer.get(), *got);
    const std::lock_guard lock(mutex_);
    if (!got.ok() || *got == 0) {
      error_ = got.ok() ? files::io_error("read", file_.path(), EIO) : got.error();
      stopped_ = true;
    } else {
      hashed_ += *got;
    }
    if (stopped_ || hashed_ == frontier_) changed_.notify_all();
    if (stopped_) return;
  }
}

Result<std::string> FrontierDigest::finish_hex(std::uint64_t size, const CancellationToken& cancel) {
  if (!is_following() && position_ < size) follow(size);
  if (is_following()) {
    follow(size);
    const auto registration = cancel.on_cancel([this] {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    const auto is_done = [&] { return stopped_ || hashed_ >= size; };
    if (cancel.deadline() == std::chrono::steady_clock::time_point::max()) {
      changed_.wait(lock, is_done);
    } else {
      changed_.wait_until(lock, cancel.deadline(), is_done);
    }
    const bool is_whole = hashed_ >= size && !error_;
    lock.unlock();
    stop();
    if (error_) return *error_;
    if (!is_whole) return as_result([&] { cancel.throw_if_cancelled(); }).error();
  }
  return digest_.finish_hex();
}

void FrontierDigest::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
