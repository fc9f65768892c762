// SPDX-License-Identifier: Apache-2.0
/// @file
/// Safetensors files made by hand, good and bad.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace huggingface_hub::testing {

/// Eight bytes of `length`, then `header`, then `data`.
inline std::string safetensors_with_length(std::uint64_t length, std::string_view header, std::string_view data = {}) {
  std::string file(8, '\0');
  std::memcpy(file.data(), &length, 8);
  file += header;
  file += data;
  return file;
}

inline std::string safetensors(std::string_view header, std::size_t data_size = 16) {
  return safetensors_with_length(header.size(), header, std::string(data_size, '\0'));
}

}  // namespace huggingface_hub::testing
