// SPDX-License-Identifier: Apache-2.0
/// @file
/// What every `Transport` promises, asked of the real one and of the fake.
#include "session/session.hpp"

#include "support/bytes.hpp"
#include "support/collecting_sink.hpp"
#include "support/fake_transport.hpp"
#include "support/raw_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <thread>

namespace huggingface_hub::testing {
namespace {

using http::Method;
using http::Request;
using http::ResponseHead;
using http::SinkVerdict;
using namespace std::chrono_literals;

/// A transport with something to talk to.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual std::shared_ptr<http::Transport>& transport() = 0;
  virtual std::string url() const = 0;
  /// The next answer; `error` in it: the connection breaks.
  virtual void answer(CannedAnswer next) = 0;
  virtual std::vector<RecordedRequest> requests() const = 0;
};

class FakeSubject final : public Subject {
 public:
  std::shared_ptr<http::Transport>& transport() override { return transport_; }
  std::string url() const override { return "http://fake.test"; }
  void answer(CannedAnswer next) override { fake_->answer(std::move(next)); }
  std::vector<RecordedRequest> requests() const override { return fake_->requests(); }

 private:
  std::shared_ptr<http::Transport> transport_ = std::make_shared<FakeTransport>();
  FakeTransport* fake_ = static_cast<FakeTransport*>(transport_.get());  // Its end is the test's to choose.
};

class CurlSubject final : public Subject {
 public:
  std::shared_ptr<http::Transport>& transport() override { return transport_; }
  std::string url() const override { return server_.url(); }
  void answer(CannedAnswer next) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    answers_.push_back(std::move(next));
  }
  std::vector<RecordedRequest> requests() const override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return requests_;
  }

 private:
  void serve(RawConnection& connection, const RawConnection::Request& request) {
    CannedAnswer answer;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      record(request);
      if (answers_.empty()) return connection.reset();
      answer = std::move(answers_.front());
      answers_.pop_front();
    }
    if (answer.error && !answer.error_after_body) return connection.reset();
    std::string fields;
    for (const auto& [name, value] : answer.headers) fields += name + ": " + value + "\r\n";
    if (!answer.error_after_body && request.method() != "HEAD") {
      connection.answer(answer.body, answer.status, fields);
      return;
    }
    const std::size_t promised = answer.body.size() + (answer.error_after_body ? 1 : 0);
    connection.send("HTTP/1.1 " + std::to_string(answer.status) + " Reason\r\nContent-Length: " +
                    std::to_string(promised) + "\r\n" + fields + "\r\n");
    if (request.method() == "HEAD") return;
    connection.send(answer.body);
    connection.close();
  }

  void record(const RawConnection::Request& request) {
    RecordedRequest recorded;
    for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del}) {
      if (request.method() == http::to_string(method)) recorded.method = method;
    }
    recorded.url = url() + request.target();
    recorded.headers.add("X-Test", request.header("x-test"));
    recorded.body = request.body;
    requests_.push_back(std::move(recorded));
  }

  mutable std::mutex mutex_{};
  std::deque<CannedAnswer> answers_{};
  std::vector<RecordedRequest> requests_{};
  RawServer server_{RawServer::each_request(
      [this](RawConnection& connection, const RawConnection::Request& request) { serve(connection, request); })};
  std::shared_ptr<http::Transport> transport_ = http::make_curl_transport();
};

CannedAnswer canned(int status, std::string body = "", http::Headers headers = {}) {
  CannedAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  answer.headers = std::move(headers);
  return answer;
}

class TransportContract : public ::testing::TestWithParam<const char*> {
 protected:
  TransportContract() {
    if (std::string(GetParam()) == "Fake") {
      subject_ = std::make_unique<FakeSubject>();
    } else {
      subject_ = std::make_unique<CurlSubject>();
    }
  }

  Request request(Method method = Method::get, const std::string& path = "/path") const {
    Request made;
    made.method = method;
    made.url = subject_->url() + path;
    return made;
  }
  http::Transport& transport() { return *subject_->transport(); }
  Subject& subject() { return *subject_; }

 private:
  std::unique_ptr<Subject> subject_;
};

TEST_P(TransportContract, DeliversStatusFieldsAndBody) {
  subject().answer(canned(200, "hello", {{"X-One", "1"}, {"X-Many", "a"}, {"X-Many", "b"}}));
  const auto sink = std::make_shared<CollectingSink>();

  const auto head = transport().send(request(), sink);

  ASSERT_TRUE(head.ok()) << head.error().message;
  EXPECT_EQ(head->status, 200);
  EXPECT_EQ(head->url, subject().url() + "/path");
  EXPECT_EQ(head->headers.get("x-one"), "1");
  EXPECT_THAT(head->headers.get_all("x-many"), ::testing::ElementsAre("a", "b"));
  EXPECT_EQ(sink->body(), "hello");
  EXPECT_EQ(sink->heads(), 1);
}

TEST_P(TransportContract, SendsMethodTargetFieldsAndBody) {
  subject().answer(canned(201));
  Request sent = request(Method::put, "/a%20b?c=d");
  sent.headers.add("X-Test", "value");
  sent.body = bytes_body("the body");

  ASSERT_TRUE(transport().send(std::move(sent), nullptr).ok());

  const auto seen = subject().requests();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_EQ(seen[0].method, Method::put);
  EXPECT_EQ(seen[0].url, subject().url() + "/a%20b?c=d");
  EXPECT_EQ(seen[0].header("X-Test"), "value");
  EXPECT_EQ(seen[0].body, "the body");
}

TEST_P(TransportContract, SendsABodyWithEachMethodThatMayHaveOne) {
  for (const Method method : {Method::post, Method::put, Method::patch, Method::del}) {
    subject().answer(canned(200));
    Request sent = request(method);
    sent.body = bytes_body("payload");
    ASSERT_TRUE(transport().send(std::move(sent), nullptr).ok());
    EXPECT_EQ(subject().requests().back().method, method);
    EXPECT_EQ(subject().requests().back().body, "payload");
  }
}

TEST_P(TransportContract, TakesEachMethodWithoutABody) {
  for (const Method method : {Method::get, Method::head, Method::post, Method::put, Method::patch, Method::del}) {
    subject().answer(canned(200));
    const auto head = transport().send(request(method), nullptr);
    ASSERT_TRUE(head.ok()) << head.error().message;
    EXPECT_EQ(subject().requests().back().method, method);
  }
}

TEST_P(TransportContract, CountsEveryStatusAsAnAnswer) {
  for (const int status : {204, 301, 304, 400, 401, 404, 429, 500, 503}) {
    subject().answer(canned(status, "", {{"Location", "/elsewhere"}}));
    const auto head = transport().send(request(), nullptr);
    ASSERT_TRUE(head.ok()) << status << ": " << head.error().message;
    EXPECT_EQ(head->status, status);
  }
}

TEST_P(TransportContract, GivesNoBodyToAHead) {
  subject().answer(canned(200, "not sent"));
  const auto sink = std::make_shared<CollectingSink>();

  ASSERT_TRUE(transport().send(request(Method::head), sink).ok());

  EXPECT_EQ(sink->heads(), 1);
  EXPECT_EQ(sink->body(), "");
}

TEST_P(TransportContract, ReportsABrokenConnectionAsATransportError) {
  CannedAnswer broken;
  broken.error = transport_failure("reset");
  subject().answer(broken);
  const auto sink = std::make_shared<CollectingSink>();

  const auto head = transport().send(request(), sink);

  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::transport);
  EXPECT_EQ(sink->heads(), 0);
}

TEST_P(TransportContract, ReportsABodyCutShortAsATransportError) {
  CannedAnswer cut = canned(200, "half of it");
  cut.error = transport_failure("cut");
  cut.error_after_body = true;
  subject().answer(cut);
  const auto sink = std::make_shared<CollectingSink>();

  const auto head = transport().send(request(), sink);

  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::transport);
  EXPECT_EQ(sink->body(), "half of it");
}

TEST_P(TransportContract, SendsNothingForACancelledToken) {
  subject().answer(canned(200));
  CancellationSource source;
  source.cancel();
  Request sent = request();
  sent.cancel = source.token();

  const auto head = transport().send(std::move(sent), nullptr);

  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::cancelled);
  EXPECT_TRUE(subject().requests().empty());
}

TEST_P(TransportContract, EndsAtOnceWhenCancelled) {
  subject().answer(canned(200, pattern(1 * kMiB)));
  const auto sink = std::make_shared<CollectingSink>([](std::size_t) { return SinkVerdict::pause; });
  CancellationSource source;
  Request sent = request();
  sent.cancel = source.token();
  std::promise<Result<ResponseHead>> done;
  transport().start(std::move(sent), sink, [&](Result<ResponseHead> head) { done.set_value(std::move(head)); });
  sink->wait_for_pause();

  source.cancel();

  const auto head = done.get_future().get();
  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::cancelled);
}

TEST_P(TransportContract, LosesNothingToPausesEndedFromAnotherThread) {
  const std::string body = pattern(3 * kMiB + 17);
  subject().answer(canned(200, body));
  std::atomic<bool> paused{false};
  std::atomic<int> calls{0};
  const auto sink = std::make_shared<CollectingSink>([&](std::size_t) -> Result<SinkVerdict> {
    if (++calls % 3 != 0) return SinkVerdict::accepted;
    paused = true;
    return SinkVerdict::pause;
  });
  std::atomic<bool> ended{false};
  std::thread waker([&] {
    while (!ended) {
      if (paused.exchange(false)) sink->resume();
      std::this_thread::yield();
    }
  });

  const auto head = transport().send(request(), sink);
  ended = true;
  waker.join();

  ASSERT_TRUE(head.ok()) << head.error().message;
  EXPECT_TRUE(sink->body() == body);
}

TEST_P(TransportContract, IgnoresAResumeThatComesTooOftenOrTooLate) {
  subject().answer(canned(200, pattern(1 * kMiB)));
  const auto sink = std::make_shared<CollectingSink>();
  ASSERT_TRUE(transport().send(request(), sink).ok());

  sink->resume();
  subject().transport().reset();
  sink->resume();

  EXPECT_TRUE(sink->body() == pattern(1 * kMiB));
}

TEST_P(TransportContract, GivesBackTheErrorOfASinkThatRefusesTheHead) {
  subject().answer(canned(200, "body"));
  const auto sink = std::make_shared<CollectingSink>();
  Error refusal;
  refusal.code = ErrorCode::integrity;
  refusal.message = "not what was promised";
  sink->refuse_head(refusal);

  const auto head = transport().send(request(), sink);

  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::integrity);
  EXPECT_EQ(head.error().message, "not what was promised");
  EXPECT_EQ(sink->body(), "");
}

TEST_P(TransportContract, GivesBackTheErrorOfASinkThatRefusesData) {
  subject().answer(canned(200, pattern(1 * kMiB)));
  const auto sink = std::make_shared<CollectingSink>([](std::size_t received) -> Result<SinkVerdict> {
    if (received == 0) return SinkVerdict::accepted;
    Error full;
    full.code = ErrorCode::io;
    full.message = "the disk is full";
    return full;
  });

  const auto head = transport().send(request(), sink);

  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::io);
  EXPECT_EQ(head.error().message, "the disk is full");
}

/// A body that breaks, or ends early.
class FaultyBody final : public http::Body {
 public:
  explicit FaultyBody(bool fails) : fails_(fails) {}
  std::optional<std::uint64_t> size() const override { return 100; }
  Result<std::size_t> read(char* buffer, std::size_t) override {
    if (given_) {
      if (!fails_) return std::size_t{0};
      Error error;
      error.code = ErrorCode::io;
      error.message = "the file vanished";
      return error;
    }
    given_ = true;
    buffer[0] = 'x';
    return std::size_t{1};
  }
  Result<void> rewind() override { return {}; }

 private:
  bool fails_;
  bool given_{false};
};

TEST_P(TransportContract, GivesBackTheErrorOfABodyThatCannotBeRead) {
  Request sent = request(Method::put);
  sent.body = std::make_shared<FaultyBody>(/*fails=*/true);

  const auto head = transport().send(std::move(sent), nullptr);

  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::io);
  EXPECT_EQ(head.error().message, "the file vanished");
}

TEST_P(TransportContract, CallsABodyThatEndsEarlyAnInputError) {
  Request sent = request(Method::put);
  sent.body = std::make_shared<FaultyBody>(/*fails=*/false);

  const auto head = transport().send(std::move(sent), nullptr);

  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::io);
}

TEST_P(TransportContract, EndsWhatRunsWhenItIsDestroyed) {
  subject().answer(canned(200, pattern(1 * kMiB)));
  const auto sink = std::make_shared<CollectingSink>([](std::size_t) { return SinkVerdict::pause; });
  std::promise<Result<ResponseHead>> done;
  transport().start(request(), sink, [&](Result<ResponseHead> head) { done.set_value(std::move(head)); });
  sink->wait_for_pause();

  subject().transport().reset();

  const auto head = done.get_future().get();
  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::cancelled);
}

TEST_P(TransportContract, LetsGoOfSinkAndBodyBeforeItReports) {
  subject().answer(canned(200, "body"));
  auto sink = std::make_shared<CollectingSink>();
  const std::weak_ptr<CollectingSink> seen = sink;
  Request sent = request(Method::put);
  sent.body = bytes_body("body");
  const std::weak_ptr<http::Body> seen_body = sent.body;
  std::promise<bool> gone;
  transport().start(std::move(sent), std::move(sink),
                    [&](const Result<ResponseHead>&) { gone.set_value(seen.expired() && seen_body.expired()); });

  EXPECT_TRUE(gone.get_future().get());
}

TEST_P(TransportContract, TakesARequestFromACompletion) {
  subject().answer(canned(200));
  subject().answer(canned(202));
  std::promise<int> second;
  transport().start(request(), nullptr, [&](const Result<ResponseHead>&) {
    transport().start(request(), nullptr,
                      [&](const Result<ResponseHead>& head) { second.set_value(head.ok() ? head->status : 0); });
  });

  EXPECT_EQ(second.get_future().get(), 202);
}

TEST_P(TransportContract, RunsManyRequestsAtOnce) {
  constexpr int kRequests = 64;
  const std::string body = pattern(100 * kKiB);
  for (int i = 0; i < kRequests; ++i) subject().answer(canned(200, body));
  std::vector<std::shared_ptr<CollectingSink>> sinks;
  std::atomic<int> good{0};
  std::atomic<int> left{kRequests};
  std::promise<void> done;
  for (int i = 0; i < kRequests; ++i) {
    sinks.push_back(std::make_shared<CollectingSink>());
    transport().start(request(), sinks.back(), [&](const Result<ResponseHead>& head) {
      if (head.ok()) ++good;
      if (--left == 0) done.set_value();
    });
  }
  done.get_future().get();

  EXPECT_EQ(good, kRequests);
  for (const auto& sink : sinks) EXPECT_TRUE(sink->body() == body);
}

TEST_P(TransportContract, TimesOutAtTheDeadlineOfTheToken) {
  subject().answer(canned(200, pattern(1 * kMiB)));
  const auto sink = std::make_shared<CollectingSink>([](std::size_t) { return SinkVerdict::pause; });
  Request sent = request();
  sent.cancel = CancellationSource().token().with_timeout(0ms);

  const auto head = transport().send(std::move(sent), sink);

  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::transport);
  EXPECT_TRUE(head.error().timeout);
}

INSTANTIATE_TEST_SUITE_P(Transports, TransportContract, ::testing::Values("Fake", "Curl"),
                         [](const auto& instance) { return std::string(instance.param); });

}  // namespace
}  // namespace huggingface_hub::testing
