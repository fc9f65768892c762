// SPDX-License-Identifier: Apache-2.0
// Reading an open file: at offsets, and as a stream.
#include "operations/open_file.hpp"

#include "huggingface_hub/remote_file.hpp"

#include <algorithm>
#include <cstring>
#include <streambuf>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

std::uint64_t RemoteFile::size() const noexcept { return state_->size; }
const std::string& RemoteFile::filename() const noexcept { return state_->name; }
const std::string& RemoteFile::commit_hash() const noexcept { return state_->commit; }
const std::string& RemoteFile::etag() const noexcept { return state_->etag; }
bool RemoteFile::is_cached() const noexcept { return state_->local != nullptr; }

std::size_t RemoteFile::read_at(std::uint64_t offset, void* data, std::size_t size) const {
  if (offset >= state_->size) return 0;
  size = static_cast<std::size_t>(std::min<std::uint64_t>(size, state_->size - offset));
  if (size == 0) return 0;
  state_->cursor->read(offset, static_cast<char*>(data), size, state_->read_token()).value();
  return size;
}

std::string RemoteFile::read(std::uint64_t offset, std::size_t size) const {
  std::string bytes;
  if (offset >= state_->size) return bytes;
  bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size, state_->size - offset)));
  read_at(offset, bytes.data(), bytes.size());
  return bytes;
}

RemoteFileStream RemoteFile::stream() const { return RemoteFileStream(*this); }

/// The get area is the part of a block that has arrived: bytes are not copied once more.
class RemoteFileStream::Buffer final : public std::streambuf {
 public:
  explicit Buffer(std::shared_ptr<detail::RemoteFileState> state)
      : state_(std::move(state)), cursor_(state_->make_cursor(/*is_stream=*/true)) {}

 protected:
  int_type underflow() override {
    if (gptr() < egptr()) return traits_type::to_int_type(*gptr());
    const std::uint64_t at = position();
    if (at >= state_->size) return traits_type::eof();
    forget(at);
    view_ = cursor_->view(at, state_->read_token()).value();
    // The stream only reads; its interface wants pointers that may write.
    char* const begin = const_cast<char*>(view_.data);
    setg(begin, begin, begin + view_.size);
    end_ = at + view_.size;
    return traits_type::to_int_type(*gptr());
  }

  std::streamsize xsgetn(char* to, std::streamsize count) override {
    std::streamsize done = 0;
    while (done < count) {
      const std::streamsize there = egptr() - gptr();
      const std::streamsize part = std::min(there, count - done);
      if (part > 0) {
        std::memcpy(to + done, gptr(), static_cast<std::size_t>(part));
        setg(eback(), gptr() + part, egptr());
        done += part;
        continue;
      }
      const std::uint64_t at = position();
      if (at >= state_->size) break;
      const auto wanted =
          static_cast<std::size_t>(std::min<std::uint64_t>(static_cast<std::uint64_t>(count - done), state_->size - at));
      if (wanted < kDirect) {
        if (traits_type::eq_int_type(underflow(), traits_type::eof())) break;
        continue;
      }
      forget(at);
      cursor_->read(at, to + done, wanted, state_->read_token()).value();
      end_ = at + wanted;
      done += static_cast<std::streamsize>(wanted);
    }
    return done;
  }

  std::streamsize showmanyc() override { return position() >= state_->size ? -1 : 0; }

  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode which) override {
    if ((which & std::ios_base::in) == 0) return pos_type(off_type(-1));
    const std::uint64_t base = from == std::ios_base::beg   ? 0
                               : from == std::ios_base::cur ? position()
                                                            : state_->size;
    const off_type target = static_cast<off_type>(base) + offset;
    if (target < 0 || static_cast<std::uint64_t>(target) > state_->size) return pos_type(off_type(-1));
    const auto at = static_cast<std::uint64_t>(target);
    const std::uint64_t begin = end_ - static_cast<std::uint64_t>(egptr() - eback());
    if (at >= begin && at <= end_) {
      setg(eback(), eback() + (at - begin), egptr());
    } else {
      forget(at);
    }
    return pos_type(target);
  }

  pos_type seekpos(pos_type position, std::ios_base::openmode which) override {
    return seekoff(off_type(position), std::ios_base::beg, which);
  }

 private:
  static constexpr std::size_t kDirect = std::size_t{64} << 10;

  [[nodiscard]] std::uint64_t position() const { return end_ - static_cast<std::uint64_t>(egptr() - gptr()); }

  void forget(std::uint64_t at) {
    setg(nullptr, nullptr, nullptr);
    view_ = {};
    end_ = at;
  }

  std::shared_ptr<detail::RemoteFileState> state_;
  std::unique_ptr<transfer::ReadCursor> cursor_;
  transfer::ReadView view_{};
  std::uint64_t end_{0};  ///< Of the get area, in the file.
};

RemoteFileStream::RemoteFileStream(const RemoteFile& file)
    : std::istream(nullptr), buffer_(std::make_unique<Buffer>(file.state_)) {
  rdbuf(buffer_.get());
  exceptions(std::ios_base::badbit);
}

RemoteFileStream::RemoteFileStream(RemoteFileStream&& other) noexcept
    : std::istream(nullptr), buffer_(std::move(other.buffer_)) {
  std::istream::move(other);
  set_rdbuf(buffer_.get());
}

RemoteFileStream::~RemoteFileStream() = default;

HUGGINGFACE_HUB_NAMESPACE_END
