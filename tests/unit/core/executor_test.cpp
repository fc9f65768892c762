// SPDX-License-Identifier: Apache-2.0
#include "core/executor.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

namespace huggingface_hub {
namespace {

Error failure(const char* message) {
  Error error;
  error.code = ErrorCode::io;
  error.message = message;
  return error;
}

TEST(Executor, RunsEverythingBeforeItEnds) {
  std::atomic<int> done{0};
  {
    Executor executor(3);
    for (int i = 0; i < 100; ++i) executor.post([&done] { ++done; });
  }
  EXPECT_EQ(done, 100);
}

TEST(Executor, RunsTasksAtTheSameTime) {
  std::promise<void> first;
  std::promise<void> second;
  std::promise<void> both;
  Executor executor(2);  // Ends before what its tasks use.
  executor.post([&] {
    first.set_value();
    second.get_future().wait();
  });
  executor.post([&] {
    first.get_future().wait();
    second.set_value();
    both.set_value();
  });
  both.get_future().wait();
}

TEST(Executor, EndsWithoutEverHavingWorked) { const Executor executor(4); }

TEST(ParallelFor, CallsEachIndexOnce) {
  std::mutex mutex;
  std::multiset<std::size_t> seen;
  const auto outcome = parallel_for(50, 4, {}, [&](std::size_t index, const CancellationToken&) -> Result<void> {
    const std::lock_guard<std::mutex> lock(mutex);
    seen.insert(index);
    return {};
  });
  EXPECT_TRUE(outcome.ok());
  EXPECT_EQ(seen.size(), 50U);
  EXPECT_EQ(std::set<std::size_t>(seen.begin(), seen.end()).size(), 50U);
}

TEST(ParallelFor, OfNothingSucceeds) {
  EXPECT_TRUE(parallel_for(0, 4, {}, [](std::size_t, const CancellationToken&) -> Result<void> {
                return failure("never");
              }).ok());
}

TEST(ParallelFor, ReturnsTheFirstFailureAndCancelsTheOthers) {
  std::promise<void> waiting;
  const auto outcome = parallel_for(2, 2, {}, [&](std::size_t index, const CancellationToken& cancel) -> Result<void> {
    if (index == 0) {
      waiting.set_value();
      cancel.wait_for(std::chrono::hours(1));
      return as_result([&cancel] { cancel.throw_if_cancelled(); });
    }
    waiting.get_future().wait();
    return failure("the disk");
  });
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message, "the disk");
}

TEST(ParallelFor, StartsNoMoreAfterAFailure) {
  std::atomic<int> calls{0};
  (void)parallel_for(100, 1, {}, [&](std::size_t index, const CancellationToken&) -> Result<void> {
    ++calls;
    if (index == 2) return failure("third");
    return {};
  });
  EXPECT_EQ(calls, 3);
}

TEST(ParallelFor, RethrowsAForeignExceptionUnchanged) {
  EXPECT_THROW((void)parallel_for(8, 4, {},
                                  [](std::size_t, const CancellationToken&) -> Result<void> {
                                    throw std::logic_error("theirs");
                                  }),
               std::logic_error);
}

TEST(ParallelFor, StopsWhenItIsCancelled) {
  CancellationSource source;
  int calls = 0;
  const auto outcome = parallel_for(10, 1, source.token(), [&](std::size_t, const CancellationToken&) -> Result<void> {
    if (++calls == 3) source.cancel();
    return {};
  });
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code, ErrorCode::cancelled);
  EXPECT_EQ(calls, 3);
}

TEST(ParallelInBatches, CallsEachIndexOnce) {
  for (const std::size_t count : {0U, 1U, 128U, 129U, 1000U}) {
    std::vector<std::atomic<int>> calls(count);

    EXPECT_TRUE(parallel_in_batches(count, 4, {}, [&](std::size_t index) { ++calls[index]; }).ok());

    EXPECT_TRUE(std::all_of(calls.begin(), calls.end(), [](const auto& number) { return number == 1; })) << count;
  }
}

TEST(ParallelInBatches, LeavesFewToTheCallingThread) {
  const auto caller = std::this_thread::get_id();

  EXPECT_TRUE(parallel_in_batches(100, 4, {}, [&](std::size_t) { EXPECT_EQ(std::this_thread::get_id(), caller); }).ok());
}

}  // namespace
}  // namespace huggingface_hub
