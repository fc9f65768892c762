// SPDX-License-Identifier: Apache-2.0
#include "auth/stored_tokens.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <cstddef>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

constexpr std::string_view kDefaultSection = "DEFAULT";  // Its keys count in each section.

std::string* find_field(Fields& fields, std::string_view key) {
  for (auto& [name, value] : fields) {
    if (name == key) return &value;
  }
  return nullptr;
}

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    if (length == 0 || lead > 0xf4 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

Error parse_error(std::size_t line, const char* why) {
  Error error;
  error.code = ErrorCode::io;
  error.message = "Line " + std::to_string(line) + " of the stored tokens " + why + ".";
  return error;
}

/// Takes the lines of an INI file one by one.
class IniReader {
 public:
  /// Nothing, or what is wrong with the line.
  const char* take(std::string_view line) {
    const std::string_view value = trim(line);
    if (value.empty()) {
      if (current_value_ != kNone) current_value().push_back('\n');  // Belongs to the value if more of it follows.
      return nullptr;
    }
    if (value.front() == '#' || value.front() == ';') return nullptr;

    const std::size_t indentation = line.find_first_not_of(" \t\r\n\v\f");
    if (current_value_ != kNone && indentation > indentation_) {
      current_value().append("\n").append(value);
      return nullptr;
    }
    indentation_ = indentation;
    const std::size_t bracket = value.rfind(']');
    if (value.front() == '[' && bracket != std::string_view::npos && bracket >= 2) {
      return start_section(value.substr(1, bracket - 1));
    }
    return in_section_ ? add_field(value) : "comes before the first section";
  }

  std::vector<StoredToken> finish() {
    drop_trailing_space(defaults_);
    for (StoredToken& section : sections_) {
      drop_trailing_space(section.fields);
      Fields fields = defaults_;
      for (const auto& [key, value] : section.fields) {
        if (std::string* inherited = find_field(fields, key)) *inherited = value;
        else fields.emplace_back(key, value);
      }
      section.fields = std::move(fields);
    }
    return std::move(sections_);
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  static void drop_trailing_space(Fields& fields) {
    for (auto& [key, value] : fields) {
      while (!value.empty() && trim(std::string_view(value).substr(value.size() - 1)).empty()) value.pop_back();
    }
  }

  Fields& fields() { return in_defaults_ ? defaults_ : sections_.back().fields; }
  std::string& current_value() { return fields()[current_value_].second; }

  const char* start_section(std::string_view name) {
    in_section_ = true;
    current_value_ = kNone;
    in_defaults_ = name == kDefaultSection;
    if (in_defaults_) return nullptr;
    for (const StoredToken& section : sections_) {
      if (section.name == name) return "repeats a section";
    }
    sections_.emplace_back();
    sections_.back().name = name;
    return nullptr;
  }

  const char* add_field(std::string_view line) {
    const std::size_t delimiter = line.find_first_of("=:");
    if (delimiter == std::string_view::npos) return "is neither a section nor a setting";
    const std::string key = to_lower(trim(line.substr(0, delimiter)));
    if (key.empty()) return "has a setting without a name";
    if (find_field(fields(), key) != nullptr) return "repeats a setting";
    fields().emplace_back(key, trim(line.substr(delimiter + 1)));
    current_value_ = fields().size() - 1;
    return nullptr;
  }

  std::vector<StoredToken> sections_{};
  Fields defaults_{};
  bool in_section_{false};
  bool in_defaults_{false};
  std::size_t current_value_{kNone};
  std::size_t indentation_{0};
};

}  // namespace

std::optional<std::string> StoredToken::field(std::string_view key) const {
  for (const auto& [present, value] : fields) {
    if (present == key) return value;
  }
  return std::nullopt;
}

Result<std::vector<StoredToken>> parse_stored_tokens(std::string_view text) {
  if (!is_utf8(text)) return parse_error(1, "or a later one is not UTF-8");
  IniReader reader;
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = text.find('\n');
    if (const char* problem = reader.take(text.substr(0, end))) return parse_error(line, problem);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return reader.finish();
}

std::string format_stored_tokens(std::vector<StoredToken> tokens) {
  std::sort(tokens.begin(), tokens.end(),
            [](const StoredToken& a, const StoredToken& b) { return a.name < b.name; });
  std::string text;
  for (const StoredToken& token : tokens) {
    text += "[" + token.name + "]\n";
    for (const auto& [key, value] : token.fields) {
      text += key + " = ";
      for (const char c : value) {
        text.push_back(c);
        if (c == '\n') text.push_back('\t');
      }
      text.push_back('\n');
    }
    text.push_back('\n');
  }
  return text;
}

std::string storable_token_name(std::string_view name) {
  std::string storable(name);
  std::replace(storable.begin(), storable.end(), '\n', ' ');
  std::replace(storable.begin(), storable.end(), '\r', ' ');
  if (storable.empty() || storable == kDefaultSection) return "token";
  return storable;
}

HUGGINGFACE_HUB_NAMESPACE_END
