// SPDX-License-Identifier: Apache-2.0
#include "formats/yaml_scalar.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::size_t kMaxDecimalDigits = 4300;  // Where Python's int() gives up.

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_digit_or_underscore(char c) noexcept { return is_digit(c) || c == '_'; }

/// Walks over a text from the left; every `skip` says whether, or how much, it moved.
class Cursor {
 public:
  explicit Cursor(std::string_view text) noexcept : text_(text) {}

  [[nodiscard]] bool at_end() const noexcept { return position_ == text_.size(); }
  [[nodiscard]] char peek() const noexcept { return at_end() ? '\0' : text_[position_]; }
  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  void move_to(std::size_t position) noexcept { position_ = position; }

  bool skip(char c) noexcept {
    if (at_end() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  bool skip_sign() noexcept { return skip('-') || skip('+'); }

  template <typename Predicate>
  std::size_t skip_while(Predicate predicate, std::size_t most = std::string_view::npos) noexcept {
    const std::size_t start = position_;
    while (!at_end() && position_ - start < most && predicate(text_[position_])) ++position_;
    return position_ - start;
  }

  [[nodiscard]] std::string_view since(std::size_t start) const noexcept {
    return text_.substr(start, position_ - start);
  }

 private:
  std::string_view text_;
  std::size_t position_{0};
};

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) noexcept {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool is_null(std::string_view text) noexcept { return is_one_of(text, {"", "~", "null", "Null", "NULL"}); }

bool is_true(std::string_view text) noexcept {
  return is_one_of(text, {"yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"});
}

bool is_false(std::string_view text) noexcept {
  return is_one_of(text, {"no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"});
}

/// `(:[0-5]?[0-9])+`, at least once.
bool skip_sexagesimal_tail(Cursor& cursor) noexcept {
  std::size_t groups = 0;
  while (cursor.peek() == ':') {
    const std::size_t start = cursor.position();
    cursor.skip(':');
    const char first = cursor.peek();
    const std::size_t digits = cursor.skip_while(is_digit, 2);
    if (digits == 0 || (digits == 2 && first > '5')) {
      cursor.move_to(digits == 2 ? start + 2 : start);
      if (digits == 2) ++groups;
      break;
    }
    ++groups;
  }
  return groups > 0;
}

bool is_infinity(std::string_view text) noexcept {
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) text.remove_prefix(1);
  return is_one_of(text, {".inf", ".Inf", ".INF"});
}

bool is_nan(std::string_view text) noexcept { return is_one_of(text, {".nan", ".NaN", ".NAN"}); }

/// Nothing, or `[eE][-+]digits`, up to the end.
bool ends_with_exponent(Cursor& cursor) noexcept {
  if (cursor.skip('e') || cursor.skip('E')) {
    return cursor.skip_sign() && cursor.skip_while(is_digit) > 0 && cursor.at_end();
  }
  return cursor.at_end();
}

bool is_float(std::string_view text) noexcept {
  if (is_infinity(text) || is_nan(text)) return true;
  Cursor cursor(text);
  if (cursor.skip('.')) {  // No sign in this form.
    if (!is_digit(cursor.peek())) return false;
    cursor.skip_while(is_digit_or_underscore);
    return ends_with_exponent(cursor);
  }
  cursor.skip_sign();
  if (!is_digit(cursor.peek())) return false;
  cursor.skip_while(is_digit_or_underscore);
  const bool sexagesimal = cursor.peek() == ':' && skip_sexagesimal_tail(cursor);
  if (!cursor.skip('.')) return false;
  cursor.skip_while(is_digit_or_underscore);
  return sexagesimal ? cursor.at_end() : ends_with_exponent(cursor);
}

bool is_integer(std::string_view text) noexcept {
  Cursor cursor(text);
  cursor.skip_sign();
  if (cursor.skip('0')) {
    if (cursor.at_end()) return true;
    if (cursor.skip('b')) {
      return cursor.skip_while([](char c) { return c == '0' || c == '1' || c == '_'; }) > 0 && cursor.at_end();
    }
    if (cursor.skip('x')) {
      const auto is_hex = [](char c) {
        return is_digit_or_underscore(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
      };
      return cursor.skip_while(is_hex) > 0 && cursor.at_end();
    }
    return cursor.skip_while([](char c) { return (c >= '0' && c <= '7') || c == '_'; }) > 0 && cursor.at_end();
  }
  if (!is_digit(cursor.peek())) return false;
  cursor.skip_while(is_digit_or_underscore);
  if (cursor.peek() == ':') return skip_sexagesimal_tail(cursor) && cursor.at_end();
  return cursor.at_end();
}

struct Timestamp {
  int year{0};
  int month{0};
  int day{0};
  bool has_time{false};
  int hour{0};
  int minute{0};
  int second{0};
  std::string_view fraction{};
  bool is_utc{false};
  char zone_sign{'\0'};
  int zone_hour{0};
  int zone_minute{0};
};

/// Reads `fewest` to `most` digits.
std::optional<int> take_number(Cursor& cursor, std::size_t fewest, std::size_t most) noexcept {
  const std::size_t start = cursor.position();
  if (cursor.skip_while(is_digit, most) < fewest) return std::nullopt;
  int number = 0;
  for (const char c : cursor.since(start)) number = number * 10 + (c - '0');
  return number;
}

/// The optional fraction and zone, up to the end.
bool take_fraction_and_zone(Cursor& cursor, Timestamp& out) noexcept {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  if (cursor.skip('.')) {
    const std::size_t start = cursor.position();
    cursor.skip_while(is_digit);
    out.fraction = cursor.since(start);
  }
  if (cursor.at_end()) return true;
  cursor.skip_while(is_blank);
  if (cursor.skip('Z')) {
    out.is_utc = true;
    return cursor.at_end();
  }
  out.zone_sign = cursor.peek();
  if (!cursor.skip_sign()) return false;
  const auto hour = take_number(cursor, 1, 2);
  if (!hour) return false;
  out.zone_hour = *hour;
  if (cursor.skip(':')) {
    const auto minute = take_number(cursor, 2, 2);
    if (!minute) return false;
    out.zone_minute = *minute;
  }
  return cursor.at_end();
}

std::optional<Timestamp> parse_timestamp(std::string_view text) noexcept {
  Cursor cursor(text);
  Timestamp out;
  const auto year = take_number(cursor, 4, 4);
  if (!year || !cursor.skip('-')) return std::nullopt;
  const auto month = take_number(cursor, 1, 2);
  if (!month || !cursor.skip('-')) return std::nullopt;
  const auto day = take_number(cursor, 1, 2);
  if (!day) return std::nullopt;
  out.year = *year;
  out.month = *month;
  out.day = *day;
  if (cursor.at_end()) return out;
  out.has_time = true;
  if (!cursor.skip('T') && !cursor.skip('t') &&
      cursor.skip_while([](char c) { return c == ' ' || c == '\t'; }) == 0) {
    return std::nullopt;
  }
  const auto hour = take_number(cursor, 1, 2);
  if (!hour || !cursor.skip(':')) return std::nullopt;
  const auto minute = take_number(cursor, 2, 2);
  if (!minute || !cursor.skip(':')) return std::nullopt;
  const auto second = take_number(cursor, 2, 2);
  if (!second) return std::nullopt;
  out.hour = *hour;
  out.minute = *minute;
  out.second = *second;
  if (!take_fraction_and_zone(cursor, out)) return std::nullopt;
  return out;
}

Error scalar_error(std::string message) {
  Error error;
  error.code = ErrorCode::card;
  error.message = std::move(message);
  return error;
}

/// For messages: the text, cut where it is long.
std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  if (text.size() <= kLongest) return "\"" + std::string(text) + "\"";
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return "\"" + std::string(text.substr(0, end)) + "…\"";
}

int days_in_month(int year, int month) noexcept {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

bool is_possible(const Timestamp& t) noexcept {
  if (t.year < 1 || t.month < 1 || t.month > 12) return false;
  if (t.day < 1 || t.day > days_in_month(t.year, t.month)) return false;
  if (t.hour > 23 || t.minute > 59 || t.second > 59) return false;
  return t.zone_hour * 60 + t.zone_minute < 24 * 60;
}

std::string zone_text(const Timestamp& t) {
  if (t.is_utc) return "+00:00";
  if (t.zone_sign == '\0') return {};
  const int minutes = t.zone_hour * 60 + t.zone_minute;
  const char sign = t.zone_sign == '-' && minutes != 0 ? '-' : '+';
  std::array<char, 16> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%c%02d:%02d", sign, minutes / 60, minutes % 60);
  return buffer.data();
}

Result<YamlValue> make_timestamp(std::string_view text) {
  const std::optional<Timestamp> t = parse_timestamp(text);
  if (!t || !is_possible(*t)) return scalar_error(shown(text) + " is no date and no point in time");
  std::array<char, 48> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%04d-%02d-%02d", t->year, t->month, t->day);
  std::string out = buffer.data();
  if (!t->has_time) return YamlValue::timestamp(std::move(out));
  std::snprintf(buffer.data(), buffer.size(), " %02d:%02d:%02d", t->hour, t->minute, t->second);
  out += buffer.data();
  std::string fraction(t->fraction.substr(0, 6));
  fraction.resize(6, '0');
  if (fraction != "000000") out += "." + fraction;
  return YamlValue::timestamp(out + zone_text(*t));
}

/// A whole number of any size, built digit by digit: 32 bits a limb, least significant first.
class BigNumber {
 public:
  void multiply_add(std::uint32_t factor, std::uint32_t addend) {
    std::uint64_t carry = addend;
    for (std::uint32_t& limb : limbs_) {
      const std::uint64_t product = std::uint64_t{limb} * factor + carry;
      limb = static_cast<std::uint32_t>(product);
      carry = product >> 32U;
    }
    if (carry != 0) limbs_.push_back(static_cast<std::uint32_t>(carry));
  }

  std::string decimal() {
    std::string digits;
    while (!limbs_.empty()) {
      std::uint64_t rest = 0;
      for (auto limb = limbs_.rbegin(); limb != limbs_.rend(); ++limb) {
        const std::uint64_t current = (rest << 32U) | *limb;
        *limb = static_cast<std::uint32_t>(current / 10);
        rest = current % 10;
      }
      digits.push_back(static_cast<char>('0' + rest));
      while (!limbs_.empty() && limbs_.back() == 0) limbs_.pop_back();
    }
    if (digits.empty()) return "0";
    std::reverse(digits.begin(), digits.end());
    return digits;
  }

 private:
  std::vector<std::uint32_t> limbs_{};
};

YamlValue integer_from_decimal(bool negative, std::string digits) {
  const std::size_t first = digits.find_first_not_of('0');
  digits = first == std::string::npos ? "0" : digits.substr(first);
  if (negative && digits != "0") digits.insert(digits.begin(), '-');
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (failure == std::errc() && end == digits.data() + digits.size()) return YamlValue(number);
  return YamlValue::big_integer(std::move(digits));
}

int digit_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return 99;
}

/// `1:30:00` in base 60; each group is at most two digits but the first.
std::optional<std::string> decimal_of_sexagesimal(std::string_view text) {
  BigNumber number;
  std::uint32_t group = 0;
  bool leading = true;
  for (const char c : text) {
    if (c == ':') {
      if (!leading) number.multiply_add(60, group);
      leading = false;
      group = 0;
    } else if (leading) {
      number.multiply_add(10, static_cast<std::uint32_t>(digit_value(c)));
    } else {
      group = group * 10 + static_cast<std::uint32_t>(digit_value(c));
    }
  }
  if (!leading) number.multiply_add(60, group);
  return number.decimal();
}

std::optional<std::string> decimal_of_base(std::string_view text, int base) {
  if (text.empty()) return std::nullopt;
  BigNumber number;
  for (const char c : text) {
    const int digit = digit_value(c);
    if (digit >= base) return std::nullopt;
    number.multiply_add(static_cast<std::uint32_t>(base), static_cast<std::uint32_t>(digit));
  }
  return number.decimal();
}

Result<YamlValue> make_integer(std::string_view text) {
  if (text.size() > kMaxDecimalDigits) return scalar_error("a whole number has too many digits");
  if (!is_integer(text)) return scalar_error(shown(text) + " is no whole number");
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != '_'; });
  bool negative = false;
  if (digits[0] == '-' || digits[0] == '+') {
    negative = digits[0] == '-';
    digits.erase(0, 1);
  }
  const std::string_view view = digits;
  std::optional<std::string> decimal;
  if (view.substr(0, 2) == "0b") {
    decimal = decimal_of_base(view.substr(2), 2);
  } else if (view.substr(0, 2) == "0x") {
    decimal = decimal_of_base(view.substr(2), 16);
  } else if (view[0] == '0' && view.size() > 1) {
    decimal = decimal_of_base(view, 8);
  } else if (view.find(':') != std::string_view::npos) {
    decimal = decimal_of_sexagesimal(view);
  } else {
    decimal = digits;
  }
  if (!decimal) return scalar_error(shown(text) + " is no whole number");
  return integer_from_decimal(negative, std::move(*decimal));
}

/// strtod in the "C" locale would do; from_chars needs no locale at all.
double decimal_to_double(const std::string& text) noexcept {
  double value = 0;
  const char* first = text.data();
  const auto [end, failure] = std::from_chars(first, first + text.size(), value);
  (void)end;
  if (failure != std::errc::result_out_of_range) return value;
  // Too large or too small: from_chars leaves `value` alone. A negative exponent says which.
  const std::size_t exponent = text.find_first_of("eE");
  const bool small = exponent != std::string::npos && text.find('-', exponent) != std::string::npos;
  return small ? 0.0 : std::numeric_limits<double>::infinity();
}

double sexagesimal_to_double(std::string_view text) noexcept {
  // As Python: the groups from the right, each worth 60 times the one after it.
  double value = 0;
  double base = 1;
  while (true) {
    const std::size_t colon = text.rfind(':');
    const std::string_view group = colon == std::string_view::npos ? text : text.substr(colon + 1);
    value += decimal_to_double(std::string(group)) * base;
    if (colon == std::string_view::npos) return value;
    base *= 60;
    text = text.substr(0, colon);
  }
}

Result<YamlValue> make_float(std::string_view text) {
  if (is_nan(text)) return YamlValue(std::numeric_limits<double>::quiet_NaN());
  if (is_infinity(text)) {
    const double infinity = std::numeric_limits<double>::infinity();
    return YamlValue(text[0] == '-' ? -infinity : infinity);
  }
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits), [](char c) { return c != '_'; });
  bool negative = false;
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) {
    negative = digits[0] == '-';
    digits.erase(0, 1);
  }
  if (digits.find(':') != std::string::npos) {
    if (!is_float(text) && !is_integer(text)) return scalar_error(shown(text) + " is no number");
    const double value = sexagesimal_to_double(digits);
    return YamlValue(negative ? -value : value);
  }
  if (digits.empty() || !(is_digit(digits[0]) || digits[0] == '.')) {
    return scalar_error(shown(text) + " is no number");
  }
  if (const std::size_t plus = digits.find('+'); plus != std::string::npos) digits.erase(plus, 1);
  double ignored = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), ignored);
  if (failure == std::errc::invalid_argument || end != digits.data() + digits.size()) {
    return scalar_error(shown(text) + " is no number");
  }
  const double value = decimal_to_double(digits);
  return YamlValue(negative ? -value : value);
}

Result<YamlValue> make_boolean(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  if (is_true(lower)) return YamlValue(true);
  if (is_false(lower)) return YamlValue(false);
  return scalar_error(shown(text) + " is neither true nor false");
}

}  // namespace

YamlType resolve_plain_scalar(std::string_view text) noexcept {
  if (is_null(text)) return YamlType::null;
  if (is_true(text) || is_false(text)) return YamlType::boolean;
  if (text == "<<") return YamlType::merge;
  if (text == "=") return YamlType::value;
  const char first = text[0];
  if (!is_digit(first) && first != '-' && first != '+' && first != '.') return YamlType::string;
  if (is_float(text)) return YamlType::floating;
  if (is_integer(text)) return YamlType::integer;
  const std::optional<Timestamp> time = parse_timestamp(text);
  // A date alone needs two digits for month and day; before a time one is enough.
  if (time && (time->has_time || text.size() == 10)) return YamlType::timestamp;
  return YamlType::string;
}

Result<YamlValue> make_scalar(YamlType type, std::string_view text) {
  switch (type) {
    case YamlType::null: return YamlValue();
    case YamlType::boolean: return make_boolean(text);
    case YamlType::integer: return make_integer(text);
    case YamlType::floating: return make_float(text);
    case YamlType::timestamp: return make_timestamp(text);
    case YamlType::binary: return scalar_error("binary data is decoded by the reader");
    case YamlType::merge:
    case YamlType::value: return scalar_error(shown(text) + " means nothing here; put it in quotes");
    case YamlType::string: break;
  }
  return YamlValue(text);
}

std::string python_float_text(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value < 0 ? "-inf" : "inf";
  std::array<char, 64> buffer{};
  const auto scientific =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific);
  const std::string_view shortest(buffer.data(), static_cast<std::size_t>(scientific.ptr - buffer.data()));
  const std::size_t mark = shortest.find('e');
  int exponent = 0;
  const std::string_view exponent_text = shortest.substr(mark + (shortest[mark + 1] == '+' ? 2 : 1));
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);
  if (exponent < -4 || exponent >= 16) return std::string(shortest);
  const auto fixed = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  std::string out(buffer.data(), static_cast<std::size_t>(fixed.ptr - buffer.data()));
  if (out.find('.') == std::string::npos) out += ".0";
  return out;
}

std::string yaml_float_text(double value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value < 0 ? "-.inf" : ".inf";
  std::string text = python_float_text(value);
  const std::size_t mark = text.find('e');
  if (mark != std::string::npos && text.find('.') == std::string::npos) text.insert(mark, ".0");
  return text;
}

HUGGINGFACE_HUB_NAMESPACE_END
