// SPDX-License-Identifier: Apache-2.0
#include "component/hub/hub_fixture.hpp"

#include "huggingface_hub/commit_scheduler.hpp"
#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <fstream>
#include <limits>
#include <memory>
#include <mutex>

namespace huggingface_hub {
namespace {

using ::testing::HasSubstr;

/// Time that passes when the test says so.
class Turns {
 public:
  bool wait(const CancellationToken& cancel) {
    const auto registration = cancel.on_cancel([this] {
      const std::lock_guard<std::mutex> lock(mutex_);
      changed_.notify_all();
    });
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return turns_ > 0 || cancel.is_cancelled(); });
    if (turns_ > 0) --turns_;
    return cancel.is_cancelled();
  }
  void pass() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++turns_;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_{};
  std::condition_variable changed_{};
  int turns_{0};
};

/// What the scheduler reports, one after another.
class Reports {
 public:
  void add(std::string report) {
    const std::lock_guard<std::mutex> lock(mutex_);
    reports_.push_back(std::move(report));
    changed_.notify_all();
  }
  std::string at(std::size_t index) {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait(lock, [&] { return reports_.size() > index; });
    return reports_[index];
  }

 private:
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::vector<std::string> reports_{};
};

struct Scheduler : testing::HubTest {
  CommitSchedulerOptions options() {
    CommitSchedulerOptions options;
    options.api = api;
    options.on_commit = [this](const CommitInfo& commit) { reports.add(commit.oid); };
    options.on_error = [this](const std::exception& error) { reports.add(error.what()); };
    options.wait = [this](std::chrono::milliseconds duration, const CancellationToken& cancel) {
      waited = duration.count();
      return turns.wait(cancel);
    };
    return options;
  }
  std::unique_ptr<CommitScheduler> start(const CommitSchedulerOptions& with) {
    return std::make_unique<CommitScheduler>("user/logs", folder.path() / "out", with);
  }
  std::string content(const std::string& path) { return hub.read_file("user/logs", path).value_or("nothing"); }

  Turns turns{};
  Reports reports{};
  std::atomic<std::int64_t> waited{0};  // Milliseconds.
};

TEST_F(Scheduler, PushesAtOnceAndWhatHasChangedAfterEachInterval) {
  write("out/log.txt", "one\n");
  write("out/.git/config", "not this");
  auto with = options();
  with.every = 2.5;
  with.path_in_repo = "/logs/";
  const auto scheduler = start(with);

  const std::string first = reports.at(0);
  EXPECT_EQ(first, hub.resolve("user/logs"));
  EXPECT_EQ(content("logs/log.txt"), "one\n");
  write("out/sub/more.txt", "more");
  turns.pass();
  const std::string second = reports.at(1);

  EXPECT_EQ(second, hub.resolve("user/logs"));
  EXPECT_EQ(waited, 150'000);
  EXPECT_EQ(content("logs/sub/more.txt"), "more");
  EXPECT_EQ(content("logs/.git/config"), "nothing");
  EXPECT_EQ(requests("POST", "/commit/").size(), 2U);
}

TEST_F(Scheduler, PushesALastTimeWhenItIsDestroyed) {
  write("out/a.txt", "a");
  auto scheduler = start(options());
  reports.at(0);
  write("out/last.txt", "last");

  scheduler.reset();

  EXPECT_EQ(content("last.txt"), "last");
}

TEST_F(Scheduler, PushesNothingOnceItIsStopped) {
  write("out/a.txt", "a");
  auto scheduler = start(options());
  reports.at(0);
  write("out/last.txt", "last");

  scheduler->stop();
  EXPECT_EQ(scheduler->trigger().get(), std::nullopt);
  scheduler.reset();

  EXPECT_EQ(content("last.txt"), "nothing");
}

TEST_F(Scheduler, TriesAgainWhatFailed) {
  write("out/a.txt", "a");
  hub.script({.body = R"({"error": "not now"})", .method = "POST", .path_contains = "/commit/", .status = 400});
  const auto scheduler = start(options());
  EXPECT_THAT(reports.at(0), HasSubstr("not now"));

  EXPECT_EQ(scheduler->trigger().get()->commit_message, "Scheduled Commit");

  EXPECT_EQ(content("a.txt"), "a");
}

TEST_F(Scheduler, HasNothingToDoWhereNothingHasChanged) {
  write("out/a.txt", "a");
  const auto scheduler = start(options());
  reports.at(0);

  EXPECT_EQ(scheduler->trigger().get(), std::nullopt);
  EXPECT_EQ(requests("POST", "/commit/").size(), 1U);
}

TEST_F(Scheduler, SendsAFileUpToWhereItWasWhenTheFolderWasListed) {
  const auto path = write("out/log.txt", "one\n");
  hub.on_request([&](const server::RequestRecord& request) {
    if (request.target.find("/preupload/") != std::string::npos) std::ofstream(path, std::ios::app) << "two\n";
  });
  const auto scheduler = start(options());
  reports.at(0);
  hub.on_request({});
  EXPECT_EQ(content("log.txt"), "one\n");

  scheduler->trigger().get();

  EXPECT_EQ(content("log.txt"), "one\ntwo\n");
}

TEST_F(Scheduler, ListsNothingWhileItsLockIsHeld) {
  write("out/first.txt", "first");
  const auto scheduler = start(options());
  reports.at(0);
  std::unique_lock<std::mutex> held(scheduler->lock());
  write("out/a.txt", "half");
  auto push = scheduler->trigger();
  EXPECT_EQ(push.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  write("out/a.txt", "whole");
  held.unlock();

  EXPECT_TRUE(push.get().has_value());

  EXPECT_EQ(content("a.txt"), "whole");
}

TEST_F(Scheduler, SquashesTheHistoryIfAsked) {
  write("out/a.txt", "a");
  auto with = options();
  with.squash_history = true;
  const auto scheduler = start(with);
  reports.at(0);

  EXPECT_EQ(api.list_repo_commits("user/logs").size(), 1U);
}

TEST_F(Scheduler, RunsAPushOfOnesOwn) {
  auto with = options();
  with.push_to_hub = [](CommitScheduler& scheduler) -> std::optional<CommitInfo> {
    return scheduler.api().upload_file(UploadSource::from_bytes("packed"), "all.txt", scheduler.repo_id());
  };
  const auto scheduler = start(with);
  reports.at(0);

  EXPECT_EQ(content("all.txt"), "packed");
}

TEST_F(Scheduler, RefusesWhatCannotBeMeant) {
  auto with = options();
  for (const double every : {0.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    with.every = every;
    EXPECT_THROW(start(with), HFValidationError);
  }
  write("out", "a file");
  EXPECT_THROW(start(options()), HFValidationError);
}

}  // namespace
}  // namespace huggingface_hub
