// SPDX-License-Identifier: Apache-2.0
#include "machines.hpp"

#include <gtest/gtest.h>

namespace hf = huggingface_hub;
using hf::testing::kMiB;
using hf::testing::pattern;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

namespace {

class CancelledAtRandom : public hf::testing::MachinesTest {};

}  // namespace

TEST_F(CancelledAtRandom, ReturnsAtOnceWithItsThreadsAtRest) {
  const std::string seed = "20261126";
  SCOPED_TRACE("seed " + seed);
  const std::string content = pattern(20 * kMiB);
  hub.add_file("acme/tiny", "model.bin", content, {.lfs = true});

  const auto ended = run("cancel", seed);

  ASSERT_EQ(ended.code, 0) << ended.err;
  const long longest = std::stol("0" + ended.out);
  RecordProperty("longest_ms", std::to_string(longest));
  EXPECT_LT(longest, 2000);  // A tenth of a second at most on a machine that does nothing else.
  EXPECT_THAT(parts(), SizeIs(Le(1U)));
  expect_nothing_half_written();
  EXPECT_EQ(sha256_of(api.hf_hub_download("acme/tiny", "model.bin")), hf::sha256_hex(content));
  EXPECT_THAT(parts(), IsEmpty());
}
