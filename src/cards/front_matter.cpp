// SPDX-License-Identifier: Apache-2.0
#include "cards/front_matter.hpp"

#include "formats/utf8.hpp"

#include <algorithm>
#include <cstddef>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::string_view kFence = "---";

/// The length of the line break at `position`; 0 where there is none.
std::size_t break_length(std::string_view text, std::size_t position) noexcept {
  if (position >= text.size()) return 0;
  if (text[position] == '\n') return 1;
  if (text[position] != '\r') return 0;
  return position + 1 < text.size() && text[position + 1] == '\n' ? 2 : 1;
}

/// The end of a closing fence whose dashes begin at `position`, its line break included; nothing where it is none.
std::optional<std::size_t> closing_fence_end(std::string_view text, std::size_t position) noexcept {
  if (text.substr(position, kFence.size()) != kFence) return std::nullopt;
  position += kFence.size();
  while (position < text.size() && (text[position] == ' ' || text[position] == '\t')) ++position;
  if (position == text.size()) return position;
  if (text[position] == '\n') return position + 1;
  // A lone `\r` does not close.
  if (text[position] == '\r' && break_length(text, position) == 2) return position + 2;
  return std::nullopt;
}

/// The block whose body begins at `begin`.
std::optional<FrontMatter> close_from(std::string_view text, std::size_t begin) noexcept {
  for (std::size_t i = begin; i < text.size(); ++i) {
    const std::size_t length = break_length(text, i);
    if (length == 0) continue;
    if (const auto end = closing_fence_end(text, i + length)) {
      return FrontMatter{text.substr(begin, i - begin), text.substr(*end)};
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<FrontMatter> find_front_matter(std::string_view content) noexcept {
  const std::size_t opener = leading_space(content);
  if (content.substr(opener, kFence.size()) != kFence) return std::nullopt;
  const std::size_t after = opener + kFence.size();
  const std::size_t length = break_length(content, after);
  if (length == 0) return std::nullopt;
  if (auto found = close_from(content, after + length)) return found;
  // `---\r\n---`: the `\n` may serve as the break before the closing fence.
  return length == 2 ? close_from(content, after + 1) : std::nullopt;
}

std::optional<std::string> detect_line_break(std::string_view text) {
  const auto returns = std::count(text.begin(), text.end(), '\r');
  const auto feeds = std::count(text.begin(), text.end(), '\n');
  if (returns == 0 && feeds == 0) return std::nullopt;
  std::ptrdiff_t pairs = 0;
  for (std::size_t i = text.find("\r\n"); i != std::string_view::npos; i = text.find("\r\n", i + 2)) ++pairs;
  if (pairs == returns && pairs == feeds) return "\r\n";
  return returns > feeds ? "\r" : "\n";
}

HUGGINGFACE_HUB_NAMESPACE_END
