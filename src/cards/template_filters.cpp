// SPDX-License-Identifier: Apache-2.0
// The filters of texts and numbers, and the table of all.
#include "cards/template_filters.hpp"

#include "formats/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

using Arguments = TemplateArguments;

TemplateValue filter_default(const TemplateValue& input, const Arguments& arguments) {
  const TemplateValue fallback = arguments.get(0, "default_value");
  const bool also_falsy = arguments.get(1, "boolean").is_truthy();
  if (!input.undefined && (!also_falsy || input.is_truthy())) return input;
  return fallback.undefined ? MetaValue("") : fallback;
}

TemplateValue filter_capitalize(const TemplateValue& input, const Arguments&) {
  return MetaValue(python_capitalize(python_str(input)));
}

TemplateValue filter_lower(const TemplateValue& input, const Arguments&) {
  return MetaValue(python_lower(python_str(input)));
}

TemplateValue filter_upper(const TemplateValue& input, const Arguments&) {
  return MetaValue(python_upper(python_str(input)));
}

/// Capitals after white space, `-` and opening brackets.
TemplateValue filter_title(const TemplateValue& input, const Arguments&) {
  const std::string text = python_str(input);
  constexpr std::string_view kBefore = "-({[<";
  std::string out;
  std::size_t start = 0;
  std::size_t i = 0;
  while (i < text.size()) {
    const std::size_t blank = leading_space(std::string_view(text).substr(i));
    const std::size_t length = blank != 0 ? blank : kBefore.find(text[i]) != std::string_view::npos ? 1 : 0;
    if (length == 0) {
      ++i;
      continue;
    }
    out += python_capitalize(text.substr(start, i - start)) + text.substr(i, length);
    i += length;
    start = i;
  }
  return MetaValue(out + python_capitalize(text.substr(start)));
}

TemplateValue filter_trim(const TemplateValue& input, const Arguments& arguments) {
  const std::string text = python_str(input);
  const TemplateValue given = arguments.get(0, "chars");
  if (given.undefined || given.value.is_null()) return MetaValue(python_strip(text));
  const std::string characters = python_str(given);
  const std::size_t first = text.find_first_not_of(characters);
  if (first == std::string::npos) return MetaValue("");
  return MetaValue(text.substr(first, text.find_last_not_of(characters) - first + 1));
}

TemplateValue filter_replace(const TemplateValue& input, const Arguments& arguments) {
  const std::string text = python_str(input);
  const std::string old_text = python_str(arguments.get(0, "old"));
  const std::string new_text = python_str(arguments.get(1, "new"));
  if (old_text.empty()) throw TemplateFailure{"`replace` needs a text to look for"};
  const auto most = arguments.get(2, "count").value.as_integer();
  std::string out;
  std::size_t start = 0;
  std::int64_t done = 0;
  for (std::size_t at = text.find(old_text); at != std::string::npos && (!most || done < *most);
       at = text.find(old_text, start), ++done) {
    out += text.substr(start, at - start) + new_text;
    if (out.size() > kMaxTemplateText) throw TemplateFailure{"a text is too long"};
    start = at + old_text.size();
  }
  return MetaValue(out + text.substr(start));
}

TemplateValue filter_escape(const TemplateValue& input, const Arguments&) {
  std::string out;
  for (const char c : python_str(input)) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '\'': out += "&#39;"; break;
      case '"': out += "&#34;"; break;
      default: out += c;
    }
  }
  return MetaValue(std::move(out));
}

/// Each line but the first moves `width` blanks to the right; empty ones stay empty.
TemplateValue filter_indent(const TemplateValue& input, const Arguments& arguments) {
  constexpr std::int64_t kWidest = 1000;
  const std::int64_t width =
      std::clamp<std::int64_t>(arguments.get(0, "width").value.as_integer().value_or(4), 0, kWidest);
  const std::string blanks(static_cast<std::size_t>(width), ' ');
  const std::string text = python_str(input);
  std::string out = arguments.get(1, "first").is_truthy() ? blanks : "";
  for (std::size_t i = 0; i < text.size(); ++i) {
    out += text[i];
    const bool next_is_empty = i + 1 == text.size() || text[i + 1] == '\n';
    if (text[i] == '\n' && (!next_is_empty || arguments.get(2, "blank").is_truthy())) out += blanks;
  }
  return MetaValue(std::move(out));
}

/// Runs of letters, digits and underscores.
TemplateValue filter_wordcount(const TemplateValue& input, const Arguments&) {
  std::int64_t words = 0;
  bool inside = false;
  for (const char c : python_str(input)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                        static_cast<unsigned char>(c) >= 0x80;
    if (letter && !inside) ++words;
    inside = letter;
  }
  return MetaValue(words);
}

/// `float(text)` of Python for decimal forms, whatever the locale.
std::optional<double> number_in(const TemplateValue& input) {
  if (input.undefined) throw TemplateFailure{"something undefined is no number"};
  if (const auto number = python_number(input.value)) return number;
  const std::string* text = input.value.as_string();
  if (text == nullptr) return std::nullopt;
  std::string_view digits = python_strip(*text);
  if (!digits.empty() && digits[0] == '+') digits.remove_prefix(1);
  double number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || failure != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return number;
}

TemplateValue filter_int(const TemplateValue& input, const Arguments& arguments) {
  if (!input.undefined && input.value.as_integer()) return input;
  const auto number = number_in(input);
  if (number && std::fabs(*number) < 9e18) return MetaValue(static_cast<std::int64_t>(*number));
  const TemplateValue fallback = arguments.get(0, "default");
  return fallback.undefined ? MetaValue(0) : fallback;
}

TemplateValue filter_float(const TemplateValue& input, const Arguments& arguments) {
  if (const auto number = number_in(input)) return MetaValue(*number);
  const TemplateValue fallback = arguments.get(0, "default");
  return fallback.undefined ? MetaValue(0.0) : fallback;
}

/// `round(number, digits)` of Python: to the nearest of the exact value, halves to even.
double rounded(double number, std::int64_t digits) {
  if (digits < 0 || !std::isfinite(number)) {
    const double scale = std::pow(10.0, static_cast<double>(-digits));
    return digits < 0 ? std::nearbyint(number / scale) * scale : number;
  }
  std::array<char, 512> buffer{};
  const auto made = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, std::chars_format::fixed,
                                  static_cast<int>(digits));
  if (made.ec != std::errc()) return number;
  double back = number;
  std::from_chars(buffer.data(), made.ptr, back);
  return back;
}

TemplateValue filter_round(const TemplateValue& input, const Arguments& arguments) {
  constexpr std::int64_t kMostDigits = 100;
  const std::int64_t digits = std::clamp<std::int64_t>(
      arguments.get(0, "precision").value.as_integer().value_or(0), -kMostDigits, kMostDigits);
  const TemplateValue given = arguments.get(1, "method");
  const std::string method = given.undefined ? "common" : python_str(given);
  const auto number = python_number(input.value);
  if (input.undefined || !number) throw TemplateFailure{"'" + python_str(input) + "' is no number"};
  if (method == "common") {
    if (input.value.as_integer() && digits >= 0) return input;
    return MetaValue(rounded(*number, digits));
  }
  if (method != "ceil" && method != "floor") throw TemplateFailure{"`round` knows common, ceil and floor"};
  const double scale = std::pow(10.0, static_cast<double>(digits));
  return MetaValue((method == "ceil" ? std::ceil(*number * scale) : std::floor(*number * scale)) / scale);
}

TemplateValue filter_abs(const TemplateValue& input, const Arguments&) {
  const auto number = python_number(input.value);
  if (input.undefined || !number) throw TemplateFailure{"'" + python_str(input) + "' is no number"};
  if (input.value.kind() == MetaValue::Kind::floating || *number < -9e18) return MetaValue(std::fabs(*number));
  return MetaValue(static_cast<std::int64_t>(std::fabs(*number)));
}

TemplateValue filter_string(const TemplateValue& input, const Arguments&) { return MetaValue(python_str(input)); }

const TemplateFilters& filters() {
  static const TemplateFilters table = [] {
    TemplateFilters all = list_template_filters();
    all.insert({
        {"abs", filter_abs},
        {"capitalize", filter_capitalize},
        {"d", filter_default},
        {"default", filter_default},
        {"e", filter_escape},
        {"escape", filter_escape},
        {"float", filter_float},
        {"indent", filter_indent},
        {"int", filter_int},
        {"lower", filter_lower},
        {"replace", filter_replace},
        {"round", filter_round},
        {"safe", [](const TemplateValue& input, const Arguments&) { return input; }},
        {"string", filter_string},
        {"title", filter_title},
        {"tojson", template_filter_tojson},
        {"trim", filter_trim},
        {"upper", filter_upper},
        {"wordcount", filter_wordcount},
    });
    return all;
  }();
  return table;
}

}  // namespace

bool is_template_filter(const std::string& name) { return filters().count(name) != 0; }

TemplateValue apply_template_filter(const std::string& name, const TemplateValue& input,
                                    const TemplateArguments& arguments) {
  return filters().at(name)(input, arguments);
}

HUGGINGFACE_HUB_NAMESPACE_END
