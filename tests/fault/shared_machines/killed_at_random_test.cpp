// SPDX-License-Identifier: Apache-2.0
// Processes killed anywhere: in the middle of any write, and before any system call that changes the cache.
#include "machines.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <random>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;
using hf::testing::read_file;
using testing::IsEmpty;

namespace {

constexpr std::uint64_t kSize = 17 * kMiB;
constexpr std::uint64_t kPiece = 8 * kMiB;
constexpr std::uint64_t kNever = kSize * 2;

class KilledAtRandom : public hf::testing::MachinesTest {
 protected:
  KilledAtRandom() {
    const std::string content = pattern(kSize);
    sha256 = hf::sha256_hex(content);
    hub.add_file("acme/tiny", "model.bin", content, {.lfs = true});
  }

  /// A process that is killed once it has written `point` bytes. How many it wrote.
  std::uint64_t run_until(std::uint64_t point) {
    const auto ended =
        run("file", "model.bin", shim({{"SHIM_KILL", std::to_string(point) + ":" + std::to_string(kSize)}}));
    was_killed = ended.code == 128 + SIGKILL;
    EXPECT_TRUE(was_killed || ended.code == 0) << ended.err;
    return std::stoull("0" + ended.out);
  }

  void expect_whole_and_clear() {
    EXPECT_EQ(sha256_of(api.hf_hub_download("acme/tiny", "model.bin", {.local_files_only = true})), sha256);
    EXPECT_THAT(parts(), IsEmpty());
    fs::remove_all(cache_dir());
  }

  std::string sha256{};
  bool was_killed{false};
};

}  // namespace

TEST_F(KilledAtRandom, FetchesAgainNoMoreThanAPieceMoreThanIsMissing) {
  REQUIRE_SHIM(shim({{"SHIM_KILL", ""}}));
  constexpr unsigned kSeed = 4'711;
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 40; ++i) {
    const std::uint64_t point = 1 + random() % kSize;
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", round " + std::to_string(i) + ", byte " + std::to_string(point));
    const std::uint64_t had = run_until(point);
    ASSERT_TRUE(was_killed);
    expect_nothing_half_written();
    EXPECT_FALSE(fs::exists(repo().ref("main")));

    const std::uint64_t fetched = run_until(kNever);

    ASSERT_FALSE(was_killed);
    EXPECT_LE(fetched, kSize - had + kPiece);
    expect_whole_and_clear();
  }
}

TEST_F(KilledAtRandom, GetsOnHoweverOftenItIsKilled) {
  REQUIRE_SHIM(shim({{"SHIM_KILL", ""}}));
  constexpr unsigned kSeed = 815;
  std::mt19937_64 random(kSeed);
  std::uint64_t fetched = 0;
  std::uint64_t kills_of_this_file = 0;
  for (int kills = 0; kills < 160;) {
    const std::uint64_t point = 1 + random() % (6 * kMiB);
    SCOPED_TRACE("seed " + std::to_string(kSeed) + ", kill " + std::to_string(kills) + ", byte " + std::to_string(point));
    fetched += run_until(point);
    expect_nothing_half_written();
    if (was_killed) {
      ++kills;
      ++kills_of_this_file;
      continue;
    }
    EXPECT_LE(fetched, kSize + kills_of_this_file * kPiece);
    fetched = 0;
    kills_of_this_file = 0;
    expect_whole_and_clear();
  }
}

class KilledBetweenCalls : public hf::testing::MachinesTest, public testing::WithParamInterface<const char*> {
 protected:
  /// Lets a process be killed at the `step`th call of one of its threads, then another complete the work. Whether it
  /// was killed.
  bool run_killed_at(const fs::path& log, const std::string& call, int step) {
    SCOPED_TRACE("killed at " + call + " " + std::to_string(step));
    const std::string operation = GetParam();
    const std::string argument = operation == "snapshot" ? "1" : "model.bin";
    const std::string inject = "inject=" + call + ":signal=KILL:when=" + std::to_string(step);
    hf::testing::RunningCommand process(
        joined(tracer(log, {"-e", "trace=" + call, "-e", inject}), command(operation, argument)), {}, home.path());
    const auto ended = process.wait();
    const bool was_killed = ended.code == 128 + SIGKILL;
    EXPECT_TRUE(was_killed || ended.code == 0) << ended.err;
    killed += was_killed ? 1 : 0;
    expect_nothing_half_written();
    const hf::testing::CommandResult next = run(operation, argument);
    EXPECT_EQ(next.code, 0) << next.err;
    if (operation == "local") {
      EXPECT_EQ(sha256_of(home.path() / "mine/model.bin"), sha256);
    } else {
      EXPECT_TRUE(fs::exists(repo().pointer(read_file(repo().ref("main")), "model.bin")));
    }
    expect_nothing_half_written();
    // A part that is not marked yet, or no longer since it is whole, may be a living process's: only pruning takes it.
    const bool is_marked = call != "flock" && call != "rename";
    if (!is_marked && operation != "local") hf::scan_cache_dir(cache_dir()).prune().execute();
    if (is_marked || operation != "local") {
      EXPECT_THAT(parts(), IsEmpty());
    }
    fs::remove_all(cache_dir());
    fs::remove_all(home.path() / "mine");
    return was_killed;
  }

  std::string sha256{};
  int killed{0};
};

TEST_P(KilledBetweenCalls, LeavesACacheThatTheNextRunCompletes) {
  const fs::path log = home.path() / "log";
  if (!hf::testing::find_program("strace") || hf::testing::run_program(tracer(log, {"true"}), log) != 0) {
    GTEST_SKIP() << "system calls cannot be stepped through: strace is missing or must not trace";
  }
  hub.add_files("acme/tiny", {{"config.json", "{}"}, {"sub/text.txt", "text"}});
  const std::string content = pattern(9 * kMiB);
  hub.add_file("acme/tiny", "model.bin", content, {.lfs = true});
  sha256 = hf::sha256_hex(content);

  for (const char* call : {"mkdir", "symlink", "rename", "unlink", "flock", "fallocate", "ftruncate", "fchmod"}) {
    // One call at a time: of several, strace counts each by itself, and the first one seen would be killed every time.
    for (int step = 1; run_killed_at(log, call, step); ++step) ASSERT_LT(step, 100) << "never completes";
  }
  EXPECT_GE(killed, 10);
  RecordProperty("killed", std::to_string(killed));
}
INSTANTIATE_TEST_SUITE_P(Shared, KilledBetweenCalls, testing::Values("file", "local", "snapshot"),
                         [](const auto& tested) { return std::string(tested.param); });
