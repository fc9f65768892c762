// SPDX-License-Identifier: Apache-2.0
/// @file
/// Limited transfers over real sockets. Time is counted, not spent: whoever has to wait moves the clock.
#include "component/http/fixture.hpp"

#include "session/session.hpp"

#include <atomic>
#include <mutex>
#include <vector>

namespace huggingface_hub::testing {
namespace {

using http::Bandwidth;

constexpr std::uint64_t kRate = 5'000'000;

/// Holds the clock of a `CountedBandwidth`, which is asked for before that is complete.
struct CountedTime {
  std::atomic<std::int64_t> nanoseconds{0};
};

class CountedBandwidth final : private CountedTime, public Bandwidth {
 public:
  CountedBandwidth() : Bandwidth(kRate, [this] { return Time(std::chrono::nanoseconds(nanoseconds)); }) {}

  /// A wait is over with the next look, and its time has passed.
  std::chrono::nanoseconds wait(Direction direction) override {
    const auto asked = Bandwidth::wait(direction);
    if (asked == 0ns) return asked;
    ++waits_;
    nanoseconds += asked.count();
    return 1ns;
  }

  [[nodiscard]] double seconds() const { return static_cast<double>(nanoseconds) * 1e-9; }
  [[nodiscard]] int waits() const { return waits_; }

 private:
  std::atomic<int> waits_{0};
};

/// Lets nothing through and can say when it was asked to.
class ClosedBandwidth final : public Bandwidth {
 public:
  ClosedBandwidth() : Bandwidth(kRate) {}
  std::chrono::nanoseconds wait(Direction) override {
    if (!std::exchange(was_asked_, true)) asked_.set_value();
    return 1h;
  }
  void wait_until_asked() { asked_.get_future().wait(); }

 private:
  bool was_asked_{false};
  std::promise<void> asked_{};
};

class BandwidthTest : public ::testing::Test {
 protected:
  http::Request limited(const std::string& url, std::shared_ptr<Bandwidth> bandwidth) {
    http::Request request = request_to(url);
    request.bandwidth = std::move(bandwidth);
    request.bulk = true;
    request.stall_timeout = 5s;
    return request;
  }

  std::shared_ptr<http::Transport> transport = http::make_curl_transport();
};

TEST_F(BandwidthTest, HoldsForADownload) {
  const std::string body = pattern(kRate);
  RawServer server(RawServer::each_request([&](RawConnection& connection, auto&) { connection.answer(body); }));
  const auto bandwidth = std::make_shared<CountedBandwidth>();

  const Answer answer = fetch(*transport, limited(server.url(), bandwidth));

  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
  EXPECT_TRUE(answer.body == body);
  EXPECT_GT(bandwidth->waits(), 10);
  EXPECT_NEAR(bandwidth->seconds(), 1.0, 0.05);
}

TEST_F(BandwidthTest, IsSharedByConnectionsSideBySide) {
  constexpr std::size_t kConnections = 8;
  const std::string body = pattern(kRate / kConnections);
  RawServer server(RawServer::each_request([&](RawConnection& connection, auto&) { connection.answer(body); }));
  const auto bandwidth = std::make_shared<CountedBandwidth>();

  std::vector<std::future<Result<http::ResponseHead>>> running;
  std::vector<std::shared_ptr<CollectingSink>> sinks;
  for (std::size_t i = 0; i < kConnections; ++i) {
    sinks.push_back(std::make_shared<CollectingSink>());
    running.push_back(start(*transport, limited(server.url(), bandwidth), sinks.back()));
  }

  for (std::size_t i = 0; i < kConnections; ++i) {
    ASSERT_TRUE(running[i].get().ok());
    EXPECT_TRUE(sinks[i]->body() == body);
  }
  EXPECT_NEAR(bandwidth->seconds(), 1.0, 0.05);
}

TEST_F(BandwidthTest, GivesEachConnectionItsTurn) {
  const std::string body = pattern(kRate);
  RawServer server(RawServer::each_request([&](RawConnection& connection, auto&) { connection.answer(body); }));
  const auto bandwidth = std::make_shared<CountedBandwidth>();
  const auto other_sink = std::make_shared<CollectingSink>();

  auto other = start(*transport, limited(server.url(), bandwidth), other_sink);
  other_sink->wait_for_bytes(1);
  const Answer answer = fetch(*transport, limited(server.url(), bandwidth));

  EXPECT_TRUE(answer.head.ok());
  EXPECT_GT(other_sink->body().size(), kRate / 2);
  EXPECT_TRUE(other.get().ok());
}

TEST_F(BandwidthTest, HoldsForAnUpload) {
  std::string received;
  RawServer server(RawServer::each_request([&](RawConnection& connection, const RawConnection::Request& request) {
    received = request.body;
    connection.answer("");
  }));
  const auto bandwidth = std::make_shared<CountedBandwidth>();
  http::Request request = limited(server.url(), bandwidth);
  request.method = http::Method::put;
  request.body = bytes_body(pattern(kRate));

  const Answer answer = fetch(*transport, std::move(request));

  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
  EXPECT_TRUE(received == pattern(kRate));
  EXPECT_NEAR(bandwidth->seconds(), 1.0, 0.05);
}

TEST_F(BandwidthTest, DoesNotForgetThatTheSinkPauses) {
  const std::string body = pattern(kMiB);
  RawServer server(RawServer::each_request([&](RawConnection& connection, auto&) { connection.answer(body); }));
  std::atomic<bool> is_full{false};
  const auto sink = std::make_shared<CollectingSink>([&](std::size_t so_far) -> Result<http::SinkVerdict> {
    return so_far > kMiB / 2 && is_full.exchange(false) ? http::SinkVerdict::pause : http::SinkVerdict::accepted;
  });
  is_full = true;

  auto running = start(*transport, limited(server.url(), std::make_shared<CountedBandwidth>()), sink);
  sink->wait_for_pause();
  sink->resume();

  ASSERT_TRUE(running.get().ok());
  EXPECT_TRUE(sink->body() == body);
}

TEST_F(BandwidthTest, IsNoStall) {
  RawServer server(RawServer::each_request([&](RawConnection& connection, auto&) { connection.answer("bytes"); }));
  /// Lets everything through from the fortieth look on, long after the limit in time.
  class LateBandwidth final : public Bandwidth {
   public:
    LateBandwidth() : Bandwidth(kRate) {}
    std::chrono::nanoseconds wait(Direction) override { return ++looks_ < 40 ? 5ms : 0ns; }

   private:
    int looks_{0};
  };
  http::Request request = limited(server.url(), std::make_shared<LateBandwidth>());
  request.stall_timeout = 20ms;

  const Answer answer = fetch(*transport, std::move(request));

  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
  EXPECT_EQ(answer.body, "bytes");
}

TEST_F(BandwidthTest, DoesNotHoldUpACancellation) {
  RawServer server(RawServer::each_request([&](RawConnection& connection, auto&) { connection.answer("bytes"); }));
  CancellationSource source;
  const auto bandwidth = std::make_shared<ClosedBandwidth>();
  http::Request request = limited(server.url(), bandwidth);
  request.cancel = source.token();

  auto running = start(*transport, std::move(request));
  bandwidth->wait_until_asked();
  source.cancel();

  const auto head = running.get();
  ASSERT_FALSE(head.ok());
  EXPECT_EQ(head.error().code, ErrorCode::cancelled);
}

}  // namespace
}  // namespace huggingface_hub::testing
