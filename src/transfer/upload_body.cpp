// SPDX-License-Identifier: Apache-2.0
#include "transfer/upload_body.hpp"

#include <algorithm>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

class ContentSender::Slice final : public http::Body {
 public:
  Slice(ContentSender& sender, std::uint64_t start, std::uint64_t size) : sender_(sender), start_(start), size_(size) {}

  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }

  Result<std::size_t> read(char* buffer, std::size_t capacity) override {
    const std::uint64_t left = size_ - position_;
    if (left == 0 || capacity == 0) return std::size_t{0};
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, left));
    Result<std::size_t> count = sender_.read_at(start_ + position_, buffer, wanted);
    if (count.ok()) position_ += *count;
    return count;
  }

  Result<void> rewind() override {
    position_ = 0;
    sender_.running_ = sender_.accepted_.clone();
    return {};
  }

 private:
  ContentSender& sender_;
  std::uint64_t start_;
  std::uint64_t size_;
  std::uint64_t position_{0};
};

ContentSender::ContentSender(const hub::AdditionState& addition, UploadProgress::File* progress)
    : addition_(addition), progress_(progress) {}

std::shared_ptr<http::Body> ContentSender::slice(std::uint64_t size) {
  slice_size_ = size;
  return std::make_shared<Slice>(*this, start_, size);
}

void ContentSender::commit_slice() {
  start_ += slice_size_;
  accepted_ = running_.clone();
}

Result<std::size_t> ContentSender::read_at(std::uint64_t offset, char* buffer, std::size_t capacity) {
  if (!reader_) {
    Result<std::unique_ptr<hub::ContentReader>> opened = hub::open_content(addition_);
    if (!opened.ok()) return opened.error();
    reader_ = std::move(*opened);
  }
  const Result<std::size_t> count = reader_->read_at(offset, buffer, capacity);
  if (!count.ok()) return count;
  if (*count == 0) return hub::changed_error(addition_, "became shorter");
  running_.update(buffer, *count);
  if (offset + *count == addition_.size) {
    reader_.reset();
    if (running_.clone().finish_hex() != *addition_.sha256) return hub::changed_error(addition_, "was written to");
  }
  if (progress_ != nullptr) progress_->reached(offset + *count);
  return count;
}

Result<std::size_t> PartBody::read(char* buffer, std::size_t capacity) {
  const std::uint64_t left = size_ - position_;
  if (left == 0 || capacity == 0) return std::size_t{0};
  if (!reader_) {
    Result<std::unique_ptr<hub::ContentReader>> opened = hub::open_content(addition_);
    if (!opened.ok()) return opened.error();
    reader_ = std::move(*opened);
  }
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(capacity, left));
  const Result<std::size_t> count = reader_->read_at(start_ + position_, buffer, wanted);
  if (!count.ok()) return count;
  if (*count == 0) return hub::changed_error(addition_, "became shorter");
  position_ += *count;
  if (position_ == size_) {
    reader_.reset();
    const Result<void> unchanged = hub::check_unchanged(addition_);
    if (!unchanged.ok()) return unchanged.error();
  }
  const std::uint64_t before = sent_.load(std::memory_order_relaxed);
  if (position_ > before) {
    sent_.store(position_, std::memory_order_relaxed);
    progress_.advance(position_ - before);
  }
  return count;
}

Result<void> PartBody::rewind() {
  position_ = 0;
  return {};
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
