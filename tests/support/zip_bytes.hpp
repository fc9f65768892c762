// SPDX-License-Identifier: Apache-2.0
/// @file
/// ZIP archives made by hand, good and bad.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace huggingface_hub::testing {

/// An entry, with what its headers shall claim.
struct ZipPart {
  std::string name{};
  std::string content{};
  std::uint16_t flags{0};
  std::uint16_t method{0};
  std::int64_t size_lie{0};    ///< Added to the uncompressed size in the directory.
  std::int64_t offset_lie{0};  ///< Added to the place of the local header in the directory.
};

inline std::uint32_t crc32_of(std::string_view bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

inline std::string little_endian(std::size_t bytes, std::uint64_t value) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += i < 8 ? static_cast<char>(value >> (8 * i) & 0xFFU) : '\0';
  return text;
}

/// A ZIP file of `parts`, stored whatever they claim.
inline std::string zip_bytes(const std::vector<ZipPart>& parts) {
  std::string file;
  std::string directory;
  for (const ZipPart& part : parts) {
    const std::uint64_t at = file.size();
    const auto size = static_cast<std::uint64_t>(static_cast<std::int64_t>(part.content.size()) + part.size_lie);
    const std::string common = little_endian(2, 20) + little_endian(2, part.flags) + little_endian(2, part.method) +
                               little_endian(4, 0x00210000) + little_endian(4, crc32_of(part.content)) +
                               little_endian(4, part.content.size()) + little_endian(4, size) +
                               little_endian(2, part.name.size());
    file += "PK\x03\x04" + common + little_endian(2, 0) + part.name + part.content;
    directory += "PK\x01\x02" + little_endian(2, 20) + common + little_endian(12, 0) +
                 little_endian(4, static_cast<std::uint64_t>(static_cast<std::int64_t>(at) + part.offset_lie)) + part.name;
  }
  const std::uint64_t start = file.size();
  return file + directory + "PK\x05\x06" + little_endian(4, 0) + little_endian(2, parts.size()) +
         little_endian(2, parts.size()) + little_endian(4, directory.size()) + little_endian(4, start) +
         little_endian(2, 0);
}

}  // namespace huggingface_hub::testing
