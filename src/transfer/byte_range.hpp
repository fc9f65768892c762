// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstdint>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// The bytes from `begin` up to, not including, `end`.
struct ByteRange {
  std::uint64_t begin{0};
  std::uint64_t end{0};
  [[nodiscard]] std::uint64_t size() const noexcept { return end - begin; }
  friend bool operator==(const ByteRange&, const ByteRange&) = default;
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
