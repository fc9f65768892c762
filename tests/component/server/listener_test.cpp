// SPDX-License-Identifier: Apache-2.0
// The framing of HTTP, below what requests mean.
#include "server/listener.hpp"

#include "huggingface_hub/errors.hpp"

#include "component/server/raw_client.hpp"
#include "support/bytes.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace huggingface_hub::testing {
namespace {

using server::HttpRequest;
using server::HttpResponse;
using server::Listener;
using server::RequestBody;

// Answers with what it was sent; `/ignore` does not look at the body, `/big` sends a generated one.
HttpResponse echo(const HttpRequest& request, RequestBody& body) {
  HttpResponse response;
  if (request.path == "/ignore") {
    response.status = 403;
    response.body = "no";
  } else if (request.path == "/throw") {
    throw std::runtime_error("a defect");
  } else {
    response.body = request.method + " " + request.target + " " + server::read_whole(body, std::size_t{64} << 20).value_or("?");
  }
  return response;
}

struct ListenerTest : ::testing::Test {
  Listener listener{"127.0.0.1", 0, echo};
  RawClient client{listener.port()};
};

TEST_F(ListenerTest, KeepsTheTargetAsItWasSent) {
  EXPECT_EQ(client.get("/a%2Fb/c?x=%20y").body, "GET /a%2Fb/c?x=%20y ");
}

TEST_F(ListenerTest, TakesSeveralRequestsOnOneConnection) {
  EXPECT_EQ(client.ask("PUT", "/1", "one").body, "PUT /1 one");
  EXPECT_EQ(client.ask("PUT", "/2", "two").body, "PUT /2 two");
}

TEST_F(ListenerTest, TakesRequestsThatWereSentTogether) {
  client.socket().send_all("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");

  EXPECT_EQ(client.receive().body, "GET /1 ");
  EXPECT_EQ(client.receive().body, "GET /2 ");
}

TEST_F(ListenerTest, ReadsChunkedBodies) {
  client.socket().send_all(
      "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\nGET /next HTTP/1.1\r\n\r\n");

  EXPECT_EQ(client.receive().body, "POST /c abc0123456789");
  EXPECT_EQ(client.receive().body, "GET /next ");
}

TEST_F(ListenerTest, AsksForABodyThatWaitsForIt) {
  client.socket().send_all("PUT /e HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");

  EXPECT_EQ(client.receive().status, 100);
  client.socket().send_all("body");
  EXPECT_EQ(client.receive().body, "PUT /e body");
}

TEST_F(ListenerTest, RefusesWithoutAskingForTheBody) {
  client.socket().send_all("PUT /ignore HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");

  const Answer answer = client.receive();
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.header("connection"), "close");
}

TEST_F(ListenerTest, DeliversTheRefusalOfALongUpload) {
  // More than fits into the buffers of both sockets: without a reader the sender would be reset.
  client.socket().send_all("PUT /ignore HTTP/1.1\r\nContent-Length: 33554432\r\n\r\n");
  const std::string block = pattern(kMiB);
  for (int i = 0; i < 32; ++i) client.socket().send_all(block);

  EXPECT_EQ(client.receive().status, 403);
}

TEST_F(ListenerTest, GoesOnAfterAShortBodyThatNobodyRead) {
  EXPECT_EQ(client.ask("PUT", "/ignore", "short").status, 403);
  EXPECT_EQ(client.get("/next").body, "GET /next ");
}

TEST_F(ListenerTest, SendsNoBodyToHead) {
  const Answer answer = client.head("/h");
  EXPECT_EQ(answer.header("content-length"), "8");
  EXPECT_EQ(client.get("/next").body, "GET /next ");
}

TEST_F(ListenerTest, TurnsADefectIntoA500) { EXPECT_EQ(client.get("/throw").status, 500); }

TEST_F(ListenerTest, ClosesWhereAskedTo) {
  EXPECT_EQ(client.get("/x", {{"Connection", "close"}}).header("connection"), "close");
  EXPECT_EQ(client.socket().receive(1), "");
}

struct BadRequests : ::testing::TestWithParam<std::pair<std::string, int>> {};

TEST_P(BadRequests, AreRefusedAndEndTheConnection) {
  const Listener listener("127.0.0.1", 0, echo);
  RawClient client(listener.port());
  client.socket().send_all(GetParam().first);

  EXPECT_EQ(client.receive().status, GetParam().second);
  EXPECT_EQ(client.socket().receive(1), "");
}

INSTANTIATE_TEST_SUITE_P(
    Listener, BadRequests,
    ::testing::Values(std::pair<std::string, int>{"nonsense\r\n\r\n", 400},
                      std::pair<std::string, int>{"GET / HTTP/2.0\r\n\r\n", 505},
                      std::pair<std::string, int>{"GET nowhere HTTP/1.1\r\n\r\n", 400},
                      std::pair<std::string, int>{"GET / HTTP/1.1\r\nno colon\r\n\r\n", 400},
                      std::pair<std::string, int>{"PUT / HTTP/1.1\r\nContent-Length: x\r\n\r\n", 400},
                      std::pair<std::string, int>{
                          "PUT / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
                      std::pair<std::string, int>{"PUT / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
                      std::pair<std::string, int>{"GET /" + std::string(40'000, 'a') + " HTTP/1.1\r\n\r\n", 431}));

TEST(Listener, StopsAtOnceWithIdleConnectionsOpen) {
  Listener listener("127.0.0.1", 0, echo);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 70; ++i) {
    clients.push_back(std::make_unique<RawClient>(listener.port()));
    EXPECT_EQ(clients.back()->get("/x").status, 200);
  }

  // The grace is for running requests: none is, so this would last an hour only if it were waited for.
  listener.stop(std::chrono::hours(1));

  EXPECT_EQ(clients.front()->socket().receive(1), "");
}

TEST(Listener, ServesManyKeptConnectionsAtOnce) {
  const Listener listener("127.0.0.1", 0, echo);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 100; ++i) clients.push_back(std::make_unique<RawClient>(listener.port()));

  for (const auto& client : clients) EXPECT_EQ(client->get("/x").status, 200);
  for (const auto& client : clients) EXPECT_EQ(client->get("/y").status, 200);
}

TEST(Listener, LetsARunningRequestEndItsAnswer) {
  std::atomic<bool> entered{false};
  Listener listener("127.0.0.1", 0, [&](const HttpRequest&, RequestBody& body) {
    entered = true;
    HttpResponse response;
    response.body = server::read_whole(body, 100).value_or("");
    return response;
  });
  RawClient client(listener.port());
  client.socket().send_all("PUT / HTTP/1.1\r\nContent-Length: 4\r\n\r\n");
  while (!entered) std::this_thread::yield();
  std::thread stopping([&] { listener.stop(std::chrono::hours(1)); });
  client.socket().send_all("body");

  EXPECT_EQ(client.receive().body, "body");
  stopping.join();
}

TEST(Listener, EndsAStuckRequestAfterTheGrace) {
  std::atomic<bool> entered{false};
  Listener listener("127.0.0.1", 0, [&](const HttpRequest& request, RequestBody& body) {
    entered = true;
    return echo(request, body);
  });
  RawClient client(listener.port());
  client.socket().send_all("PUT / HTTP/1.1\r\nContent-Length: 4\r\n\r\n12");
  while (!entered) std::this_thread::yield();

  listener.stop(std::chrono::milliseconds(1));

  EXPECT_EQ(client.socket().receive(1), "");
}

// A connection that is accepted while `stop` goes through the others has its thread joined too.
TEST(Listener, StopsWhileConnectionsArrive) {
  for (int round = 0; round < 200; ++round) {
    Listener listener("127.0.0.1", 0, echo);
    RawClient client(listener.port());

    listener.stop(std::chrono::milliseconds(0));
  }
}

TEST(Listener, NamesThePortThatIsTaken) {
  const Listener first("127.0.0.1", 0, echo);
  EXPECT_THROW(Listener("127.0.0.1", first.port(), echo), HfIoError);
}

}  // namespace
}  // namespace huggingface_hub::testing
