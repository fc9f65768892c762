// SPDX-License-Identifier: Apache-2.0
#include "operations/prefix_stream.hpp"

#include <algorithm>
#include <fstream>
#include <ios>
#include <streambuf>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {
namespace {

namespace fs = std::filesystem;

class PrefixBuffer final : public std::streambuf {
 public:
  PrefixBuffer(fs::path path, std::uint64_t limit)
      : path_(std::move(path)), limit_(static_cast<std::streamoff>(limit)) {}

 protected:
  std::streamsize xsgetn(char* to, std::streamsize count) override {
    const std::streamsize read = read_here(to, count);
    position_ += read;
    return read;
  }
  int_type uflow() override {
    char c = 0;
    return xsgetn(&c, 1) == 1 ? traits_type::to_int_type(c) : traits_type::eof();
  }
  int_type underflow() override {
    char c = 0;
    return read_here(&c, 1) == 1 ? traits_type::to_int_type(c) : traits_type::eof();
  }
  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
    if (from == std::ios_base::cur) offset += position_;
    if (from == std::ios_base::end) offset += limit_;
    return seekpos(offset, std::ios_base::in);
  }
  pos_type seekpos(pos_type to, std::ios_base::openmode) override {
    const off_type wanted = to;
    if (wanted < 0 || wanted > limit_) return pos_type(off_type(-1));
    position_ = wanted;
    return to;
  }

 private:
  std::streamsize read_here(char* to, std::streamsize count) const {
    count = std::min<std::streamsize>(count, limit_ - position_);
    std::filebuf file;
    if (count <= 0 || file.open(path_, std::ios::in | std::ios::binary) == nullptr) return 0;
    if (file.pubseekpos(position_, std::ios::in) != pos_type(position_)) return 0;
    return file.sgetn(to, count);
  }

  fs::path path_;
  std::streamoff limit_;
  std::streamoff position_{0};
};

class PrefixStream final : public std::istream {
 public:
  PrefixStream(const fs::path& path, std::uint64_t limit) : std::istream(nullptr), buffer_(path, limit) {
    rdbuf(&buffer_);
  }

 private:
  PrefixBuffer buffer_;
};

}  // namespace

std::shared_ptr<std::istream> prefix_of(const fs::path& file, std::uint64_t size) {
  return std::make_shared<PrefixStream>(file, size);
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
