// SPDX-License-Identifier: Apache-2.0
#include "server/http_tracker.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace huggingface_hub::server::detail {
namespace {

/// Collects spans as text: `H` head, `B` body, `F` framing, `P` plain, `|` the end of a message.
struct Recorder : SpanSink {
  void on_span(const Span& span) override {
    passed += span.bytes;
    const char kinds[] = {'P', 'H', 'B', 'F'};
    const char kind = kinds[static_cast<int>(span.kind)];
    if (shape.empty() || shape.back() != kind) shape += kind;
    if (span.kind == SpanKind::body) bodies.back() += span.bytes;
  }
  void on_message_end(const ExchangePtr&) override {
    shape += '|';
    bodies.emplace_back();
  }
  std::string shape{};
  std::string passed{};
  std::vector<std::string> bodies{""};
};

struct Dialogue {
  Dialogue()
      : requests(Flow::to_server, shared,
                 [](std::string method, std::string target) {
                   auto exchange = std::make_shared<Exchange>();
                   exchange->method = std::move(method);
                   exchange->target = std::move(target);
                   return exchange;
                 }),
        responses(Flow::to_client, shared, nullptr) {}
  ConnectionDialogue shared{};
  HttpTracker requests;
  HttpTracker responses;
  Recorder up{};
  Recorder down{};
};

const std::string kGet = "GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n";

TEST(HttpTracker, FollowsABodyWithALength) {
  Dialogue dialogue;
  dialogue.requests.feed(kGet, dialogue.up);
  dialogue.responses.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloHTTP", dialogue.down);

  EXPECT_EQ(dialogue.up.shape, "H|");
  EXPECT_EQ(dialogue.down.shape, "HB|");
  EXPECT_EQ(dialogue.down.bodies.front(), "hello");
}

TEST(HttpTracker, FollowsAChunkedBodyFedByteByByte) {
  Dialogue dialogue;
  dialogue.requests.feed(kGet, dialogue.up);
  const std::string response =
      "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n5;x=y\r\nhello\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n";
  for (const char byte : response) dialogue.responses.feed({&byte, 1}, dialogue.down);

  EXPECT_EQ(dialogue.down.shape, "HFBFBF|");
  EXPECT_EQ(dialogue.down.bodies.front(), "hello0123456789");
  EXPECT_EQ(dialogue.down.passed, response);
}

TEST(HttpTracker, KnowsResponsesWithoutABody) {
  Dialogue dialogue;
  dialogue.requests.feed("HEAD /a HTTP/1.1\r\n\r\n" + kGet + kGet, dialogue.up);
  dialogue.responses.feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
                          "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"
                          "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                          dialogue.down);

  EXPECT_EQ(dialogue.down.shape, "H|H|HB|");
}

TEST(HttpTracker, SkipsInterimResponses) {
  Dialogue dialogue;
  dialogue.requests.feed("PUT /a HTTP/1.1\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\nabc", dialogue.up);
  dialogue.responses.feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
                          dialogue.down);

  EXPECT_EQ(dialogue.up.shape, "HB|");
  EXPECT_EQ(dialogue.down.shape, "H|");
}

TEST(HttpTracker, EndsABodyWithoutALengthWithTheStream) {
  Dialogue dialogue;
  dialogue.requests.feed(kGet, dialogue.up);
  dialogue.responses.feed("HTTP/1.0 200 OK\r\n\r\nall of it", dialogue.down);
  EXPECT_EQ(dialogue.down.shape, "HB");
  dialogue.responses.finish(dialogue.down);
  EXPECT_EQ(dialogue.down.shape, "HB|");
}

TEST(HttpTracker, LetsWhatIsNoHttpPassUnchanged) {
  Dialogue dialogue;
  const std::string hello("\x16\x03\x01\x02\x00", 5);
  dialogue.requests.feed(hello, dialogue.up);
  dialogue.responses.feed("HTTP/1.1 200 OK\r\n\r\n", dialogue.down);

  EXPECT_EQ(dialogue.up.shape, "P");
  EXPECT_EQ(dialogue.up.passed, hello);
  EXPECT_EQ(dialogue.down.shape, "P");
}

TEST(HttpTracker, HandsOutAnUnfinishedHeadAtTheEnd) {
  Dialogue dialogue;
  dialogue.requests.feed("GET / HT", dialogue.up);
  EXPECT_EQ(dialogue.up.passed, "");
  dialogue.requests.finish(dialogue.up);
  EXPECT_EQ(dialogue.up.passed, "GET / HT");
}

TEST(HttpTracker, TakesTheTargetFromTheRequestLine) {
  Dialogue dialogue;
  dialogue.requests.feed(kGet, dialogue.up);
  ASSERT_EQ(dialogue.shared.pending.size(), 1U);
  EXPECT_EQ(dialogue.shared.pending.front()->target, "/a?b=c");
  EXPECT_EQ(dialogue.shared.pending.front()->method, "GET");
}

}  // namespace
}  // namespace huggingface_hub::server::detail
