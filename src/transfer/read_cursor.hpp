// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/files.hpp"

#include "huggingface_hub/cancellation.hpp"
#include "huggingface_hub/result.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// Bytes in memory that stay there as long as a copy of `keeper`.
struct ReadView {
  const char* data{nullptr};
  std::size_t size{0};
  std::shared_ptr<const void> keeper{};
};

/// Reads one file at offsets, whatever it takes to get at its bytes. Safe to use from any thread.
class ReadCursor {
 public:
  virtual ~ReadCursor() = default;
  /// Fills `size` bytes from `offset`, all of them inside of the file.
  virtual Result<void> read(std::uint64_t offset, char* to, std::size_t size, const CancellationToken& cancel) = 0;
  /// Some bytes from `offset` (inside of the file), at least one.
  virtual Result<ReadView> view(std::uint64_t offset, const CancellationToken& cancel) = 0;
};

/// A file on the disk.
class LocalCursor final : public ReadCursor {
 public:
  LocalCursor(std::shared_ptr<const files::PositionalFile> file, std::uint64_t size)
      : file_(std::move(file)), size_(size) {}

  Result<void> read(std::uint64_t offset, char* to, std::size_t size, const CancellationToken& cancel) override;
  Result<ReadView> view(std::uint64_t offset, const CancellationToken& cancel) override;

 private:
  std::shared_ptr<const files::PositionalFile> file_;
  std::uint64_t size_;
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
