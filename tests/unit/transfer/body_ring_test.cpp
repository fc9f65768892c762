// SPDX-License-Identifier: Apache-2.0
#include "transfer/body_ring.hpp"

#include "support/bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

namespace hf = huggingface_hub;
using hf::http::SinkVerdict;
using hf::transfer::BodyRing;

namespace {

hf::http::ResponseHead head() {
  hf::http::ResponseHead made;
  made.status = 200;
  return made;
}

// Offers `bytes` in pieces of `piece`, waiting after each pause until it may go on.
void send(BodyRing& ring, const std::string& bytes, std::size_t piece) {
  std::atomic<int> resumed{0};
  (void)ring.on_head(head(), [&] {
    ++resumed;
    resumed.notify_one();
  });
  int seen = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t size = std::min(piece, bytes.size() - at);
    const auto verdict = ring.on_data(bytes.data() + at, size);
    ASSERT_TRUE(verdict.ok());
    if (*verdict == SinkVerdict::accepted) {
      at += size;
    } else {
      resumed.wait(seen);
      ++seen;
    }
  }
  ring.finish(head());
}

std::string receive(BodyRing& ring) {
  std::string got;
  while (const BodyRing::Slice slice = ring.next()) {
    got.append(slice.data, slice.size);
    ring.release(slice.size);
  }
  return got;
}

}  // namespace

struct BodyRingPieces : testing::TestWithParam<std::size_t> {};
TEST_P(BodyRingPieces, CarryEveryByteThroughARingThatIsTooSmall) {
  BodyRing ring(1000);
  const std::string bytes = hf::testing::pattern(100'000);

  std::thread sender([&] { send(ring, bytes, GetParam()); });
  const std::string got = receive(ring);
  sender.join();

  EXPECT_TRUE(got == bytes);
  EXPECT_TRUE(ring.outcome().ok());
}
INSTANTIATE_TEST_SUITE_P(BodyRing, BodyRingPieces, testing::Values(1, 7, 499, 500, 501, 999, 1000, 1001, 5000));

TEST(BodyRing, PausesWhenFullAndResumesWhenHalfEmpty) {
  BodyRing ring(100);
  int resumed = 0;
  ASSERT_TRUE(ring.on_head(head(), [&] { ++resumed; }).ok());
  const std::string bytes(60, 'x');

  EXPECT_EQ(*ring.on_data(bytes.data(), 60), SinkVerdict::accepted);
  EXPECT_EQ(*ring.on_data(bytes.data(), 60), SinkVerdict::pause);
  EXPECT_EQ(ring.next().size, 60U);
  ring.release(5);
  EXPECT_EQ(resumed, 0);
  ring.release(55);
  EXPECT_EQ(resumed, 1);
}

TEST(BodyRing, EndsTheExchangeOnceAbandoned) {
  BodyRing ring(100);
  ring.abandon();

  EXPECT_FALSE(ring.on_data("x", 1).ok());
}

TEST(BodyRing, SaysThatNoHeadCame) {
  BodyRing ring(100);
  hf::Error error;
  error.code = hf::ErrorCode::transport;
  ring.finish(error);

  EXPECT_EQ(ring.wait_for_head(), nullptr);
  EXPECT_FALSE(ring.next());
  EXPECT_EQ(ring.outcome().error().code, hf::ErrorCode::transport);
}
