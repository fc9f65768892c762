// SPDX-License-Identifier: Apache-2.0
#include "server/body_lines.hpp"

#include "server/api_error.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

std::optional<std::string> BodyLines::next() {
  constexpr std::size_t step = std::size_t{64} << 10;
  std::size_t searched = begin_;
  for (;;) {
    const std::size_t newline = buffer_.find('\n', searched);
    if (newline != std::string::npos) {
      std::string line = buffer_.substr(begin_, newline - begin_);
      begin_ = newline + 1;
      if (line.ends_with('\r')) line.pop_back();
      return line;
    }
    if (ended_) {
      if (begin_ == buffer_.size()) return std::nullopt;
      std::string line = buffer_.substr(begin_);
      begin_ = buffer_.size();
      return line;
    }
    buffer_.erase(0, begin_);
    begin_ = 0;
    searched = buffer_.size();
    if (buffer_.size() > longest_) throw ApiError(413, "", "request entity too large");
    buffer_.resize(searched + step);
    const std::size_t count = body_.read(buffer_.data() + searched, step);
    buffer_.resize(searched + count);
    ended_ = count == 0;
  }
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
