// SPDX-License-Identifier: Apache-2.0
#include "session/bodies.hpp"

#include "core/files.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

Result<std::size_t> BytesBody::read(char* buffer, std::size_t capacity) {
  const std::size_t count = std::min(capacity, bytes_.size() - position_);
  if (count > 0) std::memcpy(buffer, bytes_.data() + position_, count);
  position_ += count;
  return count;
}

Result<void> BytesBody::rewind() {
  position_ = 0;
  return {};
}

namespace {

/// Opens the file at the first byte that is asked for, so that a queue of bodies holds no descriptors.
class FileBody final : public http::Body {
 public:
  FileBody(std::filesystem::path path, std::uint64_t offset, std::uint64_t size)
      : path_(std::move(path)), offset_(offset), size_(size) {}

  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }

  Result<std::size_t> read(char* buffer, std::size_t capacity) override {
    const std::uint64_t left = size_ - position_;
    if (left == 0) return std::size_t{0};
    if (!file_) {
      auto opened = files::PositionalFile::open_read(path_);
      if (!opened) return opened.error();
      file_.emplace(std::move(*opened));
    }
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, left));
    auto count = file_->read_at(offset_ + position_, buffer, wanted);
    if (!count) return count.error();
    if (*count == 0) return shrunk();
    position_ += *count;
    if (position_ == size_) file_.reset();
    return *count;
  }

  Result<void> rewind() override {
    position_ = 0;
    return {};
  }

 private:
  [[nodiscard]] Error shrunk() const {
    Error error;
    error.code = ErrorCode::io;
    error.path = path_;
    error.message = path_.string() + " became shorter while it was sent: it ended at byte " +
                    std::to_string(offset_ + position_) + " of " + std::to_string(offset_ + size_) +
                    ". Start again when nothing writes to it.";
    return error;
  }

  std::filesystem::path path_;
  std::uint64_t offset_;
  std::uint64_t size_;
  std::uint64_t position_{0};
  std::optional<files::PositionalFile> file_{};
};

}  // namespace

std::shared_ptr<http::Body> bytes_body(std::string bytes) { return std::make_shared<BytesBody>(std::move(bytes)); }

std::shared_ptr<http::Body> file_body(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t size) {
  return std::make_shared<FileBody>(path, offset, size);
}

HUGGINGFACE_HUB_NAMESPACE_END
