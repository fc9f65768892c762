// SPDX-License-Identifier: Apache-2.0
#include "core/text.hpp"

#include <unistd.h>

#include <algorithm>
#include <random>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

std::string random_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  constexpr std::size_t kMostAtOnce = 256;  // getentropy(3)
  for (std::size_t offset = 0; offset < size; offset += kMostAtOnce) {
    const std::size_t piece = std::min(kMostAtOnce, size - offset);
    if (::getentropy(bytes.data() + offset, piece) != 0) {
      std::random_device device;
      std::generate_n(bytes.begin() + static_cast<std::ptrdiff_t>(offset), piece,
                      [&device] { return static_cast<char>(device() & 0xffU); });
    }
  }
  return bytes;
}

}  // namespace

std::string to_lower(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() &&
         std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

std::string random_hex(std::size_t length) {
  std::string hex = to_hex(random_bytes((length + 1) / 2));
  hex.resize(length);
  return hex;
}

std::string random_uuid() {
  std::string bytes = random_bytes(16);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x40);  // Version 4, RFC 4122 4.4.
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  std::string hex = to_hex(bytes);
  for (const std::size_t dash : {20U, 16U, 12U, 8U}) hex.insert(dash, 1, '-');
  return hex;
}

HUGGINGFACE_HUB_NAMESPACE_END
