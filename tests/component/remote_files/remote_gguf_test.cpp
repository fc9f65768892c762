// SPDX-License-Identifier: Apache-2.0
#include "support/download_fixture.hpp"
#include "support/gguf_bytes.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/remote_file.hpp"
#include "huggingface_hub/serialization/gguf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hf = huggingface_hub;
namespace ggufs = hf::testing::ggufs;
using hf::testing::kMiB;

namespace {

struct RemoteGguf : hf::testing::DownloadTest {
  std::uint64_t bytes_sent() {
    std::uint64_t sum = 0;
    for (const auto& request : hub.requests()) {
      if (request.method == "GET") sum += request.response_bytes;
    }
    return sum;
  }
};

}  // namespace

TEST_F(RemoteGguf, IsListedWithoutItsData) {
  const std::string content = ggufs::file({ggufs::text_entry("general.architecture", "llama"),
                                           ggufs::text_entry("long", std::string(300'000, 'x'))},
                                          {ggufs::tensor("t", {1 << 20, 2}, 0, 0)}, 8 * kMiB);
  hub.add_file("acme/tiny", "tiny-F32.gguf", content, {.lfs = true});

  const hf::gguf::Header header = hf::gguf::read_header(api.open("acme/tiny", "tiny-F32.gguf"));

  EXPECT_EQ(header.text("general.architecture"), "llama");
  EXPECT_EQ(header.text("long")->size(), 300'000U);
  ASSERT_EQ(header.tensors.size(), 1U);
  EXPECT_EQ(header.tensors[0].element_count(), std::uint64_t{1} << 21);
  EXPECT_LT(bytes_sent(), 3 * kMiB);
}

TEST_F(RemoteGguf, IsRefusedByTheNameItHasOnTheHub) {
  hub.add_file("acme/tiny", "broken.gguf", "GGUF" + std::string(40, '\xff'), {.lfs = true});
  const auto file = api.open("acme/tiny", "broken.gguf");
  try {
    (void)hf::gguf::read_header(file);
    FAIL();
  } catch (const hf::GGUFError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("broken.gguf"));
  }
}
