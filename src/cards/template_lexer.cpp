// SPDX-License-Identifier: Apache-2.0
#include "cards/template_expression.hpp"

#include "formats/utf8.hpp"

#include <algorithm>
#include <array>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::size_t kMaxTokens = 2'000;  // Of one expression.

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_name_character(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// `\xNN`, `\uNNNN`, `\UNNNNNNNN`: appends the character and gives the digits used; 0 where they are malformed.
std::size_t append_coded(std::string& out, std::string_view digits, std::size_t length) {
  if (digits.size() < length) return 0;
  char32_t point = 0;
  for (std::size_t i = 0; i < length; ++i) {
    const int digit = hex_value(digits[i]);
    if (digit < 0) return 0;
    point = point * 16 + static_cast<char32_t>(digit);
  }
  if (point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF)) return 0;
  append_utf8(out, point);
  return length;
}

/// The escape after a backslash at `text[0]`; appends what it stands for and gives its length.
std::size_t append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view kNames = "abfnrtv0\\'\"";
  constexpr std::string_view kValues{"\a\b\f\n\r\t\v\0\\'\"", 11};
  const std::size_t simple = kNames.find(text[0]);
  if (simple != std::string_view::npos) {
    out += kValues[simple];
    return 1;
  }
  const std::size_t length = text[0] == 'x' ? 2 : text[0] == 'u' ? 4 : text[0] == 'U' ? 8 : 0;
  if (length > 0) {
    const std::size_t used = append_coded(out, text.substr(1), length);
    if (used == 0) throw TemplateFailure{"malformed escape in a text"};
    return 1 + used;
  }
  if (text[0] == '\n') return 1;
  out += '\\';
  return 0;
}

TemplateToken read_string(std::string_view source, std::size_t& position) {
  const char quote = source[position++];
  TemplateToken token{TemplateTokenKind::string, {}};
  while (position < source.size() && source[position] != quote) {
    if (source[position] == '\\' && position + 1 < source.size()) {
      ++position;
      position += append_escaped(token.text, source.substr(position));
    } else {
      token.text += source[position++];
    }
  }
  if (position >= source.size()) throw TemplateFailure{"a text has no closing quote"};
  ++position;
  return token;
}

TemplateToken read_number(std::string_view source, std::size_t& position) {
  const std::size_t start = position;
  const auto skip_digits = [&] {
    while (position < source.size() && (is_digit(source[position]) || source[position] == '_')) ++position;
  };
  const auto at = [&](std::size_t i) { return i < source.size() ? source[i] : '\0'; };
  skip_digits();
  if (at(position) == '.' && is_digit(at(position + 1))) {
    ++position;
    skip_digits();
  }
  if (at(position) == 'e' || at(position) == 'E') {
    const std::size_t sign = at(position + 1) == '-' || at(position + 1) == '+' ? 1 : 0;
    if (is_digit(at(position + 1 + sign))) {
      position += 1 + sign;
      skip_digits();
    }
  }
  TemplateToken token{TemplateTokenKind::number, {}};
  for (const char c : source.substr(start, position - start)) {
    if (c != '_') token.text += c;
  }
  return token;
}

TemplateToken read_symbol(std::string_view source, std::size_t& position) {
  constexpr std::array<std::string_view, 6> kDouble{"==", "!=", "<=", ">=", "//", "**"};
  const std::string_view two = source.substr(position, 2);
  const std::size_t length = std::find(kDouble.begin(), kDouble.end(), two) != kDouble.end() ? 2 : 1;
  const std::string_view symbol = source.substr(position, length);
  if (length == 1 && std::string_view("|.,()[]{}:=<>+-*/%~").find(symbol) == std::string_view::npos) {
    throw TemplateFailure{"unexpected character '" + std::string(symbol) + "'"};
  }
  position += length;
  return {TemplateTokenKind::symbol, std::string(symbol)};
}

}  // namespace

std::vector<TemplateToken> read_template_tokens(std::string_view source, std::size_t& position,
                                                std::string_view closer) {
  std::vector<TemplateToken> tokens;
  std::size_t open = 0;  // Brackets; a `}}` inside of them closes two mappings.
  while (true) {
    while (position < source.size() && is_space(source[position])) ++position;
    if (position >= source.size()) throw TemplateFailure{"'" + std::string(closer) + "' is missing"};
    if (tokens.size() > kMaxTokens) throw TemplateFailure{"an expression is too long"};
    const std::string_view rest = source.substr(position);
    const std::size_t sign = rest[0] == '-' || (rest[0] == '+' && closer == "%}") ? 1 : 0;
    if (open == 0 && rest.substr(sign, closer.size()) == closer) {
      position += sign + closer.size();
      tokens.push_back({TemplateTokenKind::end, std::string(rest.substr(0, sign))});
      return tokens;
    }
    const char c = rest[0];
    if (c == '"' || c == '\'') {
      tokens.push_back(read_string(source, position));
    } else if (is_digit(c)) {
      tokens.push_back(read_number(source, position));
    } else if (is_name_character(c)) {
      const std::size_t start = position;
      while (position < source.size() && is_name_character(source[position])) ++position;
      tokens.push_back({TemplateTokenKind::name, std::string(source.substr(start, position - start))});
    } else {
      tokens.push_back(read_symbol(source, position));
      if (std::string_view("([{").find(c) != std::string_view::npos) ++open;
      if (std::string_view(")]}").find(c) != std::string_view::npos && open > 0) --open;
    }
  }
}

HUGGINGFACE_HUB_NAMESPACE_END
