// SPDX-License-Identifier: Apache-2.0
#include "session/rate_file.hpp"

#include "core/digest.hpp"
#include "core/file_lock.hpp"
#include "core/files.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

using std::chrono::milliseconds;
using State = http::RateBudget::State;
using Steady = http::RateBudget::Time;

constexpr std::string_view kFirstLine = "rates 2";
constexpr std::size_t kMostEntries = 64;
constexpr std::uint64_t kMostBytes = 64 << 10;
constexpr std::size_t kIdLength = 32;
constexpr milliseconds kLockWait{100};  // Held for less than one, if its holder is not stopped: then nobody waits for it.
constexpr std::int64_t kLongest = 25LL * 3600 * 1000;
constexpr std::int64_t kClockSlack = 2000;
constexpr std::int64_t kMostRequests = 1'000'000'000'000;

// id, then: when it was written, remaining, queued, quota, window, reset, next, closed until. Milliseconds of the wall
// clock, seconds for the window; -1: not known, 0: none.
enum Field { written, remaining, queued, quota, window, reset, next, closed, field_count };
using Numbers = std::array<std::int64_t, field_count>;

/// One moment by both clocks.
struct Moment {
  explicit Moment(const Clock& clock)
      : steady(clock.steady_now()),
        wall(std::chrono::duration_cast<milliseconds>(clock.system_now().time_since_epoch()).count()) {}

  [[nodiscard]] std::int64_t to_wall(Steady time) const {
    return time <= steady ? 0 : wall + std::chrono::ceil<milliseconds>(time - steady).count();
  }
  /// Not further ahead than it was when it was written.
  [[nodiscard]] Steady to_steady(std::int64_t time, std::int64_t when) const {
    return time <= wall ? Steady{} : steady + milliseconds(std::min(time - wall, time - when));
  }

  Steady steady;
  std::int64_t wall;
};

std::optional<std::pair<std::string, Numbers>> read_line(std::string_view line) {
  if (line.size() <= kIdLength || !is_lower_hex(line.substr(0, kIdLength), kIdLength)) return std::nullopt;
  Numbers fields{};
  const char* at = line.data() + kIdLength;
  const char* const end = line.data() + line.size();
  for (std::int64_t& field : fields) {
    if (at == end || *at != ' ') return std::nullopt;
    const auto [rest, failed] = std::from_chars(at + 1, end, field);
    if (failed != std::errc{}) return std::nullopt;
    at = rest;
  }
  if (at != end) return std::nullopt;
  return std::pair(std::string(line.substr(0, kIdLength)), fields);
}

std::optional<State> to_state(const Numbers& fields, const Moment& now) {
  if (fields[written] > now.wall + kClockSlack) return std::nullopt;
  for (const Field time : {reset, next, closed}) {
    if (fields[time] < 0 || (fields[time] > 0 && fields[time] - fields[written] > kLongest)) return std::nullopt;
  }
  State state;
  state.remaining = std::clamp<std::int64_t>(fields[remaining], 0, kMostRequests);
  state.queued = std::clamp<std::int64_t>(fields[queued], 0, kMostRequests);
  if (fields[quota] > 0 && fields[window] > 0 && fields[window] * 1000 <= kLongest) {
    state.quota = fields[quota];
    state.window = std::chrono::seconds(fields[window]);
  }
  state.reset = now.to_steady(fields[reset], fields[written]);
  state.next = now.to_steady(fields[next], fields[written]);
  state.closed_until = now.to_steady(fields[closed], fields[written]);
  if (state.reset <= now.steady && state.closed_until <= now.steady) return std::nullopt;  // Over.
  return state;
}

std::string to_line(const std::string& id, const State& state, const Moment& now) {
  Numbers fields{};
  fields[written] = now.wall;
  fields[remaining] = state.remaining;
  fields[queued] = state.queued;
  fields[quota] = state.quota.value_or(-1);
  fields[window] = state.window ? state.window->count() : -1;
  fields[reset] = now.to_wall(state.reset);
  fields[next] = now.to_wall(state.next);
  fields[closed] = now.to_wall(state.closed_until);
  std::string line = id;
  for (const std::int64_t field : fields) line += " " + std::to_string(field);
  return line + "\n";
}

}  // namespace

std::string RateFile::id_of(const std::string& key) { return sha256_hex(key).substr(0, kIdLength); }

RateFile::Entries RateFile::read() const {
  Entries entries;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path_, error)) return entries;
  const Result<std::string> text = files::read_text(path_, kMostBytes);
  if (!text.ok()) return entries;
  std::string_view rest = *text;
  const auto next_line = [&rest] {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return line;
  };
  if (next_line() != kFirstLine) return entries;
  const Moment now(clock_);
  while (!rest.empty() && entries.size() < kMostEntries) {
    const auto line = read_line(next_line());
    if (!line) continue;
    if (const std::optional<State> state = to_state(line->second, now)) entries.insert_or_assign(line->first, *state);
  }
  return entries;
}

void RateFile::update(const std::function<void(Entries&)>& change) const {
  const std::lock_guard one_thread(mutex_);
  FileLock::Options options;
  options.timeout = kLockWait;
  std::filesystem::path beside = path_;
  const Result<FileLock> lock = FileLock::acquire(beside += ".lock", options);  // Without it, all the same.
  Entries entries = read();
  change(entries);
  const Moment now(clock_);
  std::string text = std::string(kFirstLine) + "\n";
  std::size_t count = 0;
  for (const auto& [id, state] : entries) {
    if (state.reset <= now.steady && state.closed_until <= now.steady) continue;
    if (++count > kMostEntries) break;
    text += to_line(id, state, now);
  }
  (void)files::write_atomic(path_, text, 0600);
}

HUGGINGFACE_HUB_NAMESPACE_END
