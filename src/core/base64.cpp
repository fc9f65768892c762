// SPDX-License-Identifier: Apache-2.0
#include "core/text.hpp"

#include <openssl/evp.h>

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

// OpenSSL counts in int, so long inputs go in pieces. Divisible by 3 and by 4, so that pieces join without padding.
constexpr std::size_t kPiece = std::size_t{12} << 20;

bool is_base64_character(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

unsigned char* bytes(std::string& text, std::size_t offset) {
  return reinterpret_cast<unsigned char*>(text.data()) + offset;
}

const unsigned char* bytes(std::string_view text, std::size_t offset) {
  return reinterpret_cast<const unsigned char*>(text.data()) + offset;
}

}  // namespace

std::string base64_encode(std::string_view raw) {
  std::string text((raw.size() + 2) / 3 * 4 + 1, '\0');  // EVP_EncodeBlock ends with a NUL.
  std::size_t written = 0;
  for (std::size_t offset = 0; offset < raw.size(); offset += kPiece) {
    const std::size_t size = std::min(kPiece, raw.size() - offset);
    written += static_cast<std::size_t>(
        EVP_EncodeBlock(bytes(text, written), bytes(raw, offset), static_cast<int>(size)));
  }
  text.resize(written);
  return text;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=') ++padding;
  const std::string_view digits = text.substr(0, text.size() - padding);
  // EVP_DecodeBlock would skip white space at both ends.
  if (!std::all_of(digits.begin(), digits.end(), is_base64_character)) return std::nullopt;

  std::string raw(text.size() / 4 * 3, '\0');
  for (std::size_t offset = 0; offset < text.size(); offset += kPiece) {
    const std::size_t size = std::min(kPiece, text.size() - offset);
    if (EVP_DecodeBlock(bytes(raw, offset / 4 * 3), bytes(text, offset), static_cast<int>(size)) < 0) {
      return std::nullopt;
    }
  }
  raw.resize(raw.size() - padding);
  return raw;
}

HUGGINGFACE_HUB_NAMESPACE_END
