// SPDX-License-Identifier: Apache-2.0
// A lock is politeness: with locks that do nothing, are unknown or never to be had, all the same is right.
#include "machines.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::pattern;
using testing::IsEmpty;

namespace {

constexpr int kProcesses = 8;

class UnusualLocks : public hf::testing::MachinesTest, public testing::WithParamInterface<const char*> {
 protected:
  void add_files(int count) {
    std::vector<std::pair<std::string, std::string>> files;
    for (int i = 0; i < count; ++i) {
      files.emplace_back("file_" + std::to_string(i) + ".bin", pattern(200'000, static_cast<std::uint64_t>(i)));
    }
    hub.add_files("acme/tiny", files);
  }

  void run_at_once(const std::string& operation, const std::string& argument) {
    const auto variables = shim({{"SHIM_FLOCK", GetParam()}});
    REQUIRE_SHIM(variables);
    std::vector<std::unique_ptr<hf::testing::RunningCommand>> processes;
    for (int i = 0; i < kProcesses; ++i) processes.push_back(start(operation, argument, variables));
    for (auto& process : processes) {
      const auto ended = process->wait();
      EXPECT_EQ(ended.code, 0) << ended.err;
    }
    expect_nothing_half_written();
    EXPECT_THAT(parts(), IsEmpty());
  }
};

}  // namespace

TEST_P(UnusualLocks, LeaveEightProcessesRight) {
  // One that cannot be had is waited for, for a fifth of a second each time, so those rounds are files of a snapshot.
  constexpr int kRounds = 50;
  add_files(kRounds);
  const bool is_busy = GetParam() == std::string("busy");
  run_at_once(is_busy ? "snapshot" : "rounds", std::to_string(kRounds));
}
INSTANTIATE_TEST_SUITE_P(Shared, UnusualLocks, testing::Values("noop", "ENOSYS", "busy"),
                         [](const auto& tested) { return std::string(tested.param); });

class LocksThatAreUnknown : public hf::testing::MachinesTest {};

TEST_F(LocksThatAreUnknown, LeaveNoFileThatWouldBlockOthersForEver) {
  hub.add_file("acme/tiny", "config.json", "{}");
  const auto variables = shim({{"SHIM_FLOCK", "ENOSYS"}});
  REQUIRE_SHIM(variables);

  EXPECT_EQ(run("file", "config.json", variables).code, 0);

  EXPECT_THAT(files_called(".lock"), IsEmpty());
}

class ForkedProcess : public hf::testing::MachinesTest {};

TEST_F(ForkedProcess, TakesNoPartInTheDownloadAndHoldsNoLock) {
  hub.add_file("acme/tiny", "model.bin", pattern(20 * hf::testing::kMiB), {.lfs = true});

  const auto ended = run("fork", "model.bin");

  EXPECT_EQ(ended.code, 0) << ended.err;
  expect_nothing_half_written();
}

class JumpingClock : public hf::testing::MachinesTest {};

TEST_F(JumpingClock, ChangesNothing) {
  hub.add_file("acme/tiny", "model.bin", pattern(20 * hf::testing::kMiB), {.lfs = true});
  const auto variables = shim({{"SHIM_CLOCK", "86400000"}});  // A thousand days, forth and back.
  REQUIRE_SHIM(variables);

  for (const char* operation : {"file", "local"}) {
    const auto ended = run(operation, "model.bin", variables);
    EXPECT_EQ(ended.code, 0) << ended.err;
  }
  expect_nothing_half_written();
  EXPECT_EQ(sha256_of(home.path() / "mine/model.bin"), hf::sha256_hex(*hub.read_file("acme/tiny", "model.bin")));
}
