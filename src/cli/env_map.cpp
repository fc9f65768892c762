// SPDX-License-Identifier: Apache-2.0
#include "cli/env_map.hpp"

#include "cli/environment.hpp"
#include "cli/failure.hpp"

#include "huggingface_hub/auth.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>

namespace huggingface_hub::cli {

namespace {

constexpr std::string_view kBlank = " \t\v\f";

bool is_name_character(char c, bool first) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (!first && c >= '0' && c <= '9');
}

std::string_view without_blanks_before(std::string_view text) {
  return text.substr(std::min(text.find_first_not_of(kBlank), text.size()));
}

std::string_view stripped(std::string_view text) {
  text = without_blanks_before(text);
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

/// Nothing, or a comment.
bool is_rest_of_line(std::string_view text) {
  text = without_blanks_before(text);
  return text.empty() || text.front() == '#';
}

/// The quoted text that `text` begins with, quotes included, if nothing but a comment follows it. A quote after a
/// backslash ends it only where no other one does.
std::optional<std::string_view> quoted_value(std::string_view text) {
  if (text.empty() || (text.front() != '"' && text.front() != '\'')) return std::nullopt;
  std::vector<std::size_t> ends;
  for (std::size_t i = text.find(text.front(), 1); i != std::string_view::npos; i = text.find(text.front(), i + 1)) {
    ends.push_back(i);
    if (text[i - 1] != '\\') break;
  }
  for (auto end = ends.rbegin(); end != ends.rend(); ++end) {
    if (is_rest_of_line(text.substr(*end + 1))) return text.substr(0, *end + 1);
  }
  return std::nullopt;
}

/// Up to a `#` that follows a blank.
std::string_view unquoted_value(std::string_view text) {
  for (std::size_t i = text.find('#'); i != std::string_view::npos; i = text.find('#', i + 1)) {
    if (i > 0 && kBlank.find(text[i - 1]) != std::string_view::npos) return stripped(text.substr(0, i));
  }
  return stripped(text);
}

std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      plain += text[i];
      continue;
    }
    const char next = text[++i];
    if (next == 'n') plain += '\n';
    else if (next == 't') plain += '\t';
    else if (next == '"' || next == '\\' || next == '$') plain += next;
    else plain += {'\\', next};
  }
  return plain;
}

std::string value_of(std::string_view text) {
  const auto quoted = quoted_value(without_blanks_before(text));
  const std::string_view raw = quoted ? *quoted : unquoted_value(text);
  const bool in_quotes = !raw.empty() && raw.front() == raw.back() && (raw.front() == '"' || raw.front() == '\'');
  if (!in_quotes) return std::string(raw);
  const std::string_view inner = raw.size() < 2 ? std::string_view() : raw.substr(1, raw.size() - 2);
  return raw.front() == '"' ? unescaped(inner) : std::string(inner);
}

void set(EnvMap& map, const std::string& key, std::string value) {
  const auto known = std::find_if(map.begin(), map.end(), [&](const auto& pair) { return pair.first == key; });
  if (known == map.end()) map.emplace_back(key, std::move(value));
  else known->second = std::move(value);
}

void add_line(EnvMap& map, std::string_view line, const EnvLookup& lookup) {
  constexpr std::string_view kExport = "export";
  line = stripped(line);
  if (line.substr(0, kExport.size()) == kExport) {
    const std::string_view rest = line.substr(kExport.size());
    const std::string_view assignment = without_blanks_before(rest);
    if (assignment.size() < rest.size() && !assignment.empty() && is_name_character(assignment.front(), true)) {
      line = assignment;
    }
  }
  std::size_t end = 0;
  while (end < line.size() && is_name_character(line[end], end == 0)) ++end;
  if (end == 0) return;
  const std::string key(line.substr(0, end));
  const std::string_view after = without_blanks_before(line.substr(end));
  if (!after.empty() && after.front() == '=') return set(map, key, value_of(after.substr(1)));
  if (!is_rest_of_line(after)) return;
  if (std::optional<std::string> value = lookup(key)) set(map, key, std::move(*value));
}

std::string read_all(Context& context, const std::string& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream stream(file, std::ios::binary);
  struct stat facts{};
  if (!stream || ::stat(file.c_str(), &facts) != 0) throw CliError("No such file or directory: '" + file + "'.");
  if (S_ISDIR(facts.st_mode)) throw CliError("Is a directory: '" + file + "'.");
  if (const unsigned mode = facts.st_mode & 0777; (mode & 077) != 0) {
    char digits[8];
    std::snprintf(digits, sizeof digits, "%o", mode);
    context.out.warning("'" + file + "' can be read by other users (mode " + digits + "). Run `chmod 600 " + file +
                        "` to keep it to yourself.");
  }
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

void add_dotenv(EnvMap& map, std::string_view text, const EnvLookup& lookup) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.substr(0, kByteOrderMark.size()) == kByteOrderMark) text.remove_prefix(kByteOrderMark.size());
  while (!text.empty()) {
    const std::size_t end = text.find_first_of("\r\n");
    add_line(map, text.substr(0, end), lookup);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
}

EnvMap read_env(Context& context, const std::vector<std::string>& items, const std::optional<std::string>& file) {
  const EnvLookup lookup = [&](const std::string& key) -> std::optional<std::string> {
    if (key == "HF_TOKEN") return get_token(context.api());
    return non_empty(environment_variable(key));
  };
  EnvMap map;
  if (file) add_dotenv(map, read_all(context, *file), lookup);
  for (const std::string& item : items) add_dotenv(map, item, lookup);
  return map;
}

}  // namespace huggingface_hub::cli
