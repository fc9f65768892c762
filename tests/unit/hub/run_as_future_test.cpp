// SPDX-License-Identifier: Apache-2.0
#include "fake_hub.hpp"

#include "huggingface_hub/async.hpp"
#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <future>
#include <optional>
#include <thread>
#include <vector>

namespace huggingface_hub {
namespace {

struct RunAsFuture : testing::FakeHubTest {};

TEST_F(RunAsFuture, GivesWhatTheCallReturnsOrThrows) {
  transport->answer(200, R"({"id":"a/b"})").answer(404, "", error_code("RepoNotFound"));

  auto good = run_as_future(api, [](const HfApi& hub) { return hub.model_info("a/b").id; });
  auto bad = run_as_future(api, [](const HfApi& hub) { return hub.model_info("a/c").id; });

  EXPECT_EQ(good.get(), "a/b");
  EXPECT_THROW(bad.get(), RepositoryNotFoundError);
}

TEST_F(RunAsFuture, RunsOneAfterAnotherOnAThreadOfItsOwn) {
  std::promise<void> gate;
  std::vector<int> order;
  std::thread::id thread;
  auto first = run_as_future(api, [&](const HfApi&) {
    gate.get_future().wait();
    thread = std::this_thread::get_id();
    order.push_back(1);
  });
  const HfApi copy = api;
  auto second = run_as_future(copy, [&](const HfApi&) { order.push_back(2); });
  gate.set_value();
  first.get();
  second.get();

  EXPECT_THAT(order, ::testing::ElementsAre(1, 2));
  EXPECT_NE(thread, std::this_thread::get_id());
}

TEST_F(RunAsFuture, OutlivesTheClient) {
  transport->answer(200, R"({"id":"a/b"})");
  std::optional<HfApi> mine(api);
  auto done = run_as_future(*mine, [](const HfApi& hub) { return hub.model_info("a/b").id; });
  mine.reset();

  EXPECT_EQ(done.get(), "a/b");
}

}  // namespace
}  // namespace huggingface_hub
