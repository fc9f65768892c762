// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include "support/bytes.hpp"

#include <sys/resource.h>

#include <csignal>
#include <future>
#include <memory>
#include <mutex>
#include <utility>

namespace huggingface_hub::testing {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;

/// Waits for one commit after another.
class ScheduledUpload : public CommandTest {
 protected:
  ScheduledUpload() {
    hub_.on_request([this](const server::RequestRecord& request) {
      if (request.target.find("/commit/") == std::string::npos) return;
      const std::lock_guard<std::mutex> lock(mutex_);
      if (commits_ < arrived_.size()) arrived_[commits_].set_value();
      ++commits_;
    });
  }
  ~ScheduledUpload() override { hub_.on_request({}); }

  void wait_for_commit(std::size_t number) { arrived_[number].get_future().wait(); }

  std::string content(const std::string& path) { return hub_.read_file("alice/m1", path).value_or("nothing"); }

  std::mutex mutex_{};
  std::size_t commits_{0};
  std::vector<std::promise<void>> arrived_{3};
};

TEST_F(ScheduledUpload, SendsWhatHasChangedUntilItIsStopped) {
  write_file(work_ / "out/log.txt", "one\n");
  write_file(work_ / "out/.git/config", "not this");
  const auto command = start({"upload", "alice/m1", "out", "logs", "--every", "0.0005"});
  EXPECT_EQ(command->first_line(), "Scheduling commits every 0.0005 minutes to alice/m1.");
  wait_for_commit(0);
  write_file(work_ / "out/sub/more.txt", "more");
  wait_for_commit(1);
  write_file(work_ / "out/last.txt", "last");
  wait_for_commit(2);  // So the second is done.
  command->send_signal(SIGINT);
  const CommandResult result = command->wait();

  EXPECT_EQ(result.code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("Stopped scheduled commits."));
  EXPECT_EQ(content("logs/log.txt"), "one\n");
  EXPECT_EQ(content("logs/sub/more.txt"), "more");
  EXPECT_EQ(content("logs/.git/config"), "nothing");
}

TEST_F(ScheduledUpload, OfAFileLooksAtThatFileOnly) {
  write_file(work_ / "out/a.txt", "a");
  write_file(work_ / "out/b.txt", "b");
  const auto command = start({"upload", "alice/m1", "out/a.txt", "sub/other.txt", "--every", "0.0005"});
  wait_for_commit(0);
  write_file(work_ / "out/a.txt", "changed");
  wait_for_commit(1);
  command->send_signal(SIGINT);
  const CommandResult result = command->wait();

  EXPECT_THAT(result.err, HasSubstr("it will be 'sub/a.txt' and not 'sub/other.txt'"));
  EXPECT_THAT(content("sub/a.txt"), AnyOf("a", "changed"));  // The second may have been cut short.
  EXPECT_EQ(content("sub/b.txt"), "nothing");
}

TEST_F(ScheduledUpload, TriesAgainWhatFailed) {
  write_file(work_ / "out/a.txt", "a");
  hub_.script({.body = R"({"error": "not now"})", .method = "POST", .path_contains = "/commit/", .status = 400, .times = 1});
  const auto command = start({"upload", "alice/m1", "out", "--every", "0.0005"});
  wait_for_commit(1);
  write_file(work_ / "out/b.txt", "b");
  wait_for_commit(2);
  command->send_signal(SIGINT);
  const CommandResult result = command->wait();

  EXPECT_THAT(result.err, HasSubstr("Error while pushing to Hub: "));
  EXPECT_THAT(result.err, HasSubstr("not now"));
  EXPECT_EQ(content("a.txt"), "a");
}

TEST_F(ScheduledUpload, HasFewFilesOpen) {
  constexpr int kFiles = 120;
  for (int i = 0; i < kFiles; ++i) write_file(work_ / "out" / std::to_string(i), std::string(600, 'x'));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = 80;  // Taken over by the command; the hub in this process has few itself.
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  const auto command = start({"upload", "alice/m1", "out", "--every", "0.0005"});
  ::setrlimit(RLIMIT_NOFILE, &before);
  wait_for_commit(0);
  write_file(work_ / "out/more", "more");
  wait_for_commit(1);
  command->send_signal(SIGINT);

  EXPECT_EQ(command->wait().code, 0);
  EXPECT_EQ(content("0"), std::string(600, 'x'));
  EXPECT_EQ(content(std::to_string(kFiles - 1)), std::string(600, 'x'));
}

TEST_F(ScheduledUpload, NeedsATimeToWait) {
  for (const char* every : {"0", "-1", "nan"}) {
    const CommandResult result = run({"upload", "alice/m1", ".", "--every", every});
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.err, HasSubstr("every"));
  }
}

}  // namespace
}  // namespace huggingface_hub::testing
