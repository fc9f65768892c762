// SPDX-License-Identifier: Apache-2.0
#include "session/rate_gate.hpp"

#include "core/digest.hpp"
#include "core/log.hpp"
#include "http/failure.hpp"
#include "http/rate_limit.hpp"
#include "http/url.hpp"

#include <algorithm>
#include <random>
#include <tuple>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kMostLimits = 256;
constexpr milliseconds kLongestJitter{250};
constexpr milliseconds kWorthTelling{1000};
constexpr seconds kPoliteWait{5};  // Of those who have something else at hand.
constexpr seconds kTellAgain{60};

/// Those who wait for the same moment do not all come in it.
milliseconds draw_delay() {
  static thread_local std::minstd_rand generator{std::random_device{}()};
  return milliseconds(std::uniform_int_distribution<int>(0, static_cast<int>(kLongestJitter.count()))(generator));
}

std::string in_seconds(std::chrono::steady_clock::duration wait) {
  const auto tenths = std::chrono::ceil<milliseconds>(wait).count() / 100;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " s";
}

/// What the server would answer.
Error refusal(const http::Request& request, const std::string& label, std::chrono::steady_clock::duration wait,
              const std::string& why) {
  auto info = std::make_shared<HttpErrorInfo>();
  info->status = 429;
  info->method = http::to_string(request.method);
  info->url = redact_url(request.url);
  info->retry_after = std::chrono::ceil<seconds>(wait);
  Error error;
  error.code = ErrorCode::rate_limited;
  error.message = std::string(http::to_string(request.method)) + " " + info->url + " was not sent: " + label +
                  " is used up, and the server will take the next request in " + in_seconds(wait) + ", " + why + ".";
  error.http = std::move(info);
  return error;
}

Error cancelled(const http::Request& request) {
  Error error;
  error.timeout = request.cancel.is_timed_out();
  error.code = error.timeout ? ErrorCode::transport : ErrorCode::cancelled;
  error.message = std::string(http::to_string(request.method)) + " " + redact_url(request.url) +
                  (error.timeout ? ": the time given to the call ended" : " was cancelled") +
                  " while it waited for a rate limit. It was not sent.";
  return error;
}

/// Origin, and identity without the secret in it.
std::string visitor_of(const http::Request& request) {
  const auto authorization = request.headers.get("Authorization");
  return http::origin_of(request.url) + "\n" + (authorization ? sha256_hex(*authorization) : std::string());
}

}  // namespace

void RateGate::Pass::release() noexcept {
  if (!gate_) return;
  {
    const std::lock_guard lock(gate_->mutex_);
    limit_->budget.arrive(false);
  }
  limit_.reset();
  gate_.reset();
}

std::shared_ptr<RateGate> RateGate::of(const std::shared_ptr<const Clock>& clock, const std::filesystem::path& folder) {
  struct Known {
    std::mutex mutex{};
    std::map<std::pair<const Clock*, std::string>, std::weak_ptr<RateGate>> gates{};
  };
  static auto* const known = new Known();  // Never destroyed, as sessions may outlive the statics of their program.
  const std::lock_guard lock(known->mutex);
  std::weak_ptr<RateGate>& entry = known->gates[{clock.get(), folder.string()}];
  std::shared_ptr<RateGate> gate = entry.lock();
  if (!gate) entry = gate = std::make_shared<RateGate>(clock, folder);
  return gate;
}

RateGate::RateGate(std::shared_ptr<const Clock> clock, const std::filesystem::path& folder)
    : clock_(std::move(clock)),
      file_(folder.empty() ? std::nullopt : std::optional<RateFile>(std::in_place, folder / "rate-limits", *clock_)) {}

bool RateGate::look() {
  if (has_looked_.exchange(true)) return is_limiting_;
  if (!file_) return false;
  RateFile::Entries entries = file_->read();
  if (entries.empty()) return false;
  const std::lock_guard lock(mutex_);
  imported_ = std::move(entries);
  is_limiting_ = true;
  return true;
}

RateGate::Kind RateGate::kind_of(const std::string& url) {
  const std::string path = url.substr(0, url.find('?'));
  if (path.find("/resolve/") != std::string::npos || path.find("/resolve-cache/") != std::string::npos) return resolvers;
  return path.find("/api/") != std::string::npos ? api : pages;
}

/// Under the lock.
std::shared_ptr<RateGate::Limit> RateGate::find(const http::Request& request, bool make) {
  const std::string visitor = visitor_of(request);
  const Kind kind = kind_of(request.url);
  static const Names kNames{"api", "resolvers", "pages"};  // As the Hub calls them.
  const auto known = names_.find(visitor);
  const std::string& name = (known == names_.end() ? kNames : known->second).at(kind);
  const std::string key = visitor + "\n" + name;
  const auto found = limits_.find(key);
  if (found != limits_.end()) {
    found->second->kind = kind;
    return found->second;
  }
  std::string id = imported_.empty() && !make ? std::string() : RateFile::id_of(key);
  const auto imported = imported_.find(id);
  if (!make && imported == imported_.end()) return nullptr;
  if (limits_.size() >= kMostLimits) forget_unused();
  auto limit = std::make_shared<Limit>();
  limit->id = std::move(id);
  limit->origin = http::origin_of(request.url);
  limit->kind = kind;
  const std::string host = redact_url(request.url);
  limit->label = "the rate limit \"" + name + "\" of " + host.substr(0, host.find('/', host.find("://") + 3));
  if (imported != imported_.end()) {
    limit->budget.merge(imported->second, clock_->steady_now());
    imported_.erase(imported);
  }
  limits_.emplace(key, limit);
  return limit;
}

void RateGate::forget_unused() {
  for (auto at = limits_.begin(); at != limits_.end();) at = at->second.use_count() == 1 ? limits_.erase(at) : ++at;
  names_.clear();  // Learned again with the next answers.
}

std::optional<RateGate::Pass> RateGate::try_enter(const http::Request& request) {
  if (!is_limiting()) return Pass();
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Limit> limit = find(request, false);
  if (!limit) return Pass();
  const Time now = clock_->steady_now();
  if (limit->budget.is_scarce(now)) return std::nullopt;
  limit->budget.leave_now(now);
  return Pass(shared_from_this(), std::move(limit));
}

RateGate::Pass RateGate::pass_through(const http::Request& request) {
  if (!is_limiting()) return {};
  const std::lock_guard lock(mutex_);
  std::shared_ptr<Limit> limit = find(request, false);
  if (!limit) return {};
  limit->budget.leave_now(clock_->steady_now());
  return {shared_from_this(), std::move(limit)};
}

Result<RateGate::Pass> RateGate::enter(const http::Request& request, const Patience& patience) {
  if (std::optional<Pass> pass = try_enter(request)) return std::move(*pass);
  std::shared_ptr<Limit> limit;
  {
    const std::lock_guard lock(mutex_);
    limit = find(request, true);
  }
  for (;;) {
    const Plan plan = take_turn(*limit);
    if (plan.has_left) return Pass(shared_from_this(), std::move(limit));
    const bool is_urgent = plan.turn.at >= request.cancel.deadline() ||
                           (!patience.takes_turns && plan.turn.at - plan.now > kPoliteWait);
    if (plan.turn.is_closed || !is_urgent) {
      const Result<bool> has_come = wait(request, *limit, plan, patience);
      if (!has_come.ok() || !*has_come) give_back(*limit, plan.turn);
      if (!has_come.ok()) return has_come.error();
      if (!*has_come) continue;
    }
    if (leave(*limit, plan.turn)) return Pass(shared_from_this(), std::move(limit));
  }
}

/// False: something has changed, so that another turn may come earlier.
Result<bool> RateGate::wait(const http::Request& request, Limit& limit, const Plan& plan, const Patience& patience) {
  auto wait = std::chrono::ceil<milliseconds>(plan.turn.at - plan.now);
  if (plan.turn.is_closed) {
    if (wait > patience.longest) return refusal(request, limit.label, wait, "which is too long for this request");
    if (plan.turn.at >= request.cancel.deadline()) {
      return refusal(request, limit.label, wait, "and the time given to the call ends before");
    }
    wait += std::min(draw_delay(), wait);
  }
  if (wait >= kWorthTelling) {
    const std::string reason = plan.turn.is_closed
                                   ? "Waiting " + in_seconds(wait) + ": " + limit.label + " is used up."
                                   : "Waiting " + in_seconds(wait) + ": little is left of " + limit.label + ".";
    if (plan.is_news) log_warning(reason);
    if (patience.on_wait) patience.on_wait(reason);
  }
  CancellationSource awake = CancellationSource::linked_to(request.cancel);
  const auto registration = plan.changed.on_cancel([awake]() mutable { awake.cancel(); });
  const bool was_woken = clock_->wait(wait, awake.token());
  if (request.cancel.is_cancelled()) return cancelled(request);
  return !was_woken;
}

/// Changes what is known here, and what all processes know, as if at once.
void RateGate::share(Limit& limit, const std::function<void(Time now)>& change) {
  if (!file_) {
    const std::lock_guard lock(mutex_);
    return change(clock_->steady_now());
  }
  file_->update([&](RateFile::Entries& entries) {
    const std::lock_guard lock(mutex_);
    const Time now = clock_->steady_now();
    if (const auto other = entries.find(limit.id); other != entries.end()) limit.budget.merge(other->second, now);
    change(now);
    if (const auto state = limit.budget.state(now)) entries.insert_or_assign(limit.id, *state);
  });
}

RateGate::Plan RateGate::take_turn(Limit& limit) {
  Plan plan;
  share(limit, [&](Time now) {
    plan = {limit.budget.take_turn(now), now, limit.changed.token()};
    plan.has_left = plan.turn.at <= now && limit.budget.leave(plan.turn, now);
    if (plan.turn.at - now >= kWorthTelling && (limit.told == Time{} || now - limit.told >= kTellAgain)) {
      limit.told = now;
      plan.is_news = true;
    }
  });
  return plan;
}

/// Everybody is asked again: a turn was given by what was known then, and others may have sent more since.
bool RateGate::leave(Limit& limit, const http::RateBudget::Turn& turn) {
  bool has_left = false;
  share(limit, [&](Time now) { has_left = limit.budget.leave(turn, now); });
  return has_left;
}

void RateGate::give_back(Limit& limit, const http::RateBudget::Turn& turn) {
  const std::lock_guard lock(mutex_);
  limit.budget.give_back(turn);
}

void RateGate::on_answer(const http::Request& request, const http::ResponseHead& head, Pass& pass) {
  const std::optional<http::RateLimit> said = http::parse_rate_limit(head.headers);
  if (!said && head.status != 429) return pass.release();
  const Time now = clock_->steady_now();
  CancellationSource changed;
  bool is_more = false;
  {
    const std::lock_guard lock(mutex_);
    is_limiting_ = true;
    if (pass.limit_) pass.limit_->budget.arrive(true);
    if (said) {
      Names& names = names_.try_emplace(visitor_of(request), Names{"api", "resolvers", "pages"}).first->second;
      names.at(kind_of(request.url)) = said->name;
    }
    const std::shared_ptr<Limit> limit = find(request, true);
    if (said) is_more = limit->budget.learn(*said, now);
    if (head.status == 429) {
      if (const auto wait = http::asked_wait(429, head.headers, clock_->system_now())) {
        limit->budget.close(*wait + seconds(1), now);  // As a retry waits (spec/transfer.md 1).
        is_more = false;
      }
    }
    if (is_more) {
      changed = std::exchange(limit->changed, CancellationSource());
      limit->told = {};
    }
  }
  pass.limit_.reset();
  pass.gate_.reset();
  if (is_more) changed.cancel();
}

void RateGate::publish(const http::Request& request) {
  if (!file_ || !is_limiting()) return;
  std::shared_ptr<Limit> limit;
  {
    const std::lock_guard lock(mutex_);
    limit = find(request, false);
  }
  if (!limit) return;
  share(*limit, [](Time) {});
}

bool RateGate::is_scarce(const std::string& url) {
  if (!is_limiting_.load(std::memory_order_relaxed)) return false;
  const std::string origin = http::origin_of(url);
  const Kind kind = kind_of(url);
  const std::lock_guard lock(mutex_);
  const Time now = clock_->steady_now();
  return std::any_of(limits_.begin(), limits_.end(), [&](const auto& entry) {
    const Limit& limit = *entry.second;
    return limit.kind == kind && limit.origin == origin && limit.budget.is_scarce(now);
  });
}

HUGGINGFACE_HUB_NAMESPACE_END
