// SPDX-License-Identifier: Apache-2.0
/// @file
/// GGUF files made by hand.
#pragma once

#include "support/zip_bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace huggingface_hub::testing::ggufs {

inline std::string text(std::string_view value) { return little_endian(8, value.size()) + std::string(value); }
/// A key with its value: the number of the type, then the bytes.
inline std::string entry(std::string_view key, std::uint32_t type, const std::string& value) {
  return text(key) + little_endian(4, type) + value;
}
inline std::string text_entry(std::string_view key, std::string_view value) { return entry(key, 8, text(value)); }
inline std::string number_entry(std::string_view key, std::uint32_t value) { return entry(key, 4, little_endian(4, value)); }

inline std::string tensor(std::string_view name, const std::vector<std::uint64_t>& shape, std::uint32_t type,
                          std::uint64_t offset) {
  std::string all = text(name) + little_endian(4, shape.size());
  for (const std::uint64_t size : shape) all += little_endian(8, size);
  return all + little_endian(4, type) + little_endian(8, offset);
}

/// A whole file with `data_size` zero bytes of data.
inline std::string file(const std::vector<std::string>& entries, const std::vector<std::string>& tensors,
                        std::size_t data_size = 0, std::size_t alignment = 32, std::uint32_t version = 3) {
  std::string all = "GGUF" + little_endian(4, version) + little_endian(8, tensors.size()) + little_endian(8, entries.size());
  for (const std::string& one : entries) all += one;
  for (const std::string& one : tensors) all += one;
  if (data_size > 0) all.append((alignment - all.size() % alignment) % alignment + data_size, '\0');
  return all;
}

}  // namespace huggingface_hub::testing::ggufs
