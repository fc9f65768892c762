// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cancellation.hpp"

#include "huggingface_hub/errors.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace huggingface_hub {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(CancellationToken, OfDefaultIsNeverCancelled) {
  const CancellationToken token;
  EXPECT_FALSE(token.is_cancelled());
  EXPECT_FALSE(token.wait_for(milliseconds(0)));
  EXPECT_NO_THROW(token.throw_if_cancelled());
  EXPECT_EQ(token.deadline(), std::chrono::steady_clock::time_point::max());
}

TEST(CancellationToken, ThrowsOnceCancelled) {
  CancellationSource source;
  const CancellationToken token = source.token();
  source.cancel();

  EXPECT_TRUE(token.is_cancelled());
  EXPECT_FALSE(token.is_timed_out());
  EXPECT_THROW(token.throw_if_cancelled(), OperationCancelledError);
}

TEST(CancellationToken, WakesASleeper) {
  CancellationSource source;
  const CancellationToken token = source.token();
  std::thread sleeper([&token] { EXPECT_TRUE(token.wait_for(hours(1))); });
  source.cancel();
  sleeper.join();
}

TEST(CancellationToken, SleepsThroughTheLongestWait) {
  CancellationSource source;
  const CancellationToken token = source.token();
  std::thread sleeper([&token] { EXPECT_TRUE(token.wait_for(milliseconds::max())); });
  source.cancel();
  sleeper.join();
}

TEST(CancellationToken, CallsBackOnce) {
  CancellationSource source;
  int calls = 0;
  const auto registration = source.token().on_cancel([&calls] { ++calls; });
  source.cancel();
  source.cancel();
  EXPECT_EQ(calls, 1);
}

TEST(CancellationToken, CallsBackAtOnceWhereItIsCancelledAlready) {
  CancellationSource source;
  source.cancel();
  int calls = 0;
  const auto registration = source.token().on_cancel([&calls] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(CancellationToken, ForgetsACallbackWithItsRegistration) {
  CancellationSource source;
  int calls = 0;
  source.token().on_cancel([&calls] { ++calls; }).reset();
  source.cancel();
  EXPECT_EQ(calls, 0);
}

TEST(CancellationToken, LetsACallbackEndItsOwnRegistration) {
  CancellationSource source;
  std::shared_ptr<void> registration;
  registration = source.token().on_cancel([&registration] { registration.reset(); });
  source.cancel();
  EXPECT_EQ(registration, nullptr);
}

TEST(CancellationToken, TimesOut) {
  const CancellationToken token = CancellationToken().with_timeout(milliseconds(0));
  EXPECT_TRUE(token.is_cancelled());
  EXPECT_TRUE(token.is_timed_out());
  try {
    token.throw_if_cancelled();
    FAIL();
  } catch (const HfTransportError& error) {
    EXPECT_TRUE(error.is_timeout());
  }
}

TEST(CancellationToken, WaitsNoLongerThanItsDeadline) {
  const CancellationToken token = CancellationToken().with_timeout(milliseconds(5));
  EXPECT_TRUE(token.wait_for(hours(1)));
  EXPECT_TRUE(token.is_timed_out());
}

TEST(CancellationToken, KeepsTheNearerDeadline) {
  const CancellationToken outer = CancellationToken().with_timeout(hours(1));
  const CancellationToken inner = outer.with_timeout(hours(2));
  EXPECT_EQ(inner.deadline(), outer.deadline());
  EXPECT_EQ(CancellationToken().with_timeout(milliseconds::max()).deadline(),
            std::chrono::steady_clock::time_point::max());
}

TEST(CancellationToken, WithTimeoutIsCancelledWithItsParent) {
  CancellationSource source;
  const CancellationToken inner = source.token().with_timeout(hours(1)).with_timeout(hours(1));
  source.cancel();
  EXPECT_TRUE(inner.is_cancelled());
  EXPECT_FALSE(inner.is_timed_out());
}

TEST(CancellationSource, LinkedIsCancelledWithItsParentButNotTheOtherWay) {
  CancellationSource parent;
  CancellationSource first = CancellationSource::linked_to(parent.token());
  const CancellationToken second = CancellationSource::linked_to(parent.token()).token();

  first.cancel();
  EXPECT_FALSE(parent.is_cancelled());
  EXPECT_FALSE(second.is_cancelled());

  parent.cancel();
  EXPECT_TRUE(second.is_cancelled());
}

TEST(CancellationSource, RegistrationsAndCancelMayRace) {
  for (int round = 0; round < 50; ++round) {
    CancellationSource source;
    std::atomic<int> calls{0};
    std::thread canceller([&source] { source.cancel(); });
    {
      const auto registration = source.token().on_cancel([&calls] { ++calls; });
      const CancellationToken child = source.token().with_timeout(hours(1));
      (void)child.is_cancelled();
    }
    canceller.join();
    EXPECT_LE(calls, 1);
  }
}

}  // namespace
}  // namespace huggingface_hub
