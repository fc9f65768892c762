// SPDX-License-Identifier: Apache-2.0
#include "component/fault_proxy/fixture.hpp"

#include <thread>

namespace huggingface_hub::server {
namespace {

TEST_F(FaultProxyTest, ChangesNothingWithoutAFault) {
  EXPECT_EQ(body_of(fetch("/a")), body);
  EXPECT_EQ(network.connections(), 1U);
  EXPECT_EQ(network.requests("/a"), 1U);
  EXPECT_EQ(network.body_bytes("/a"), 10U);
  EXPECT_EQ(network.bytes(Flow::to_server), get("/a").size());
}

TEST_F(FaultProxyTest, KeepsTheConnectionForSeveralRequests) {
  RawSocket socket = connect();
  for (int i = 0; i < 3; ++i) {
    socket.send_all(get("/" + std::to_string(i)));
    EXPECT_EQ(socket.receive_until("\r\n\r\n").substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_EQ(socket.receive(body.size()), body);
  }
  EXPECT_EQ(network.connections(), 1U);
  ASSERT_EQ(network.exchanges().size(), 3U);
  EXPECT_EQ(network.exchanges()[2].target, "/2");
  EXPECT_EQ(network.exchanges()[2].status, 200);
}

TEST_F(FaultProxyTest, ResetsABodyOnceAtTheOffset) {
  const Fault fault = network.on_next_body("model.bin").reset_after(4);

  bool was_reset = false;
  EXPECT_EQ(body_of(fetch("/x/model.bin", &was_reset)), "0123");
  EXPECT_TRUE(was_reset);
  EXPECT_EQ(fault.fired(), 1);
  EXPECT_EQ(network.body_bytes("model.bin"), 4U);

  EXPECT_EQ(body_of(fetch("/x/model.bin", &was_reset)), body);
  EXPECT_FALSE(was_reset);
}

TEST_F(FaultProxyTest, LeavesOtherPathsAlone) {
  network.on_each_body("model.bin").reset_after(4);
  EXPECT_EQ(body_of(fetch("/config.json")), body);
}

TEST_F(FaultProxyTest, WaitsForAResponseThatReachesTheOffset) {
  const Fault fault = network.on_next_body("").reset_after(10'000);
  EXPECT_EQ(body_of(fetch("/small")), body);
  EXPECT_EQ(fault.fired(), 0);
}

TEST_F(FaultProxyTest, DoesNotTakeTheAnswerToHeadForABody) {
  const Fault fault = network.on_next_body("/a").reset_after(0);
  RawSocket socket = connect();
  socket.send_all(get("/a", "HEAD"));
  socket.receive_until("\r\n\r\n");
  EXPECT_EQ(fault.fired(), 0);
}

TEST_F(FaultProxyTest, StrikesAsOftenAsTold) {
  const Fault fault = network.on_next_body("/a").times(2).truncate_after(1);
  EXPECT_EQ(body_of(fetch("/a")), "0");
  EXPECT_EQ(body_of(fetch("/a")), "0");
  EXPECT_EQ(body_of(fetch("/a")), body);
  EXPECT_EQ(fault.fired(), 2);
}

TEST_F(FaultProxyTest, TruncatesWithAnOrderlyEnd) {
  network.on_next_body("/a").truncate_after(7);
  bool was_reset = true;
  EXPECT_EQ(body_of(fetch("/a", &was_reset)), "0123456");
  EXPECT_FALSE(was_reset);
}

TEST_F(FaultProxyTest, CorruptsOneByteAndKeepsTheLength) {
  network.on_next_body("/a").corrupt_at(3);
  std::string expected = body;
  expected[3] = static_cast<char>(~expected[3]);
  EXPECT_EQ(body_of(fetch("/a")), expected);
}

TEST_F(FaultProxyTest, HoldsAStreamUntilReleased) {
  const Fault fault = network.on_next_body("/a").hold_at(5);
  RawSocket socket = connect();
  socket.send_all(get("/a"));
  socket.receive_until("\r\n\r\n");
  EXPECT_EQ(socket.receive(5), "01234");
  ASSERT_TRUE(fault.wait_until_fired());
  EXPECT_EQ(network.body_bytes("/a"), 5U);

  fault.release();
  EXPECT_EQ(socket.receive(5), "56789");
}

TEST_F(FaultProxyTest, StallsWithoutSayingSo) {
  const Fault fault = network.on_next_body("/a").stall_after(2);
  RawSocket socket = connect();
  socket.send_all(get("/a"));
  socket.receive_until("\r\n\r\n");
  EXPECT_EQ(socket.receive(2), "01");
  ASSERT_TRUE(fault.wait_until_fired());
  char byte = 0;
  EXPECT_EQ(recv(socket.descriptor(), &byte, 1, MSG_DONTWAIT), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(FaultProxyTest, ResetsTheWholeResponseBeforeItsFirstByte) {
  network.on_next_response("/a").reset_after(0);
  bool was_reset = false;
  EXPECT_EQ(fetch("/a", &was_reset), "");
  EXPECT_TRUE(was_reset);
}

TEST_F(FaultProxyTest, CutsARequestBeforeTheServerSeesIt) {
  network.on_next_request("/a").reset_after(0);
  bool was_reset = false;
  EXPECT_EQ(fetch("/a", &was_reset), "");
  EXPECT_TRUE(was_reset);
  EXPECT_EQ(network.bytes(Flow::to_server), 0U);
}

TEST_F(FaultProxyTest, CutsTheBodyOfAnUpload) {
  const Fault fault = network.on_next_body("/up").in_flow(Flow::to_server).reset_after(6);
  RawSocket socket = connect();
  socket.send_all("PUT /up HTTP/1.1\r\nContent-Length: 10\r\n\r\nabcdefghij");
  EXPECT_EQ(socket.receive_all(), "");
  EXPECT_TRUE(socket.was_reset());
  EXPECT_EQ(network.body_bytes("/up", Flow::to_server), 6U);
  EXPECT_EQ(fault.fired(), 1);
}

TEST_F(FaultProxyTest, StrikesOnlyTheMethodAskedFor) {
  const Fault fault = network.on_each_response("/a").for_method("PUT").reset_after(0);
  EXPECT_EQ(body_of(fetch("/a")), body);
  EXPECT_EQ(fault.fired(), 0);
}

TEST_F(FaultProxyTest, StrikesAConnectionByItsOrdinal) {
  network.on_connection(2).refuse();
  bool was_reset = false;
  EXPECT_EQ(body_of(fetch("/1", &was_reset)), body);
  EXPECT_EQ(fetch("/2"), "");
  EXPECT_EQ(body_of(fetch("/3")), body);
}

TEST_F(FaultProxyTest, CountsTheBytesOfAConnectionFromItsStart) {
  network.on_next_connection().reset_after(8);
  EXPECT_EQ(fetch("/a"), "HTTP/1.1");
}

TEST_F(FaultProxyTest, AcceptsAndNeverAnswers) {
  const Fault fault = network.on_next_connection().black_hole();
  RawSocket socket = connect();
  EXPECT_TRUE(socket.send_all(get("/a")));
  ASSERT_TRUE(fault.wait_until_fired());
  char byte = 0;
  EXPECT_EQ(recv(socket.descriptor(), &byte, 1, MSG_DONTWAIT), -1);
  EXPECT_EQ(errno, EAGAIN);
  EXPECT_EQ(network.requests(), 0U);
}

TEST_F(FaultProxyTest, RefusesConnectionsUntilToldOtherwise) {
  network.refuse_connections(true);
  EXPECT_THROW(connect(), std::runtime_error);
  network.refuse_connections(false);
  EXPECT_EQ(body_of(fetch("/a")), body);
}

TEST_F(FaultProxyTest, HalfClosesOneDirectionOnly) {
  // The server sees the end of the request; its answer still comes.
  RawServer echo_at_end([](RawSocket& socket) {
    const std::string all = socket.receive_all();
    socket.send_all("got " + std::to_string(all.size()));
  });
  auto other = FaultProxy::in_front_of(echo_at_end);
  other.on_next_connection().in_flow(Flow::to_server).half_close_after(5);
  RawSocket socket = RawSocket::connect_to(other.port());
  socket.send_all("0123456789");
  EXPECT_EQ(socket.receive(5), "got 5");
}

TEST_F(FaultProxyTest, PassesOnAnOrderlyEndInBothDirections) {
  RawServer echo([](RawSocket& socket) { socket.send_all(socket.receive_all()); });
  auto other = FaultProxy::in_front_of(echo);
  RawSocket socket = RawSocket::connect_to(other.port());
  socket.send_all("\x01 no http");
  socket.end_sending();
  EXPECT_EQ(socket.receive_all(), "\x01 no http");
  EXPECT_FALSE(socket.was_reset());
}

TEST_F(FaultProxyTest, ResetsOpenConnectionsOnDemand) {
  RawSocket socket = connect();
  socket.send_all(get("/a"));
  socket.receive_until("\r\n\r\n");
  socket.receive(body.size());
  network.reset_connections();
  EXPECT_EQ(socket.receive(1), "");
  EXPECT_TRUE(socket.was_reset());
}

TEST_F(FaultProxyTest, ForgetsFaultsThatAreRemoved) {
  const Fault fault = network.on_each_body("/a").reset_after(1);
  fault.remove();
  EXPECT_EQ(body_of(fetch("/a")), body);
  network.on_each_body("/a").reset_after(1);
  network.clear();
  EXPECT_EQ(body_of(fetch("/a")), body);
}

TEST_F(FaultProxyTest, ResetsTheClientWhereNobodyIsBehindIt) {
  std::uint16_t unused = 0;
  {
    const RawServer gone([](RawSocket&) {});
    unused = gone.port();
  }
  auto alone = FaultProxy::in_front_of("http://127.0.0.1:" + std::to_string(unused));
  RawSocket socket = RawSocket::connect_to(alone.port());
  EXPECT_EQ(socket.receive_all(), "");
}

TEST_F(FaultProxyTest, KeepsThePathOfTheUrlItStandsFor) {
  const auto below = FaultProxy::in_front_of(server.url() + "/hub/");
  EXPECT_EQ(below.url(), "http://127.0.0.1:" + std::to_string(below.port()) + "/hub");
}

TEST_F(FaultProxyTest, StopsWithConnectionsOpen) {
  network.on_next_body("/a").stall_after(0);
  RawSocket socket = connect();
  socket.send_all(get("/a"));
  socket.receive_until("\r\n\r\n");
  network.stop();
  network.stop();
  EXPECT_EQ(socket.receive(1), "");
  EXPECT_EQ(network.requests("/a"), 1U);
}

TEST_F(FaultProxyTest, CarriesManyMegabytesUnchanged) {
  body.clear();
  for (std::uint32_t i = 0; body.size() < 40'000'000; ++i) {
    body.append(reinterpret_cast<const char*>(&i), sizeof i);
  }
  std::vector<std::thread> clients;
  std::atomic<int> equal{0};
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back([&] { equal += body_of(fetch("/big")) == body ? 1 : 0; });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(equal, 3);
  EXPECT_EQ(network.body_bytes("/big"), 3 * body.size());
}

}  // namespace
}  // namespace huggingface_hub::server
