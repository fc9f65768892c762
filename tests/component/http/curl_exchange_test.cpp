// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the transport on libcurl puts on the wire, and what it makes of well-behaved answers.
#include "component/http/fixture.hpp"

#include <algorithm>
#include <cstring>

namespace huggingface_hub::testing {
namespace {

using http::Method;
using ::testing::HasSubstr;
using ::testing::Not;

class CurlExchangeTest : public ::testing::Test {
 protected:
  /// The last request that was served.
  RawConnection::Request last() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return last_;
  }

  /// How requests are answered from now on. What it captures it must own: a connection may outlive the test's body.
  void answer_with(std::function<void(RawConnection&)> answer) {
    const std::lock_guard<std::mutex> lock(mutex_);
    answer_ = std::move(answer);
  }

  std::shared_ptr<http::Transport> transport = http::make_curl_transport();

 private:
  std::mutex mutex_{};
  std::function<void(RawConnection&)> answer_ = [](RawConnection& connection) { connection.answer("ok"); };
  RawConnection::Request last_{};

 protected:
  RawServer server{RawServer::each_request([this](RawConnection& connection, const RawConnection::Request& request) {
    std::function<void(RawConnection&)> answer;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      last_ = request;
      answer = answer_;
    }
    answer(connection);
  })};
};

TEST_F(CurlExchangeTest, AddsNothingToTheRequestButWhatHttpNeeds) {
  http::Request request = request_to(server.url() + "/x/../%2e%2e/y?z");
  request.headers = {{"X-Own", "1"}, {"X-Empty", ""}};
  ASSERT_TRUE(fetch(*transport, std::move(request)).head.ok());
  EXPECT_EQ(last().head, "GET /x/../%2e%2e/y?z HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server.port()) +
                             "\r\nX-Own: 1\r\nX-Empty:");
}

TEST_F(CurlExchangeTest, DoesNotWaitForLeaveToSendABody) {
  http::Request request = request_to(server.url(), Method::put);
  request.body = bytes_body(std::string(3 * kMiB, 'x'));
  const auto before = SteadyClock::now();
  ASSERT_TRUE(fetch(*transport, std::move(request)).head.ok());
  EXPECT_EQ(last().body.size(), 3 * kMiB);
  EXPECT_EQ(last().header("expect"), "");
  EXPECT_EQ(last().header("content-type"), "");
  EXPECT_LT(SteadyClock::now() - before, 900ms);
}

TEST_F(CurlExchangeTest, SaysThatABodyIsEmpty) {
  for (const Method method : {Method::post, Method::put, Method::patch}) {
    ASSERT_TRUE(fetch(*transport, request_to(server.url(), method)).head.ok());
    EXPECT_EQ(last().header("content-length"), "0");
  }
}

/// Gives `size` bytes without end in sight.
class UnsizedBody final : public http::Body {
 public:
  explicit UnsizedBody(std::size_t size) : left_(size) {}
  std::optional<std::uint64_t> size() const override { return std::nullopt; }
  Result<std::size_t> read(char* buffer, std::size_t capacity) override {
    const std::size_t count = std::min(capacity, left_);
    std::memset(buffer, 'u', count);
    left_ -= count;
    return count;
  }
  Result<void> rewind() override { return {}; }

 private:
  std::size_t left_;
};

TEST_F(CurlExchangeTest, SendsABodyOfUnknownSizeInChunks) {
  http::Request request = request_to(server.url(), Method::post);
  request.body = std::make_shared<UnsizedBody>(300'000);
  ASSERT_TRUE(fetch(*transport, std::move(request)).head.ok());
  EXPECT_EQ(last().header("transfer-encoding"), "chunked");
  EXPECT_EQ(last().body, std::string(300'000, 'u'));
}

/// Five GiB that are never stored.
class HugeBody final : public http::Body {
 public:
  std::optional<std::uint64_t> size() const override { return std::uint64_t{5} << 30; }
  Result<std::size_t> read(char* buffer, std::size_t capacity) override {
    std::memset(buffer, 'h', capacity);
    return capacity;
  }
  Result<void> rewind() override { return {}; }
};

TEST_F(CurlExchangeTest, AnnouncesBodiesBeyondFourGibibytes) {
  std::promise<std::string> head;
  RawServer refusing([&](RawConnection& connection) {
    head.set_value(connection.read_head().value_or(""));
    connection.answer("", 507, "Connection: close\r\n");
    connection.wait_for_close();
  });
  http::Request request = request_to(refusing.url(), Method::put);
  request.bulk = true;
  request.body = std::make_shared<HugeBody>();

  const Answer result = fetch(*transport, std::move(request));

  ASSERT_TRUE(result.head.ok()) << result.head.error().message;
  EXPECT_EQ(result.head->status, 507);
  EXPECT_THAT(head.get_future().get(), HasSubstr("Content-Length: 5368709120"));
}

TEST_F(CurlExchangeTest, KeepsItsConnection) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(fetch(*transport, request_to(server.url())).head.ok());
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(CurlExchangeTest, GoesOnAfterAFailure) {
  answer_with([](RawConnection& connection) { connection.reset(); });
  EXPECT_FALSE(fetch(*transport, request_to(server.url())).head.ok());
  answer_with([](RawConnection& connection) { connection.answer("good"); });
  EXPECT_EQ(fetch(*transport, request_to(server.url())).body, "good");
}

// "hello " twenty times.
constexpr std::string_view kGzip{
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\x57\xc8\xa0\x3b\x09\x00\x2f\xfa\xf8\x48\x78\x00"
    "\x00\x00",
    29};

TEST_F(CurlExchangeTest, DecodesWhatWasAskedForEncoded) {
  answer_with([](RawConnection& connection) { connection.answer(kGzip, 200, "Content-Encoding: gzip\r\n"); });
  http::Request request = request_to(server.url());
  request.headers.add("Accept-Encoding", "gzip, deflate");

  const Answer result = fetch(*transport, std::move(request));

  ASSERT_TRUE(result.head.ok()) << result.head.error().message;
  EXPECT_EQ(last().header("accept-encoding"), "gzip, deflate");
  EXPECT_EQ(result.body.size(), 120U);
  EXPECT_EQ(result.body.substr(0, 6), "hello ");
  EXPECT_FALSE(result.head->headers.has("Content-Length"));
  EXPECT_FALSE(result.head->headers.has("Content-Encoding"));
}

TEST_F(CurlExchangeTest, DecodesNothingElse) {
  answer_with([](RawConnection& connection) { connection.answer(kGzip, 200, "Content-Encoding: gzip\r\n"); });
  for (const char* asked : {"", "identity"}) {
    http::Request request = request_to(server.url());
    if (*asked != '\0') request.headers.add("Accept-Encoding", asked);
    const Answer result = fetch(*transport, std::move(request));
    ASSERT_TRUE(result.head.ok());
    EXPECT_EQ(last().header("accept-encoding"), asked);
    EXPECT_EQ(result.body, kGzip);
    EXPECT_EQ(result.head->headers.get("Content-Length"), "29");
    EXPECT_EQ(result.head->headers.get("Content-Encoding"), "gzip");
  }
}

TEST_F(CurlExchangeTest, CallsABrokenEncodingATransportError) {
  answer_with(
      [](RawConnection& connection) { connection.answer("not gzip at all", 200, "Content-Encoding: gzip\r\n"); });
  http::Request request = request_to(server.url());
  request.headers.add("Accept-Encoding", "gzip");
  const Answer result = fetch(*transport, std::move(request));
  ASSERT_FALSE(result.head.ok());
  EXPECT_EQ(result.head.error().code, ErrorCode::transport);
}

TEST_F(CurlExchangeTest, SkipsInterimAnswersAndTrailers) {
  answer_with([](RawConnection& connection) {
    connection.send(
        "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        "4\r\nbody\r\n0\r\nX-Late: 1\r\n\r\n");
  });
  const Answer result = fetch(*transport, request_to(server.url()));
  ASSERT_TRUE(result.head.ok()) << result.head.error().message;
  EXPECT_EQ(result.head->status, 200);
  EXPECT_EQ(result.body, "body");
  EXPECT_FALSE(result.head->headers.has("X-Early"));
  EXPECT_FALSE(result.head->headers.has("X-Late"));
}

TEST_F(CurlExchangeTest, RefusesLineBreaksInFields) {
  for (const http::Headers::Field& field :
       {http::Headers::Field{"X-A", "1\r\nX-Evil: 1"}, http::Headers::Field{"X-A\nX-Evil", "1"},
        http::Headers::Field{"X-A", std::string("1\0", 2)}, http::Headers::Field{"", "1"},
        http::Headers::Field{"X:Y", "1"}}) {
    http::Request request = request_to(server.url());
    request.headers.add(field.first, field.second);
    const Answer result = fetch(*transport, std::move(request));
    ASSERT_FALSE(result.head.ok());
    EXPECT_EQ(result.head.error().code, ErrorCode::validation);
  }
  EXPECT_EQ(server.connections(), 0);
}

TEST_F(CurlExchangeTest, RefusesOtherSchemes) {
  const Answer result = fetch(*transport, request_to("file:///etc/passwd"));
  ASSERT_FALSE(result.head.ok());
  EXPECT_EQ(result.head.error().code, ErrorCode::validation);
}

TEST_F(CurlExchangeTest, KeepsSecretsOfTheUrlOutOfMessages) {
  answer_with([](RawConnection& connection) { connection.reset(); });
  const Answer result = fetch(
      *transport, request_to("http://user:secret@127.0.0.1:" + std::to_string(server.port()) + "/x?sig=secret"));
  ASSERT_FALSE(result.head.ok());
  EXPECT_THAT(result.head.error().message, Not(HasSubstr("secret")));
}

TEST_F(CurlExchangeTest, TakesALargeBodyInFewMoments) {
  const std::string body = pattern(16 * kMiB);
  answer_with([body](RawConnection& connection) { connection.answer(body); });
  http::Request request = request_to(server.url());
  request.bulk = true;
  const Answer result = fetch(*transport, std::move(request));
  ASSERT_TRUE(result.head.ok());
  EXPECT_TRUE(result.body == body);
}

TEST_F(CurlExchangeTest, AnExceptionFromASinkIsAnErrorOfTheExchange) {
  class ThrowingSink final : public http::Sink {
   public:
    Result<void> on_head(const http::ResponseHead&, const std::function<void()>&) override { return {}; }
    Result<http::SinkVerdict> on_data(const char*, std::size_t) override { throw std::runtime_error("no more room"); }
  };
  const auto head = transport->send(request_to(server.url()), std::make_shared<ThrowingSink>());
  ASSERT_FALSE(head.ok());
  EXPECT_THAT(head.error().message, HasSubstr("no more room"));
}

TEST_F(CurlExchangeTest, MayLoseItsLastOwnerInACompletion) {
  std::promise<void> done;
  auto owner = std::make_shared<std::shared_ptr<http::Transport>>(http::make_curl_transport());
  (*owner)->start(request_to(server.url()), nullptr, [owner, &done](const Result<http::ResponseHead>&) {
    owner->reset();
    done.set_value();
  });
  done.get_future().get();
}

}  // namespace
}  // namespace huggingface_hub::testing
