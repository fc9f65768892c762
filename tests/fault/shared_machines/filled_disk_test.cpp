// SPDX-License-Identifier: Apache-2.0
// Disks and quotas that end in the middle of a file.
#include "machines.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

namespace {

class FilledDisk : public hf::testing::MachinesTest, public testing::WithParamInterface<int> {
 protected:
  FilledDisk() { hub.add_file("acme/tiny", "model.bin", content, {.lfs = true}); }

  hf::testing::CommandResult run_with(std::uint64_t bytes) {
    return run("file", "model.bin", shim({{"SHIM_FULL", std::to_string(GetParam()) + ":" + std::to_string(bytes)}}));
  }

  const std::string content{pattern(24 * kMiB)};
};

}  // namespace

TEST_P(FilledDisk, IsATypedErrorAndLeavesNothing) {
  REQUIRE_SHIM(shim({{"SHIM_FULL", ""}}));

  const auto ended = run_with(3 * kMiB);

  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("(system error " + std::to_string(GetParam()) + ")"));
  EXPECT_THAT(parts(), IsEmpty());
  expect_nothing_half_written();
}

TEST_P(FilledDisk, LeavesWhatTheNextStartGoesOnWith) {
  REQUIRE_SHIM(shim({{"SHIM_FULL", ""}}));

  const auto ended = run_with(20 * kMiB);
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(parts(), SizeIs(Le(1U)));
  expect_nothing_half_written();
  hub.clear_requests();

  EXPECT_EQ(sha256_of(api.hf_hub_download("acme/tiny", "model.bin")), hf::sha256_hex(content));
  std::uint64_t fetched = 0;
  for (const auto& request : hub.requests()) fetched += request.response_bytes;
  EXPECT_LT(fetched, 24 * kMiB);
  EXPECT_THAT(parts(), IsEmpty());
}
INSTANTIATE_TEST_SUITE_P(Shared, FilledDisk, testing::Values(ENOSPC, EDQUOT), [](const auto& tested) {
  return std::string(tested.param == EDQUOT ? "Quota" : "Space");
});
