// SPDX-License-Identifier: Apache-2.0
// One cache, several users: those of a group that write to it, and those who may only read it.
#include "machines.hpp"

#include "support/privileges.hpp"

#include <gtest/gtest.h>

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::read_file;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

namespace {

constexpr const char* kGroup = "60123";

class ForeignUsers : public hf::testing::MachinesTest {
 protected:
  /// As the user with the number `user`, of the group that the cache belongs to.
  hf::testing::CommandResult run_as(const std::string& user, const std::string& operation, const std::string& argument) {
    return hf::testing::RunningCommand(joined(as(user), command(operation, argument)), {}, home.path()).wait();
  }

  static std::vector<std::string> as(const std::string& user) {
    return {"setpriv", "--reuid=" + user, std::string("--regid=") + kGroup, "--clear-groups"};
  }

  /// False where this process may not become others, or they may not start our program.
  bool can_be_others() {
    if (::geteuid() != 0 || !hf::testing::find_program("setpriv")) return false;
    fs::permissions(home.path(), fs::perms(0755));
    return hf::testing::run_program(joined(as("60001"), {"test", "-x", MACHINE_PROCESS}), home.path() / "log") == 0;
  }
};

/// For the files that processes of the test make.
class Umask {
 public:
  explicit Umask(mode_t mask) : before_(::umask(mask)) {}
  ~Umask() { ::umask(before_); }
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;

 private:
  mode_t before_;
};

unsigned mode_of(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

}  // namespace

TEST_F(ForeignUsers, OfAGroupWriteToTheSameCache) {
  if (!can_be_others()) GTEST_SKIP() << "this process cannot become other users: that needs root and setpriv";
  const Umask group_may_write(0002);
  fs::create_directories(cache_dir());
  ASSERT_EQ(::chown(cache_dir().c_str(), 60001, static_cast<gid_t>(std::stoul(kGroup))), 0);
  fs::permissions(cache_dir(), fs::perms(02775));
  hub.add_files("acme/tiny", {{"config.json", "{}"}, {"sub/text.txt", "text"}});
  hub.add_file("acme/tiny", "model.bin", hf::testing::pattern(300'000), {.lfs = true});

  const auto first = run_as("60001", "snapshot", "4");
  EXPECT_EQ(first.code, 0) << first.err;
  hub.add_file("acme/tiny", "sub/more.txt", "more");
  hub.add_file("acme/tiny", "model.bin", hf::testing::pattern(300'000, 2), {.lfs = true});
  hub.clear_requests();
  const auto second = run_as("60002", "snapshot", "4");
  EXPECT_EQ(second.code, 0) << second.err;
  EXPECT_THAT(second.err, IsEmpty());  // No warning: the ref is his to write, too.
  const auto third = run_as("60001", "snapshot", "4");
  EXPECT_EQ(third.code, 0) << third.err;
  EXPECT_THAT(third.err, IsEmpty());

  // The listing of the one serves the other.
  EXPECT_EQ(count_asked("/tree/"), 1U);
  expect_nothing_half_written();
  for (const auto& entry : fs::recursive_directory_iterator(cache_dir())) {
    if (entry.is_symlink()) continue;
    struct stat status {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(std::to_string(status.st_gid), kGroup) << entry.path();
    EXPECT_EQ(mode_of(entry.path()), entry.is_directory() ? 02775U : 0664U) << entry.path();
  }
}

TEST_F(ForeignUsers, GetNoRightsThatTheUmaskDenies) {
  const Umask strict(0077);
  hub.add_file("acme/tiny", "config.json", "{}");

  EXPECT_EQ(run("snapshot", "1").code, 0);

  for (const auto& entry : fs::recursive_directory_iterator(cache_dir())) {
    if (entry.is_symlink() || entry.path().extension() == ".lock") continue;
    EXPECT_EQ(mode_of(entry.path()), entry.is_directory() ? 0700U : 0600U) << entry.path();
  }
  for (const std::string& lock : files_called(".lock")) {
    EXPECT_EQ(mode_of(lock), 0664U) << lock;  // spec/cache.md 3
  }
}

TEST_F(ForeignUsers, WhoMayOnlyReadDoSoWithoutATryToWrite) {
  const fs::path mounted = home.path() / "hub";
  fs::create_directories(mounted);
  if (::mount("none", mounted.c_str(), "tmpfs", 0, "size=8m") != 0) {
    GTEST_SKIP() << "no file system to make read-only: mounting one needs root";
  }
  hub.add_files("acme/tiny", {{"config.json", "{}"}, {"sub/text.txt", "text"}});
  api.snapshot_download("acme/tiny");
  const auto before = fs::last_write_time(repo().ref("main"));
  const bool is_read_only = ::mount("none", mounted.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=8m") == 0;
  const fs::path log = home.path() / "trace";
  std::vector<hf::testing::CommandResult> ended;
  const bool has_strace = hf::testing::find_program("strace").has_value() &&
                          hf::testing::run_program(tracer(log, {"true"}), home.path() / "log") == 0;
  std::string trace;
  for (const char* operation : {"file", "snapshot", "offline"}) {
    const std::string argument = operation == std::string("snapshot") ? "4" : "config.json";
    std::vector<std::string> words = command(operation, argument);
    if (has_strace) words = joined(tracer(log, {"-e", "trace=%file,%desc"}), words);
    ended.push_back(hf::testing::RunningCommand(words, {}, home.path()).wait());
    if (has_strace) trace += read_file(log);
  }
  const auto after = fs::last_write_time(repo().ref("main"));
  ::umount2(mounted.c_str(), MNT_DETACH);

  ASSERT_TRUE(is_read_only);
  for (const auto& result : ended) {
    EXPECT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.err, IsEmpty());
  }
  EXPECT_THAT(trace, Not(HasSubstr("EROFS")));
  EXPECT_EQ(before, after);
}

TEST_F(ForeignUsers, AreNotMadeToWriteARefThatHasNotChanged) {
  hub.add_file("acme/tiny", "config.json", "{}");
  api.snapshot_download("acme/tiny");
  struct stat before {};
  ASSERT_EQ(::stat(repo().ref("main").c_str(), &before), 0);

  api.snapshot_download("acme/tiny");
  api.hf_hub_download("acme/tiny", "config.json");

  struct stat after {};
  ASSERT_EQ(::stat(repo().ref("main").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
}
