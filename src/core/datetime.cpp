// SPDX-License-Identifier: Apache-2.0
#include "core/text.hpp"

#include <array>
#include <cstdint>
#include <cstdio>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

/// A date and time of day in UTC.
struct Civil {
  int year{1970};
  int month{1};
  int day{1};
  int hour{0};
  int minute{0};
  int second{0};
};

std::chrono::year_month_day date_of(const Civil& civil) noexcept {
  return std::chrono::year{civil.year} / std::chrono::month{static_cast<unsigned>(civil.month)} /
         std::chrono::day{static_cast<unsigned>(civil.day)};
}

std::optional<SystemTime> to_time(const Civil& civil) noexcept {
  const std::chrono::year_month_day date = date_of(civil);
  // A leap second (60) counts as the next second.
  if (!date.ok() || civil.hour > 23 || civil.minute > 59 || civil.second > 60) return std::nullopt;
  const std::chrono::sys_days day{date};
  return SystemTime(std::chrono::hours(civil.hour) + std::chrono::minutes(civil.minute) + seconds(civil.second) +
                    day.time_since_epoch());
}

Civil to_civil(seconds since_epoch) noexcept {
  const auto days = std::chrono::floor<std::chrono::days>(since_epoch);
  const std::chrono::year_month_day date{std::chrono::sys_days{days}};
  const auto rest = static_cast<int>((since_epoch - days).count());
  Civil civil;
  civil.year = static_cast<int>(date.year());
  civil.month = static_cast<int>(static_cast<unsigned>(date.month()));
  civil.day = static_cast<int>(static_cast<unsigned>(date.day()));
  civil.hour = rest / 3600;
  civil.minute = rest / 60 % 60;
  civil.second = rest % 60;
  return civil;
}

/// Takes a text apart from the left.
class Scanner {
 public:
  explicit Scanner(std::string_view text) noexcept : rest_(text) {}

  bool literal(char c) noexcept {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  bool spaces() noexcept {
    bool any = false;
    while (literal(' ')) any = true;
    return any;
  }

  /// Between `least` and `most` digits.
  bool number(std::size_t least, std::size_t most, int& value) noexcept {
    std::size_t count = 0;
    value = 0;
    while (count < most && count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') {
      value = value * 10 + (rest_[count] - '0');
      ++count;
    }
    rest_.remove_prefix(count);
    return count >= least;
  }

  bool month(int& value) noexcept {
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
      if (rest_.substr(0, 3) == kMonths[i]) {
        value = static_cast<int>(i) + 1;
        rest_.remove_prefix(3);
        return true;
      }
    }
    return false;
  }

  bool time_of_day(Civil& civil) noexcept {
    return number(2, 2, civil.hour) && literal(':') && number(2, 2, civil.minute) && literal(':') &&
           number(2, 2, civil.second);
  }

  /// Letters, at least one.
  bool word() noexcept {
    std::size_t count = 0;
    while (count < rest_.size() && ((rest_[count] | 0x20) >= 'a' && (rest_[count] | 0x20) <= 'z')) ++count;
    rest_.remove_prefix(count);
    return count > 0;
  }

  [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

 private:
  std::string_view rest_;
};

bool scan_fraction(Scanner& scan, microseconds& fraction) noexcept {
  std::int64_t value = 0;
  int digits = 0;
  int digit = 0;
  while (scan.number(1, 1, digit)) {
    if (digits < 6) value = value * 10 + digit;
    ++digits;
  }
  for (int i = digits; i < 6; ++i) value *= 10;
  fraction = microseconds(value);
  return digits > 0;
}

/// `Z`, `+hh:mm`, `+hhmm`, `+hh`, or nothing (UTC).
bool scan_offset(Scanner& scan, seconds& offset) noexcept {
  if (scan.rest().empty() || scan.literal('Z') || scan.literal('z')) return true;
  int sign = 0;
  if (scan.literal('+')) sign = 1;
  if (sign == 0 && scan.literal('-')) sign = -1;
  int hours = 0;
  int minutes = 0;
  if (sign == 0 || !scan.number(2, 2, hours)) return false;
  const bool colon = scan.literal(':');
  if ((colon || !scan.rest().empty()) && !scan.number(2, 2, minutes)) return false;
  offset = seconds(sign * (hours * 3600 + minutes * 60));
  return true;
}

}  // namespace

std::optional<SystemTime> parse_iso8601(std::string_view text) noexcept {
  Scanner scan(text);
  Civil civil;
  if (!scan.number(4, 4, civil.year) || !scan.literal('-') || !scan.number(2, 2, civil.month) || !scan.literal('-') ||
      !scan.number(2, 2, civil.day)) {
    return std::nullopt;
  }
  microseconds fraction{0};
  seconds offset{0};
  if (!scan.rest().empty()) {
    if (!scan.literal('T') && !scan.literal('t') && !scan.literal(' ')) return std::nullopt;
    if (!scan.time_of_day(civil)) return std::nullopt;
    if (scan.literal('.') && !scan_fraction(scan, fraction)) return std::nullopt;
    if (!scan_offset(scan, offset) || !scan.rest().empty()) return std::nullopt;
  }
  std::optional<SystemTime> time = to_time(civil);
  if (time) *time += fraction - offset;
  return time;
}

std::string format_iso8601(SystemTime time) {
  const auto whole = std::chrono::floor<seconds>(time.time_since_epoch());
  const auto milliseconds = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()) - whole;
  const Civil civil = to_civil(whole);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", civil.year, civil.month, civil.day,
                civil.hour, civil.minute, civil.second, static_cast<int>(milliseconds.count()));
  return text;
}

std::optional<SystemTime> parse_http_date(std::string_view text) {
  Scanner scan(trim(text));
  Civil civil;
  if (!scan.word()) return std::nullopt;
  if (scan.literal(',')) {
    // `Sun, 06 Nov 1994 08:49:37 GMT`, or `Sunday, 06-Nov-94 08:49:37 GMT` (RFC 9110, 5.6.7).
    scan.spaces();
    if (!scan.number(1, 2, civil.day)) return std::nullopt;
    const bool dashes = scan.literal('-');
    if (!dashes && !scan.spaces()) return std::nullopt;
    if (!scan.month(civil.month)) return std::nullopt;
    if (dashes ? !scan.literal('-') : !scan.spaces()) return std::nullopt;
    if (!scan.number(2, 4, civil.year)) return std::nullopt;
    if (civil.year < 100) civil.year += civil.year < 70 ? 2000 : 1900;
    if (!scan.spaces() || !scan.time_of_day(civil) || !scan.spaces()) return std::nullopt;
    if (scan.rest() != "GMT" && scan.rest() != "UTC") return std::nullopt;
    return to_time(civil);
  }
  // `Sun Nov  6 08:49:37 1994`
  if (!scan.spaces() || !scan.month(civil.month) || !scan.spaces() || !scan.number(1, 2, civil.day) ||
      !scan.spaces() || !scan.time_of_day(civil) || !scan.spaces() || !scan.number(4, 4, civil.year) ||
      !scan.rest().empty()) {
    return std::nullopt;
  }
  return to_time(civil);
}

std::string format_http_date(SystemTime time) {
  const auto whole = std::chrono::floor<seconds>(time.time_since_epoch());
  const Civil civil = to_civil(whole);
  const std::chrono::weekday weekday{std::chrono::sys_days{std::chrono::floor<std::chrono::days>(whole)}};
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[weekday.c_encoding()].data(),
                civil.day, kMonths[static_cast<std::size_t>(civil.month - 1)].data(), civil.year, civil.hour,
                civil.minute, civil.second);
  return text;
}

HUGGINGFACE_HUB_NAMESPACE_END
