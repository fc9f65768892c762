// SPDX-License-Identifier: Apache-2.0
#include "unit/session/fixture.hpp"

#include "support/collecting_sink.hpp"

#include <gmock/gmock.h>

namespace huggingface_hub::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RetryPolicies : public SessionTest {
 protected:
  static ApiRequest with(RetryPolicy policy) {
    ApiRequest request = get();
    request.retry = policy;
    return request;
  }
  std::size_t tries() const { return transport->requests().size(); }
};

TEST_F(RetryPolicies, FullRepeatsUntilItSucceeds) {
  transport->answer(503).fail(transport_failure("reset")).answer(200, "good");

  const auto answer = session().send(with(RetryPolicy::full));

  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->body, "good");
  EXPECT_EQ(tries(), 3U);
  EXPECT_EQ(clock->waits().size(), 2U);
}

TEST_F(RetryPolicies, FullGivesUpAfterSixTriesWithTheLastFailure) {
  for (int i = 0; i < 7; ++i) transport->answer(503, "", {{"x-request-id", "try-" + std::to_string(i)}});

  const auto answer = session().send(with(RetryPolicy::full));

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(tries(), 6U);
  EXPECT_EQ(answer.error().http->request_id, "try-5");
}

TEST_F(RetryPolicies, FullDoesNotRepeatAFinalStatus) {
  transport->answer(404).answer(200);
  EXPECT_FALSE(session().send(with(RetryPolicy::full)).ok());
  EXPECT_EQ(tries(), 1U);
}

TEST_F(RetryPolicies, FullWaitsASecondLongerThanTheServerAsks) {
  transport->answer(429, "", {{"RateLimit", "\"api\";r=0;t=4"}})
      .answer(503, "", {{"Retry-After", "2"}})
      .answer(503, "", {{"Retry-After", "Fri, 02 Jan 2026 03:05:00 GMT"}})  // The fake clock is then at 03:04:13.
      .answer(200);

  ASSERT_TRUE(session().send(with(RetryPolicy::full)).ok());

  EXPECT_THAT(clock->waits(), ElementsAre(5s, 3s, 48s));
}

TEST_F(RetryPolicies, FullSendsTheBodyAgain) {
  transport->answer(500).answer(200);
  ApiRequest request = with(RetryPolicy::full);
  request.method = http::Method::put;
  request.body = bytes_body("payload");

  ASSERT_TRUE(session().send(request).ok());

  EXPECT_EQ(transport->requests()[1].body, "payload");
}

TEST_F(RetryPolicies, FullStartsASinkOver) {
  CannedAnswer cut;
  cut.body = "half";
  cut.error = transport_failure("cut");
  cut.error_after_body = true;
  transport->answer(cut).answer(200, "whole");
  const auto sink = std::make_shared<CollectingSink>();

  ASSERT_TRUE(session().send_to(with(RetryPolicy::full), sink).ok());

  EXPECT_EQ(sink->heads(), 2);
  EXPECT_EQ(sink->body(), "whole");
}

TEST_F(RetryPolicies, FullStartsARedirectChainOver) {
  transport->answer(302, "", {{"Location", "https://cdn.test/a"}})
      .answer(503)
      .answer(302, "", {{"Location", "https://cdn.test/b"}})
      .answer(200, "good");

  ASSERT_TRUE(session().send(with(RetryPolicy::full)).ok());

  EXPECT_EQ(transport->requests().back().url, "https://cdn.test/b");
}

TEST_F(RetryPolicies, NoneTriesOnce) {
  transport->answer(503).answer(200);
  EXPECT_FALSE(session().send(with(RetryPolicy::none)).ok());
  EXPECT_EQ(tries(), 1U);
}

TEST_F(RetryPolicies, UnsentRepeatsOnlyWhatWasNeverWritten) {
  transport->fail(transport_failure("refused", /*nothing_sent=*/true)).fail(transport_failure("reset")).answer(200);
  EXPECT_FALSE(session().send(with(RetryPolicy::unsent)).ok());
  EXPECT_EQ(tries(), 2U);
}

TEST_F(RetryPolicies, UnsentTakesEveryStatusForFinal) {
  transport->answer(503).answer(200);
  EXPECT_FALSE(session().send(with(RetryPolicy::unsent)).ok());
  EXPECT_EQ(tries(), 1U);
}

TEST_F(RetryPolicies, OpenFileRepeatsOn408And429Only) {
  transport->answer(408).answer(429).answer(503).answer(200);
  const auto answer = session().send_to(with(RetryPolicy::open_file), nullptr);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().http->status, 503);
  EXPECT_EQ(tries(), 3U);
}

TEST_F(RetryPolicies, TakeTheCallsOptionsInPlaceOfTheClients) {
  options.retry.max_retries = 0;
  transport->answer(503).answer(200);
  EXPECT_FALSE(session().send(with(RetryPolicy::full)).ok());

  ApiRequest request = with(RetryPolicy::full);
  request.call.retry = RetryOptions{.initial_backoff = 2ms, .max_backoff = 2ms, .max_retries = 1};
  transport->answer(503).answer(200);
  EXPECT_TRUE(session().send(request).ok());
}

TEST_F(RetryPolicies, TellTheLogWhatFailedAndHowLongTheyWait) {
  transport->answer(503).answer(200);
  ASSERT_TRUE(session().send(with(RetryPolicy::full)).ok());
  ASSERT_EQ(log.size(), 2U);
  EXPECT_THAT(log[0].second, HasSubstr("503"));
  EXPECT_THAT(log[1].second, HasSubstr("[Retry 1/5]"));
}

/// Cancels the source when it is waited on.
class CancellingClock final : public Clock {
 public:
  explicit CancellingClock(CancellationSource source) : source_(std::move(source)) {}
  std::chrono::system_clock::time_point system_now() const override { return {}; }
  std::chrono::steady_clock::time_point steady_now() const override { return {}; }
  bool wait(std::chrono::milliseconds, const CancellationToken& cancel) const override {
    source_.cancel();
    return cancel.is_cancelled();
  }

 private:
  mutable CancellationSource source_;
};

TEST_F(RetryPolicies, EndWhenCancelledBetweenTwoTries) {
  CancellationSource source;
  options.clock = std::make_shared<CancellingClock>(source);
  transport->answer(503).answer(200);
  ApiRequest request = with(RetryPolicy::full);
  request.call.cancel = source.token();

  const auto answer = session().send(request);

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::cancelled);
  EXPECT_EQ(tries(), 1U);
}

TEST_F(RetryPolicies, DoNotBeginAWaitThatTheTimeoutWouldCutShort) {
  options.clock = system_clock();
  transport->answer(503, "", {{"Retry-After", "60"}}).answer(200);
  ApiRequest request = with(RetryPolicy::full);
  request.call.timeout = 30s;

  const auto answer = session().send(request);

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().http->status, 503);
}

}  // namespace
}  // namespace huggingface_hub::testing
