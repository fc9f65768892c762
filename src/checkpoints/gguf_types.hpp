// SPDX-License-Identifier: Apache-2.0
// The types of tensors in GGUF files.
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstdint>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {

/// Elements come in blocks of so many bytes.
struct GgufType {
  std::uint32_t number;
  std::string_view name;
  std::uint64_t block_elements;
  std::uint64_t block_bytes;
};

/// Null for numbers that are not known.
const GgufType* find_gguf_type(std::uint32_t number) noexcept;
/// Of `general.file_type`; empty where it is not known.
std::string_view gguf_file_type_name(std::uint64_t number) noexcept;

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
