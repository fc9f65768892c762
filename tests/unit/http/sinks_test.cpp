// SPDX-License-Identifier: Apache-2.0
#include "http/sinks.hpp"

#include "support/collecting_sink.hpp"

#include <gtest/gtest.h>

namespace huggingface_hub::http {
namespace {

const std::function<void()> kNoResume = [] {};

TEST(MemorySink, KeepsTheBodyOfTheLastHead) {
  MemorySink sink(100);
  ASSERT_TRUE(sink.on_head({}, kNoResume).ok());
  ASSERT_TRUE(sink.on_data("first", 5).ok());
  ASSERT_TRUE(sink.on_head({}, kNoResume).ok());
  ASSERT_TRUE(sink.on_data("sec", 3).ok());
  ASSERT_TRUE(sink.on_data("ond", 3).ok());

  EXPECT_EQ(sink.take(), "second");
}

TEST(MemorySink, RefusesWhatIsBeyondItsLimit) {
  MemorySink sink(4);
  ASSERT_TRUE(sink.on_head({}, kNoResume).ok());
  EXPECT_TRUE(sink.on_data("1234", 4).ok());
  EXPECT_FALSE(sink.on_data("5", 1).ok());
}

std::shared_ptr<AnswerSink> gate(std::shared_ptr<Sink> target) {
  return std::make_shared<AnswerSink>(std::move(target), [](const ResponseHead& head) { return head.status < 400; });
}

TEST(AnswerSink, LetsTheAnswerThrough) {
  const auto target = std::make_shared<testing::CollectingSink>();
  const auto sink = gate(target);
  ASSERT_TRUE(sink->on_head({{}, 200, ""}, kNoResume).ok());
  ASSERT_TRUE(sink->on_data("body", 4).ok());

  EXPECT_EQ(target->body(), "body");
  EXPECT_FALSE(sink->kept_head());
}

TEST(AnswerSink, KeepsWhatIsNoAnswerToItself) {
  const auto target = std::make_shared<testing::CollectingSink>();
  const auto sink = gate(target);
  ASSERT_TRUE(sink->on_head({{}, 404, ""}, kNoResume).ok());
  ASSERT_TRUE(sink->on_data("why", 3).ok());

  EXPECT_EQ(target->heads(), 0);
  ASSERT_TRUE(sink->kept_head());
  EXPECT_EQ(sink->kept_head()->status, 404);
  EXPECT_EQ(sink->kept_body(), "why");
}

TEST(AnswerSink, StopsReadingAFailureBeyondOneMebibyte) {
  const auto sink = gate(nullptr);
  ASSERT_TRUE(sink->on_head({{}, 500, ""}, kNoResume).ok());
  const std::string mebibyte(std::size_t{1} << 20, 'x');
  EXPECT_TRUE(sink->on_data(mebibyte.data(), mebibyte.size()).ok());
  EXPECT_FALSE(sink->on_data("x", 1).ok());
  EXPECT_TRUE(sink->kept_head());
}

}  // namespace
}  // namespace huggingface_hub::http
