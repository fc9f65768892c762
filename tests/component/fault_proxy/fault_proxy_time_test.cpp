// SPDX-License-Identifier: Apache-2.0
#include "component/fault_proxy/fixture.hpp"

namespace huggingface_hub::server {
namespace {

using namespace std::chrono_literals;

struct FaultProxyTime : FaultProxyTest {
  FaultProxyTime() { network = FaultProxy::in_front_of(server, {.manual_time = true}); }

  /// Sends the request and reads the head of the answer.
  RawSocket start(const std::string& target) {
    RawSocket socket = connect();
    socket.send_all(get(target));
    socket.receive_until("\r\n\r\n");
    return socket;
  }

  static bool has_nothing(RawSocket& socket) {
    char byte = 0;
    return recv(socket.descriptor(), &byte, 1, MSG_DONTWAIT | MSG_PEEK) == -1 && errno == EAGAIN;
  }
};

TEST_F(FaultProxyTime, DelaysBySoMuchAndNoMore) {
  const Fault fault = network.on_next_body("/a").delay_at(4, 500ms);
  RawSocket socket = start("/a");
  EXPECT_EQ(socket.receive(4), "0123");
  ASSERT_TRUE(fault.wait_until_fired());
  network.advance_time(499ms);
  EXPECT_TRUE(has_nothing(socket));
  network.advance_time(1ms);
  EXPECT_EQ(socket.receive(6), "456789");
}

TEST_F(FaultProxyTime, ThrottlesABody) {
  const Fault fault = network.on_each_body("/a").throttle(1000);
  RawSocket socket = start("/a");
  ASSERT_TRUE(fault.wait_until_fired());
  EXPECT_TRUE(has_nothing(socket));
  network.advance_time(3ms);
  EXPECT_EQ(socket.receive(3), "012");
  EXPECT_TRUE(has_nothing(socket));
  network.advance_time(100ms);
  EXPECT_EQ(socket.receive(7), "3456789");

  // The limit ends with the body: the head of the next answer passes at once.
  socket.send_all(get("/b"));
  EXPECT_EQ(socket.receive_until("\r\n\r\n").substr(0, 15), "HTTP/1.1 200 OK");
}

TEST_F(FaultProxyTime, ThrottlesEverythingTogether) {
  network.throttle_total(Flow::to_client, 10'000);
  RawSocket first = connect();
  RawSocket second = connect();
  first.send_all(get("/1"));
  second.send_all(get("/2"));
  // Both answers together are 98 bytes.
  for (int i = 0; i < 12; ++i) network.advance_time(1ms);
  EXPECT_EQ(body_of(first.receive_until("9")), body);
  EXPECT_EQ(body_of(second.receive_until("9")), body);
}

TEST_F(FaultProxyTime, AddsLatencyWithoutLimitingThroughput) {
  network.set_latency(20ms);
  RawSocket socket = connect();
  socket.send_all(get("/a"));
  network.advance_time(20ms);
  std::string response;
  // The request leaves 20 ms after it was read; when that was is known only to the proxy.
  while (network.bytes(Flow::to_client) == 0) network.advance_time(20ms);
  EXPECT_EQ(body_of(socket.receive_until("9")), body);
}

}  // namespace
}  // namespace huggingface_hub::server
