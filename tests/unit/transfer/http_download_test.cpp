// SPDX-License-Identifier: Apache-2.0
#include "transfer/http_download.hpp"

#include <gtest/gtest.h>

namespace hf = huggingface_hub;
namespace transfer = huggingface_hub::transfer;

namespace {

const std::string kSha256(64, 'a');
const std::string kGitId(40, 'b');

bool is_refused(const std::string& name, const std::string& type, bool has_sha256 = false) {
  hf::http::ResponseHead head;
  head.status = 200;
  head.headers.add("Content-Type", type);
  return transfer::html_in_place_of(name, head, has_sha256).has_value();
}

}  // namespace

TEST(ExpectedContent, ComesFromStrongEtagsThatAreDigests) {
  EXPECT_EQ(transfer::expected_content(kSha256, false, 5).sha256, kSha256);
  EXPECT_EQ(transfer::expected_content(kGitId, false, 5).git_blob_id, kGitId);
  EXPECT_EQ(transfer::expected_content(kGitId, false, 5).size, 5U);
}

TEST(ExpectedContent, IsOnlyTheSizeForOtherEtags) {
  for (const std::string& etag : {std::string("v1"), std::string(64, 'A'), std::string(41, 'a'), std::string()}) {
    const transfer::ExpectedContent expected = transfer::expected_content(etag, false, 5);
    EXPECT_FALSE(expected.sha256 || expected.git_blob_id) << etag;
    EXPECT_EQ(expected.size, 5U);
  }
  EXPECT_FALSE(transfer::expected_content(kSha256, /*is_weak=*/true, 5).sha256);
}

TEST(HtmlInPlaceOfAFile, IsRefusedForWeightsAndLfsFiles) {
  EXPECT_TRUE(is_refused("model.safetensors", "text/html"));
  EXPECT_TRUE(is_refused("sub/MODEL.GGUF", " Text/HTML; charset=utf-8"));
  EXPECT_TRUE(is_refused("unknown.dat", "text/html", /*has_sha256=*/true));
}

TEST(HtmlInPlaceOfAFile, IsFineForPagesAndSmallTexts) {
  EXPECT_FALSE(is_refused("index.html", "text/html", true));
  EXPECT_FALSE(is_refused("README.md", "text/html"));
  EXPECT_FALSE(is_refused("model.safetensors", "application/octet-stream"));
}
