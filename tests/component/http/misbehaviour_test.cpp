// SPDX-License-Identifier: Apache-2.0
/// @file
/// Servers that do what no server should, byte by byte.
#include "component/http/fixture.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <ostream>
#include <thread>
#include <vector>

namespace huggingface_hub::testing {
namespace {

using http::Method;
using ::testing::HasSubstr;

class Misbehaviour : public ::testing::Test {
 protected:
  std::shared_ptr<http::Transport> transport = http::make_curl_transport();
};

/// Sends `bytes` to each request and closes.
RawServer::Serve says(std::string bytes) {
  return [bytes = std::move(bytes)](RawConnection& connection) {
    if (!connection.read_request()) return;
    connection.send(bytes);
    connection.close();
  };
}

TEST_F(Misbehaviour, SilenceAfterAcceptEndsAtTheStallLimit) {
  RawServer server([](RawConnection& connection) { connection.wait_for_close(); });
  http::Request request = request_to(server.url());
  request.stall_timeout = 100ms;

  const Answer answer = fetch(*transport, std::move(request));

  ASSERT_FALSE(answer.head.ok());
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
  EXPECT_TRUE(answer.head.error().timeout);
  EXPECT_FALSE(answer.head.error().nothing_sent);
}

TEST_F(Misbehaviour, SilenceInTheMiddleOfABodyEndsAtTheStallLimit) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    connection.wait_for_close();
  });
  http::Request request = request_to(server.url());
  request.stall_timeout = 100ms;

  const Answer answer = fetch(*transport, std::move(request));

  ASSERT_FALSE(answer.head.ok());
  EXPECT_TRUE(answer.head.error().timeout);
  EXPECT_EQ(answer.body, "half");
}

TEST_F(Misbehaviour, SlownessIsNoStall) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
    for (int i = 0; i < 8; ++i) {
      std::this_thread::sleep_for(100ms);  // The time is the point of the test: twice the limit in all.
      if (!connection.send("x")) return;
    }
  });
  http::Request request = request_to(server.url());
  request.stall_timeout = 400ms;

  const Answer answer = fetch(*transport, std::move(request));

  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
  EXPECT_EQ(answer.body, "xxxxxxxx");
}

TEST_F(Misbehaviour, SlownessEndsAtTheTotalLimit) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.send("x")) std::this_thread::sleep_for(1ms);
  });
  http::Request request = request_to(server.url());
  request.total_timeout = 100ms;

  const Answer answer = fetch(*transport, std::move(request));

  ASSERT_FALSE(answer.head.ok());
  EXPECT_TRUE(answer.head.error().timeout);
}

TEST_F(Misbehaviour, APausedSinkDoesNotStall) {
  RawServer server(RawServer::each_request(
      [](RawConnection& connection, const auto&) { connection.answer(pattern(64 * kKiB)); }));
  std::atomic<bool> first{true};
  const auto sink = std::make_shared<CollectingSink>([&](std::size_t) {
    return first.exchange(false) ? http::SinkVerdict::pause : http::SinkVerdict::accepted;
  });
  http::Request request = request_to(server.url());
  request.stall_timeout = 50ms;
  auto done = start(*transport, std::move(request), sink);
  sink->wait_for_pause();

  EXPECT_EQ(done.wait_for(200ms), std::future_status::timeout);
  sink->resume();

  EXPECT_TRUE(done.get().ok());
  EXPECT_TRUE(sink->body() == pattern(64 * kKiB));
}

TEST_F(Misbehaviour, AResetInTheMiddleOfABodyIsATransportError) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhalf");
    connection.reset();
  });
  const Answer answer = fetch(*transport, request_to(server.url()));
  ASSERT_FALSE(answer.head.ok());
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
  EXPECT_FALSE(answer.head.error().timeout);
}

struct Nonsense {
  const char* name;
  const char* bytes;
};
void PrintTo(const Nonsense& a_case, std::ostream* out) { *out << a_case.name; }
class NonsenseAnswer : public Misbehaviour, public ::testing::WithParamInterface<Nonsense> {};
TEST_P(NonsenseAnswer, IsATransportError) {
  RawServer server(says(GetParam().bytes));
  const Answer answer = fetch(*transport, request_to(server.url()));
  ASSERT_FALSE(answer.head.ok()) << answer.head->status << answer.body;
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
  EXPECT_THAT(answer.head.error().message, HasSubstr("GET " + server.url()));
}
INSTANTIATE_TEST_SUITE_P(
    Misbehaviour, NonsenseAnswer,
    ::testing::Values(Nonsense{"Nothing", ""}, Nonsense{"NoHttp", "SSH-2.0-OpenSSH_9.2\r\n\r\n"},
                      Nonsense{"HeadCut", "HTTP/1.1 200 OK\r\nContent-Le"},
                      Nonsense{"OnlyOneHundred", "HTTP/1.1 100 Continue\r\n\r\n"},
                      Nonsense{"BadChunkSize", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n0\r\n\r\n"},
                      Nonsense{"ChunkCut", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"},
                      Nonsense{"NoLastChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"},
                      Nonsense{"BodyCut", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab"},
                      Nonsense{"BadLength", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nab"},
                      Nonsense{"TwoLengths", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nab"}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST_F(Misbehaviour, AnEndlessHeadIsATransportError) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n");
    while (connection.send("X-Flood: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  const Answer answer = fetch(*transport, request_to(server.url()));
  ASSERT_FALSE(answer.head.ok());
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
}

TEST_F(Misbehaviour, EndlessInterimAnswersAreATransportError) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    while (connection.send("HTTP/1.1 103 Early Hints\r\nX-Flood: " + std::string(1000, 'x') + "\r\n\r\n")) {
    }
  });
  const Answer answer = fetch(*transport, request_to(server.url()));
  ASSERT_FALSE(answer.head.ok());
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
}

TEST_F(Misbehaviour, MoreBytesThanPromisedAreNeitherDeliveredNorTakenForTheNextAnswer) {
  RawServer server([](RawConnection& connection) {
    while (connection.read_request()) {
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngoodHTTP/1.1 500 Evil\r\nContent-Length: 0\r\n\r\n");
    }
  });
  for (int i = 0; i < 3; ++i) {
    const Answer answer = fetch(*transport, request_to(server.url()));
    ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
    EXPECT_EQ(answer.head->status, 200);
    EXPECT_EQ(answer.body, "good");
  }
}

TEST_F(Misbehaviour, AnEarlyRefusalOfAnUploadIsSeen) {
  RawServer server([](RawConnection& connection) {
    connection.read_head();
    connection.answer("too large", 413, "Connection: close\r\n");
    connection.wait_for_close();
  });
  http::Request request = request_to(server.url(), Method::put);
  request.body = bytes_body(std::string(32 * kMiB, 'x'));

  const Answer answer = fetch(*transport, std::move(request));

  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
  EXPECT_EQ(answer.head->status, 413);
  EXPECT_EQ(answer.body, "too large");
}

TEST_F(Misbehaviour, ARefusedConnectionHasSentNothing) {
  const std::string url = "http://127.0.0.1:" + std::to_string(unused_port());
  const Answer answer = fetch(*transport, request_to(url));
  ASSERT_FALSE(answer.head.ok());
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
  EXPECT_TRUE(answer.head.error().nothing_sent);
  EXPECT_FALSE(answer.head.error().proxy);
}

TEST_F(Misbehaviour, AnUnknownHostHasSentNothing) {
  const Answer answer = fetch(*transport, request_to("http://no-such-host.invalid/"));
  ASSERT_FALSE(answer.head.ok());
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
  EXPECT_TRUE(answer.head.error().nothing_sent);
}

/// A port that takes no more connections and does not refuse them either: its queue is full.
class FullPort {
 public:
  FullPort() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    ::bind(listener_, generic, size);
    ::listen(listener_, 0);
    ::getsockname(listener_, generic, &size);
    port_ = ntohs(address.sin_port);
    for (int i = 0; i < 8; ++i) {
      waiting_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      ::connect(waiting_.back(), generic, size);
    }
  }
  ~FullPort() {
    for (const int socket : waiting_) ::close(socket);
    ::close(listener_);
  }
  FullPort(const FullPort&) = delete;
  FullPort& operator=(const FullPort&) = delete;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int listener_{-1};
  std::uint16_t port_{0};
  std::vector<int> waiting_{};
};

TEST_F(Misbehaviour, AConnectionThatIsNeverMadeEndsAtTheConnectLimit) {
  const FullPort port;
  http::Request request = request_to(port.url());
  request.connect_timeout = 100ms;

  const Answer answer = fetch(*transport, std::move(request));

  ASSERT_FALSE(answer.head.ok());
  EXPECT_TRUE(answer.head.error().timeout);
  EXPECT_TRUE(answer.head.error().nothing_sent);
}

TEST_F(Misbehaviour, CancellingEndsAConnectionThatIsNeverMade) {
  const FullPort port;
  CancellationSource source;
  http::Request request = request_to(port.url());
  request.cancel = source.token();
  auto done = start(*transport, std::move(request));

  const auto before = SteadyClock::now();
  source.cancel();
  const auto head = done.get();

  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::cancelled);
  EXPECT_LT(SteadyClock::now() - before, 2s);
}

TEST_F(Misbehaviour, CancellingEndsTheWaitForAnAnswer) {
  std::promise<void> asked;
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    asked.set_value();
    connection.wait_for_close();
  });
  CancellationSource source;
  http::Request request = request_to(server.url());
  request.cancel = source.token();
  auto done = start(*transport, std::move(request));
  asked.get_future().get();

  const auto before = SteadyClock::now();
  source.cancel();

  EXPECT_EQ(done.get().error().code, ErrorCode::cancelled);
  EXPECT_LT(SteadyClock::now() - before, 2s);
}

TEST_F(Misbehaviour, TheDeadlineOfTheTokenEndsTheWaitForAnAnswer) {
  RawServer server([](RawConnection& connection) { connection.wait_for_close(); });
  http::Request request = request_to(server.url());
  request.cancel = request.cancel.with_timeout(100ms);

  const Answer answer = fetch(*transport, std::move(request));

  ASSERT_FALSE(answer.head.ok());
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
  EXPECT_TRUE(answer.head.error().timeout);
}

TEST_F(Misbehaviour, AConnectionThatDiedBetweenTwoRequestsIsNotNoticedByAGet) {
  RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.answer("one");
    if (connection.index() == 0) connection.read_head();  // Takes the second request and leaves.
    connection.close();
  });
  ASSERT_EQ(fetch(*transport, request_to(server.url())).body, "one");

  const Answer answer = fetch(*transport, request_to(server.url()));

  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(Misbehaviour, APostIsNotSentASecondTimeByTheTransport) {
  std::atomic<int> posts{0};
  RawServer server([&](RawConnection& connection) {
    while (const auto request = connection.read_request()) {
      if (request->method() == "POST") {
        ++posts;
        return connection.close();  // May have been made; no answer.
      }
      connection.answer("one");
    }
  });
  ASSERT_EQ(fetch(*transport, request_to(server.url())).body, "one");
  http::Request post = request_to(server.url(), Method::post);
  post.body = bytes_body("commit");

  const Answer answer = fetch(*transport, std::move(post));

  ASSERT_FALSE(answer.head.ok());
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
  EXPECT_FALSE(answer.head.error().nothing_sent);
  EXPECT_EQ(posts, 1);
}

}  // namespace
}  // namespace huggingface_hub::testing
