// SPDX-License-Identifier: Apache-2.0
// Files read in parts, from servers and over networks that do not play along.
#include "support/download_fixture.hpp"

#include "core/byte_budget.hpp"
#include "transfer/read_ahead.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/server/fault_proxy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <sstream>
#include <string>
#include <thread>

namespace hf = huggingface_hub;
using namespace std::chrono_literals;
using hf::testing::kMiB;
using hf::testing::pattern;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

namespace {

constexpr std::uint64_t kSize = 20 * kMiB;

std::string rest_of(std::istream& stream) {
  std::ostringstream all;
  stream.exceptions(std::ios::goodbit);
  char buffer[65536];
  while (stream.read(buffer, sizeof buffer) || stream.gcount() > 0) all.write(buffer, stream.gcount());
  EXPECT_FALSE(stream.bad());
  return all.str();
}

class RemoteReading : public hf::testing::DownloadTest {
 protected:
  RemoteReading() {
    hub.add_file("acme/tiny", "model.bin", content, {.lfs = true});
    api = hf::testing::make_api(home.path(), network.url());
  }

  hf::RemoteFile open(const hf::OpenOptions& options = {}) const { return api.open("acme/tiny", "model.bin", options); }

  void expect_read(const hf::RemoteFile& file, std::size_t at, std::size_t size) const {
    EXPECT_TRUE(file.read(at, size) == content.substr(at, size)) << at << " " << size;
  }

  /// An answer of the storage in place of the real one.
  void answer_bytes(hf::server::ScriptedAnswer answer) {
    answer.method = "GET";
    answer.path_contains = "_storage";
    hub.script(std::move(answer));
  }

  /// Reads, which must fail, and gives the message.
  template <typename Exception>
  static std::string message_of(const std::function<void()>& call) {
    try {
      call();
    } catch (const Exception& error) {
      return error.what();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
  }

  const std::string content{pattern(kSize)};
  hf::server::FaultProxy network{hf::server::FaultProxy::in_front_of(hub)};
};

std::vector<std::pair<std::string, std::string>> part(std::uint64_t first, std::uint64_t last, const std::string& total,
                                                      const std::string& etag = {}) {
  std::vector<std::pair<std::string, std::string>> headers{
      {"Content-Range", "bytes " + std::to_string(first) + "-" + std::to_string(last) + "/" + total}};
  if (!etag.empty()) headers.emplace_back("ETag", etag);
  return headers;
}

}  // namespace

TEST_F(RemoteReading, GoesOnWhereABodyBreaks) {
  const auto file = open();
  const auto fault = network.on_each_body("_storage").times(3).reset_after(kMiB);

  expect_read(file, 2 * kMiB, 5 * kMiB);

  EXPECT_EQ(fault.fired(), 3);
  EXPECT_LT(network.body_bytes("_storage"), 5 * kMiB + 64 * 1024);
}

TEST_F(RemoteReading, GoesOnWhereABodyIsShorterThanItShouldBe) {
  const auto file = open();
  answer_bytes({.body = content.substr(kMiB, 1000), .headers = part(kMiB, kMiB + 999, std::to_string(kSize)), .status = 206});

  expect_read(file, kMiB, 100'000);
}

TEST_F(RemoteReading, GoesOnWhereABodyStandsStill) {
  const auto file = open({.download_timeout = 300ms});
  const auto fault = network.on_next_body("_storage").stall_after(kMiB);

  expect_read(file, 0, 3 * kMiB);

  EXPECT_EQ(fault.fired(), 1);
}

TEST_F(RemoteReading, GivesUpWhereNothingEverComes) {
  const auto file = open();
  network.on_each_response("_storage").always().reset_after(0);

  EXPECT_THROW(file.read(0, 100), hf::HfTransportError);
  EXPECT_LT(network.requests("_storage"), 12U);
}

TEST_F(RemoteReading, AheadThatBreaksIsContinuedWhenItsTurnComes) {
  network.on_each_body("_storage").times(6).reset_after(200'000);
  auto stream = open().stream();

  EXPECT_TRUE(rest_of(stream) == content);

  EXPECT_LT(network.body_bytes("_storage"), kSize + kMiB);
}

TEST_F(RemoteReading, IgnoresNoStatus429And503) {
  const auto file = open();
  answer_bytes({.status = 429, .times = 2});
  expect_read(file, 5, 100);
  answer_bytes({.status = 503, .times = 2});
  expect_read(file, 5 * kMiB, 100);

  answer_bytes({.status = 503, .times = 100});
  EXPECT_THROW(file.read(9 * kMiB, 10), hf::HfHubHTTPError);
}

TEST_F(RemoteReading, AsksForANewUrlWhereTheSignedOneHasExpired) {
  const auto file = open();
  expect_read(file, 0, 100);
  answer_bytes({.body = "<Error>expired</Error>", .status = 403});
  hub.clear_requests();

  expect_read(file, 7 * kMiB, 2 * kMiB);

  EXPECT_EQ(network.requests("resolve/" + file.commit_hash()), 1U);  // Of the commit, not of the branch.
}

TEST_F(RemoteReading, EndsWhereTheNewUrlIsRefusedAsWell) {
  const auto file = open();
  answer_bytes({.status = 403, .times = 100});

  EXPECT_THROW(file.read(0, 100), hf::HfHubHTTPError);
  EXPECT_LT(network.requests(), 20U);
}

TEST_F(RemoteReading, NeverMixesBytesOfAFileThatChanged) {
  const auto file = open();
  expect_read(file, 0, 100);
  answer_bytes({.body = std::string(16384, 'x'),
                .headers = part(kMiB, kMiB + 16383, std::to_string(kSize), "\"another\""),
                .status = 206});

  EXPECT_THAT(message_of<hf::IntegrityError>([&] { (void)file.read(kMiB, 100); }),
              AllOf(HasSubstr("changed"), HasSubstr("another"), Not(HasSubstr("?"))));
}

TEST_F(RemoteReading, SendsWhatItKnowsOfTheContent) {
  const auto file = open();
  expect_read(file, 0, 100);
  hub.clear_requests();
  expect_read(file, 3 * kMiB, 100);

  EXPECT_EQ(hub.requests().at(0).header("if-range"), "\"" + file.etag() + "\"");
}

TEST_F(RemoteReading, SeesAFileOfAnotherSize) {
  const auto file = open();
  answer_bytes({.body = std::string(16384, 'x'), .headers = part(0, 16383, std::to_string(kSize + 1)), .status = 206});

  EXPECT_THAT(message_of<hf::IntegrityError>([&] { (void)file.read(0, 100); }), HasSubstr("changed"));
}

TEST_F(RemoteReading, SeesAWholeFileWithAnotherEtagInPlaceOfAPart) {
  const auto file = open();
  expect_read(file, 0, 100);
  answer_bytes({.body = std::string(kSize, 'x'), .headers = {{"ETag", "\"another\""}}, .status = 200});

  EXPECT_THAT(message_of<hf::IntegrityError>([&] { (void)file.read(kMiB, 100); }), HasSubstr("changed"));
}

TEST_F(RemoteReading, AsksOnceMoreWhereAnotherPartComes) {
  const auto file = open();
  answer_bytes({.body = std::string(16384, 'x'), .headers = part(5, 16388, std::to_string(kSize)), .status = 206});
  expect_read(file, 0, 100);

  answer_bytes({.body = std::string(16384, 'x'), .headers = part(5, 16388, std::to_string(kSize)), .status = 206, .times = 9});
  EXPECT_THAT(message_of<hf::IntegrityError>([&] { (void)file.read(kMiB, 100); }), HasSubstr("Content-Range"));
}

TEST_F(RemoteReading, RefusesPartsThatDoNotSayWhichTheyAre) {
  const auto file = open();
  answer_bytes({.body = std::string(16384, 'x'), .status = 206, .times = 9});
  EXPECT_THROW(file.read(0, 100), hf::IntegrityError);
}

TEST_F(RemoteReading, TakesItsPartOfAWholeFile) {
  const auto file = open();
  answer_bytes({.body = content, .status = 200});
  expect_read(file, 3 * kMiB, 100'000);
  EXPECT_LT(network.body_bytes("_storage"), kSize);  // The rest was not waited for.
}

TEST_F(RemoteReading, SaysSoWhereAServerDoesNotDoPartsAndTheFileIsLarge) {
  const auto file = open();
  answer_bytes({.body = content, .status = 200});

  EXPECT_THAT(message_of<hf::IntegrityError>([&] { (void)file.read(18 * kMiB, 100); }), HasSubstr("hf_hub_download"));
}

TEST_F(RemoteReading, FetchesASmallFileOnceWhereAServerDoesNotDoParts) {
  const std::string small = pattern(3 * kMiB, 4);
  hub.add_file("acme/tiny", "small.bin", small, {.lfs = true});
  answer_bytes({.body = small, .status = 200, .times = 1000});
  const auto file = api.open("acme/tiny", "small.bin");

  auto stream = file.stream();
  EXPECT_TRUE(rest_of(stream) == small);
  for (std::size_t at = 0; at < small.size(); at += 300'000) EXPECT_EQ(file.read(at, 100), small.substr(at, 100));

  EXPECT_LE(network.requests("_storage"), 8U);
}

TEST_F(RemoteReading, RefusesAPageInPlaceOfAFile) {
  const auto file = open();
  answer_bytes({.body = "<html>log in</html>", .headers = {{"Content-Type", "text/html"}}, .status = 200});
  EXPECT_THAT(message_of<hf::IntegrityError>([&] { (void)file.read(0, 100); }), HasSubstr("HTML"));
}

TEST_F(RemoteReading, EndsOn416) {
  const auto file = open();
  answer_bytes({.status = 416, .times = 100});
  EXPECT_THROW(file.read(0, 100), hf::HfHubHTTPError);
  EXPECT_LT(hub.requests().size(), 6U);
}

TEST_F(RemoteReading, KeepsTheTokenFromOtherHosts) {
  hf::server::EmbeddedHubOptions options;
  options.storage_url = "http://localhost:{port}";
  hub = hf::server::EmbeddedHub::start(options);
  hub.create_repo("acme/secret", {.private_repo = true});
  hub.add_file("acme/secret", "a.bin", content, {.lfs = true});
  api = hf::testing::make_api(home.path(), hub.url(), hub.token());

  const auto file = api.open("acme/secret", "a.bin");
  expect_read(file, 0, 100);
  expect_read(file, kMiB, 3 * kMiB);

  for (const auto& request : hub.requests()) {
    const bool is_storage = request.target.find("_storage") != std::string::npos;
    EXPECT_EQ(request.user.empty(), is_storage) << request.target;
  }
}

TEST_F(RemoteReading, EndsAtOnceWhenCancelled) {
  hf::CancellationSource source;
  const auto file = open({.call = {.cancel = source.token()}});
  const auto fault = network.on_each_body("_storage").always().stall_after(1000);
  std::chrono::steady_clock::time_point cancelled;
  std::thread canceller([&] {
    EXPECT_TRUE(fault.wait_until_fired());
    cancelled = std::chrono::steady_clock::now();
    source.cancel();
  });

  EXPECT_THROW(file.read(0, kMiB), hf::OperationCancelledError);

  const auto took = std::chrono::steady_clock::now();
  canceller.join();
  EXPECT_LT(took - cancelled, 500ms);  // 100 ms where nothing else runs.
  EXPECT_THROW(file.read(0, 10), hf::OperationCancelledError);
}

TEST_F(RemoteReading, IsBoundedByTheTimeoutOfTheOpening) {
  const auto file = open({.call = {.timeout = 400ms}});
  const auto start = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() < start + 450ms) expect_read(file, 0, 100);  // It is for each by itself.
  network.on_each_body("_storage").always().stall_after(1000);

  EXPECT_THROW(file.read(kMiB, kMiB), hf::HfTransportError);
}

TEST_F(RemoteReading, AheadIsDroppedWithTheStream) {
  {
    auto stream = open().stream();
    char byte = 0;
    for (int i = 0; i < 600'000; ++i) stream.get(byte);
  }
  EXPECT_EQ(hf::transfer::ReadAhead::held(), 0U);
  EXPECT_LT(network.body_bytes("_storage"), 4 * kMiB);
}

TEST_F(RemoteReading, AsAStreamThrowsWhereItWouldLookLikeTheEnd) {
  auto stream = open().stream();
  network.on_each_response("_storage").always().reset_after(0);
  EXPECT_THROW(stream.get(), hf::HfTransportError);
  EXPECT_TRUE(stream.bad());
}

TEST_F(RemoteReading, FromManyThreadsSurvivesANetworkThatBreaks) {
  const auto file = open();
  network.on_each_body("_storage").times(40).reset_after(30'000);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      for (std::size_t round = 0; round < 10; ++round) {
        const std::size_t at = (i * 7'919'993 + round * 2'500'003) % (content.size() - kMiB);
        if (file.read(at, 1000 + i * 40'000) != content.substr(at, 1000 + i * 40'000)) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}
