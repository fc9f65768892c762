// SPDX-License-Identifier: Apache-2.0
#include "cards/card_file.hpp"

#include "core/files.hpp"
#include "formats/utf8.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

std::string read_card_file(const std::filesystem::path& path) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string text = files::read_text(path).value();
  const std::size_t valid = valid_utf8_prefix(text);
  if (valid != text.size()) {
    Error error;
    error.code = ErrorCode::card;
    error.path = path;
    error.message = "The card " + path.string() + " is not UTF-8 (byte " + std::to_string(valid) + ").";
    throw_error(error);
  }
  if (text.compare(0, kByteOrderMark.size(), kByteOrderMark) == 0) text.erase(0, kByteOrderMark.size());
  return text;
}

HUGGINGFACE_HUB_NAMESPACE_END
