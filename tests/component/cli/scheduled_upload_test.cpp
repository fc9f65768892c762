// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include "support/bytes.hpp"

#include <sys/resource.h>

#include <atomic>
#include <csignal>
#include <future>
#include <string>

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;

/// The first push of a schedule whose second one nobody lives to see. What comes after is `CommitScheduler`'s, whose
/// tests can let time pass.
class ScheduledUpload : public CommandTest {
 protected:
  ScheduledUpload() {
    hub_.on_request([this](const server::RequestRecord& request) {
      if (request.target.find("/commit/") != std::string::npos && !has_begun_.exchange(true)) begun_.set_value();
    });
  }
  ~ScheduledUpload() override { hub_.on_request({}); }

  void wait_for_commit() { begun_.get_future().wait(); }

  std::string content(const std::string& path) { return hub_.read_file("alice/m1", path).value_or("nothing"); }

  std::atomic<bool> has_begun_{false};
  std::promise<void> begun_{};
};

TEST_F(ScheduledUpload, PushesAtOnceAndEndsWithThePushThatIsUnderWay) {
  write_file(work_ / "out/log.txt", "one\n");
  write_file(work_ / "out/sub/more.txt", "more");
  write_file(work_ / "out/.git/config", "not this");
  const auto command = start({"upload", "alice/m1", "out", "logs", "--every", "1000"});
  EXPECT_EQ(command->first_line(), "Scheduling commits every 1000.0 minutes to alice/m1.");
  wait_for_commit();
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
  const auto command = start({"upload", "alice/m1", "out/a.txt", "sub/other.txt", "--every", "1000"});
  wait_for_commit();
  command->send_signal(SIGINT);
  const CommandResult result = command->wait();

  EXPECT_THAT(result.err, HasSubstr("it will be 'sub/a.txt' and not 'sub/other.txt'"));
  EXPECT_EQ(content("sub/a.txt"), "a");
  EXPECT_EQ(content("sub/b.txt"), "nothing");
}

TEST_F(ScheduledUpload, SaysWhatFailed) {
  write_file(work_ / "out/a.txt", "a");
  hub_.script({.body = R"({"error": "not now"})", .method = "POST", .path_contains = "/preupload/", .status = 400, .times = 1});
  std::promise<void> asked;
  hub_.on_request([&](const server::RequestRecord& request) {
    if (request.target.find("/preupload/") != std::string::npos) asked.set_value();
  });
  const auto command = start({"upload", "alice/m1", "out", "--every", "1000"});
  asked.get_future().wait();
  command->send_signal(SIGINT);
  const CommandResult result = command->wait();

  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err, HasSubstr("Error while pushing to Hub: "));
  EXPECT_THAT(result.err, HasSubstr("not now"));
}

TEST_F(ScheduledUpload, HasFewFilesOpen) {
  constexpr int kFiles = 120;
  for (int i = 0; i < kFiles; ++i) write_file(work_ / "out" / std::to_string(i), std::string(600, 'x'));
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
  rlimit few = before;
  few.rlim_cur = 80;  // Taken over by the command; the hub in this process has few itself.
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  const auto command = start({"upload", "alice/m1", "out", "--every", "1000"});
  ::setrlimit(RLIMIT_NOFILE, &before);
  wait_for_commit();
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
