// SPDX-License-Identifier: Apache-2.0
#include "transfer/read_cursor.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

constexpr std::uint64_t kBuffer = std::uint64_t{64} << 10;

}  // namespace

Result<void> LocalCursor::read(std::uint64_t offset, char* to, std::size_t size, const CancellationToken& cancel) {
  if (cancel.is_cancelled()) return as_result([&] { cancel.throw_if_cancelled(); });
  while (size > 0) {
    const Result<std::size_t> got = file_->read_at(offset, to, size);
    if (!got.ok()) return got.error();
    if (*got == 0) {
      Error error;
      error.code = ErrorCode::io;
      error.path = file_->path();
      error.message = "The file " + file_->path().string() + " became shorter while it was being read.";
      return error;
    }
    offset += *got;
    to += *got;
    size -= *got;
  }
  return {};
}

Result<ReadView> LocalCursor::view(std::uint64_t offset, const CancellationToken& cancel) {
  const auto size = static_cast<std::size_t>(std::min(kBuffer, size_ - offset));
  const std::shared_ptr<char[]> buffer(new char[size]);
  if (Result<void> done = read(offset, buffer.get(), size, cancel); !done.ok()) return done.error();
  return ReadView{buffer.get(), size, buffer};
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
