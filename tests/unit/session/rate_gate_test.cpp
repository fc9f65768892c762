// SPDX-License-Identifier: Apache-2.0
/// @file
/// Requests of a session under the rate limits that a server speaks of.
#include "unit/session/fixture.hpp"

#include "session/rate_file.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <future>

namespace huggingface_hub::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::Ge;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::Not;
using ::testing::SizeIs;

http::Headers limit(int remaining, int reset, const std::string& name = "api") {
  return {{"RateLimit", "\"" + name + "\";r=" + std::to_string(remaining) + ";t=" + std::to_string(reset)},
          {"RateLimit-Policy", "\"fixed window\";\"" + name + "\";q=500;w=300"}};
}

class RateLimits : public SessionTest {
 protected:
  std::chrono::milliseconds waited() const {
    std::chrono::milliseconds sum{0};
    for (const auto wait : clock->waits()) sum += wait;
    return sum;
  }
  fs::path file() const { return home.path() / "cpp" / "rate-limits"; }
  /// A session with a clock of its own, as another process would have.
  SessionOptions another_process() const {
    SessionOptions other = options;
    other.clock = std::make_shared<FakeClock>();
    return other;
  }

  TempDir home{};
};

TEST_F(RateLimits, CostNothingWhereNoServerSpeaksOfThem) {
  options.config.hf_home = home.path();
  const Session here = session();
  for (int i = 0; i < 3; ++i) {
    transport->answer(200);
    EXPECT_TRUE(here.send(get()).ok());
  }
  EXPECT_THAT(clock->waits(), IsEmpty());
  EXPECT_TRUE(fs::is_empty(home.path()));
}

TEST_F(RateLimits, HoldNothingUpWhilePlentyIsLeft) {
  options.config.hf_home = home.path();
  const Session here = session();
  for (int i = 0; i < 100; ++i) {
    transport->answer(200, "", limit(400 - i, 10));
    EXPECT_TRUE(here.send(get()).ok());
  }
  EXPECT_THAT(clock->waits(), IsEmpty());
  EXPECT_TRUE(fs::is_empty(home.path()));
}

TEST_F(RateLimits, SpreadTheLastRequestsOfAWindow) {
  const Session here = session();
  for (int i = 0; i < 5; ++i) {
    transport->answer(200, "", limit(10 - i, 99 - 10 * i));
    EXPECT_TRUE(here.send(get()).ok());
  }
  EXPECT_THAT(clock->waits(), SizeIs(3));  // The first knew nothing, the second was the first that took a turn.
  EXPECT_THAT(clock->waits(), Each(AllOf(Ge(8s), Le(12s))));
}

TEST_F(RateLimits, MakeEverybodyWaitAfterARefusalAndSaySo) {
  const Session here = session();
  transport->answer(429, "", limit(0, 4)).answer(200);

  EXPECT_FALSE(here.send(get()).ok());
  std::vector<std::string> reasons;
  ApiRequest second = get("/api/datasets");
  second.on_wait = [&](const std::string& reason) { reasons.push_back(reason); };
  EXPECT_TRUE(here.send(second).ok());

  EXPECT_GE(waited(), 5s);  // A second more than was said, as a retry waits.
  EXPECT_LE(waited(), 5250ms);
  ASSERT_THAT(reasons, SizeIs(1));
  EXPECT_THAT(reasons[0], HasSubstr("the rate limit \"api\" of https://hub.test is used up"));
  EXPECT_EQ(log.back().first, LogLevel::warning);
  EXPECT_EQ(log.back().second, reasons[0]);
}

TEST_F(RateLimits, ObeyRetryAfterOfARefusalWithoutNumbers) {
  const Session here = session();
  transport->answer(429, "", {{"Retry-After", "2"}}).answer(200);
  EXPECT_FALSE(here.send(get()).ok());
  EXPECT_TRUE(here.send(get()).ok());
  EXPECT_GE(waited(), 3s);
  EXPECT_LE(waited(), 3250ms);
}

TEST_F(RateLimits, AreKnownByClassIdentityAndOrigin) {
  const Session here = session();
  transport->answer(429, "", limit(0, 60)).answer(200).answer(200).answer(200);
  EXPECT_FALSE(here.send(get()).ok());

  EXPECT_TRUE(here.send(get("/me/tiny/resolve/main/a")).ok());
  ApiRequest as_me = get();
  as_me.token = Token("hf_other");
  EXPECT_TRUE(here.send(as_me).ok());
  EXPECT_TRUE(here.send(get("https://elsewhere.test/api/models")).ok());

  EXPECT_THAT(clock->waits(), IsEmpty());
}

TEST_F(RateLimits, BelongToTheClassThatTheServerNames) {
  const Session here = session();
  transport->answer(200, "", limit(100, 60, "everything"))
      .answer(200, "", limit(99, 60, "everything"))
      .answer(429, "", limit(0, 60, "everything"))
      .answer(200);
  EXPECT_TRUE(here.send(get()).ok());
  EXPECT_TRUE(here.send(get("/me/tiny/resolve/main/a")).ok());
  EXPECT_FALSE(here.send(get()).ok());
  EXPECT_TRUE(here.send(get("/me/tiny/resolve/main/b")).ok());
  EXPECT_GE(waited(), 61s);
}

TEST_F(RateLimits, RefuseAtOnceWhatMayNotWaitSoLong) {
  const Session here = session();
  transport->answer(429, "", limit(0, 60));
  EXPECT_FALSE(here.send(get()).ok());

  ApiRequest impatient = get();
  impatient.takes_turns = false;
  ApiRequest limited = get();
  limited.call.retry = RetryOptions{.max_server_wait = 10s};
  for (const ApiRequest& request : {impatient, limited}) {
    const auto answer = here.send(request);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, ErrorCode::rate_limited);
    EXPECT_EQ(answer.error().http->status, 429);
    EXPECT_EQ(answer.error().http->retry_after, 61s);
    EXPECT_THAT(answer.error().message, HasSubstr("was not sent"));
  }
  EXPECT_THAT(transport->requests(), SizeIs(1));
  EXPECT_THAT(clock->waits(), IsEmpty());
}

TEST_F(RateLimits, RefuseAtOnceWhatTheTimeOfTheCallIsTooShortFor) {
  clock->advance(std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch()));
  const Session here = session();
  transport->answer(429, "", limit(0, 60));
  EXPECT_FALSE(here.send(get()).ok());

  ApiRequest request = get();
  request.call.timeout = 20s;
  const auto answer = here.send(request);

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::rate_limited);
  EXPECT_THAT(clock->waits(), IsEmpty());
}

/// Cancels the source when it is waited on.
class CancelledWait final : public Clock {
 public:
  explicit CancelledWait(CancellationSource source) : source_(std::move(source)) {}
  std::chrono::system_clock::time_point system_now() const override { return {}; }
  std::chrono::steady_clock::time_point steady_now() const override { return {}; }
  bool wait(std::chrono::milliseconds duration, const CancellationToken& cancel) const override {
    auto source = source_;
    source.cancel();
    return cancel.wait_for(duration);
  }

 private:
  CancellationSource source_;
};

TEST_F(RateLimits, EndAWaitWithItsCall) {
  CancellationSource source;
  options.clock = std::make_shared<CancelledWait>(source);
  const Session here = session();
  transport->answer(429, "", limit(0, 250));
  EXPECT_FALSE(here.send(get()).ok());

  ApiRequest request = get();
  request.call.cancel = source.token();
  const auto answer = here.send(request);

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::cancelled);
  EXPECT_THAT(transport->requests(), SizeIs(1));
}

TEST_F(RateLimits, HoldUpWhatIsStartedToo) {
  const Session here = session();
  transport->answer(429, "", limit(0, 4)).answer(200, "late");
  EXPECT_FALSE(here.send(get()).ok());

  std::promise<Result<http::ResponseHead>> done;
  here.start(get(), nullptr, [&](Result<http::ResponseHead> head) { done.set_value(std::move(head)); });

  EXPECT_TRUE(done.get_future().get().ok());
  EXPECT_GE(waited(), 5s);
}

TEST_F(RateLimits, AreSharedWithOtherProcesses) {
  options.config.hf_home = home.path();
  options.token = Token("hf_secret");
  const SessionOptions others = another_process();
  transport->answer(429, "", limit(0, 60)).answer(200);

  EXPECT_FALSE(session().send(get()).ok());
  const Session other(others);
  EXPECT_TRUE(other.send(get()).ok());

  std::chrono::milliseconds sum{0};
  for (const auto wait : dynamic_cast<const FakeClock&>(*others.clock).waits()) sum += wait;
  EXPECT_GE(sum, 61s);
  EXPECT_LE(sum, 61250ms);
  EXPECT_THAT(read_file(file()), AllOf(Not(HasSubstr("secret")), Not(HasSubstr("hub.test"))));
}

TEST_F(RateLimits, AreSpreadOverAllProcesses) {
  options.config.hf_home = home.path();
  const Session here = session();
  const auto other_clock = std::make_shared<FakeClock>();
  SessionOptions others = options;
  others.clock = other_clock;
  const Session there(others);
  transport->answer(200, "", limit(10, 99)).answer(200, "", limit(9, 99)).answer(200, "", limit(8, 99));

  EXPECT_TRUE(here.send(get()).ok());
  EXPECT_TRUE(there.send(get()).ok());
  EXPECT_TRUE(here.send(get()).ok());  // Takes the first turn.
  transport->answer(200, "", limit(7, 99));
  EXPECT_TRUE(there.send(get()).ok());  // And has to wait for the second.

  EXPECT_THAT(clock->waits(), IsEmpty());
  EXPECT_THAT(other_clock->waits(), SizeIs(1));
}

TEST_F(RateLimits, TakeNoHarmFromAFileThatCannotBe) {
  options.config.hf_home = home.path() / "file";
  write_file(home.path() / "file", "no folder");
  const Session here = session();
  transport->answer(429, "", limit(0, 4)).answer(200);
  EXPECT_FALSE(here.send(get()).ok());
  EXPECT_TRUE(here.send(get()).ok());
  EXPECT_GE(waited(), 5s);
}

// ---- the file

/// Both clocks are set by hand.
class TwoClocks final : public Clock {
 public:
  std::chrono::system_clock::time_point system_now() const override { return std::chrono::system_clock::time_point(wall); }
  std::chrono::steady_clock::time_point steady_now() const override { return std::chrono::steady_clock::time_point(steady); }
  bool wait(std::chrono::milliseconds, const CancellationToken&) const override { return false; }

  std::chrono::milliseconds wall{std::chrono::hours(500'000)};
  std::chrono::milliseconds steady{1000h};
};

class RateFiles : public ::testing::Test {
 protected:
  using State = http::RateBudget::State;

  State closed_for(std::chrono::seconds time) const {
    State state;
    state.closed_until = clock.steady_now() + time;
    return state;
  }
  void keep(const State& state, const std::string& id = RateFile::id_of("a")) {
    file.update([&](RateFile::Entries& entries) { entries[id] = state; });
  }
  std::chrono::milliseconds rest() const {
    const auto entries = file.read();
    const auto found = entries.find(RateFile::id_of("a"));
    if (found == entries.end()) return 0ms;
    return std::chrono::duration_cast<std::chrono::milliseconds>(found->second.closed_until - clock.steady_now());
  }

  TempDir home{};
  TwoClocks clock{};
  const fs::path path{home.path() / "rate-limits"};
  RateFile file{path, clock};
};

TEST_F(RateFiles, GiveBackWhatWasKept) {
  State state;
  state.remaining = 7;
  state.queued = 2;
  state.quota = 500;
  state.window = 300s;
  state.reset = clock.steady_now() + 90s;
  state.next = clock.steady_now() + 3s;
  keep(state);

  const auto entries = file.read();

  ASSERT_THAT(entries, SizeIs(1));
  const State& read = entries.begin()->second;
  EXPECT_EQ(read.remaining, 7);
  EXPECT_EQ(read.queued, 2);
  EXPECT_EQ(read.quota, 500);
  EXPECT_EQ(read.window, 300s);
  EXPECT_EQ(read.reset, state.reset);
  EXPECT_EQ(read.next, state.next);
}

TEST_F(RateFiles, HoldInAProcessWithAnotherSteadyClock) {
  keep(closed_for(60s));
  clock.steady = 5ms;
  clock.wall += 20s;
  EXPECT_EQ(rest(), 40s);
}

TEST_F(RateFiles, TellNothingOnceTheirTimeIsOver) {
  keep(closed_for(60s));
  clock.wall += 61s;
  EXPECT_THAT(file.read(), IsEmpty());
}

TEST_F(RateFiles, TellNothingFromTheFuture) {
  keep(closed_for(60s));
  clock.wall -= 1h;  // The clock was put back.
  EXPECT_THAT(file.read(), IsEmpty());
}

TEST_F(RateFiles, MakeNobodyWaitLongerThanWasSaid) {
  keep(closed_for(60s));
  clock.wall -= 1s;
  EXPECT_EQ(rest(), 60s);
}

struct BadFile : RateFiles, ::testing::WithParamInterface<const char*> {};
TEST_P(BadFile, IsAsIfItWereNotThere) {
  write_file(path, GetParam());
  EXPECT_THAT(file.read(), IsEmpty());
  keep(closed_for(60s));
  EXPECT_EQ(rest(), 60s);
}
INSTANTIATE_TEST_SUITE_P(RateFiles, BadFile,
                         ::testing::Values("", "\n\n\n", "rates 1\n", "nonsense",
                                           "rates 2\nff 1 2 3\n",
                                           "rates 2\n0123456789abcdef0123456789abcdef\n",
                                           "rates 2\n0123456789abcdef0123456789abcdef 1 2 3 4 5 6 7 8 9\n",
                                           "rates 2\n0123456789abcdef0123456789abcdef -9 -9 -9 -9 -9 -9 -9 -9\n",
                                           "rates 2\n0123456789abcdef0123456789abcdef 1 1 1 1 1 1 1 9223372036854775807\n",
                                           "rates 2\n0123456789abcdef0123456789abcdef 1 1 1 1 1 1 1 99999999999999999999\n"));

TEST_F(RateFiles, StaySmall) {
  for (int i = 0; i < 200; ++i) keep(closed_for(60s), RateFile::id_of(std::to_string(i)));
  EXPECT_LE(fs::file_size(path), 16U << 10);
  EXPECT_THAT(file.read(), SizeIs(64));
}

}  // namespace
}  // namespace huggingface_hub::testing
