// SPDX-License-Identifier: Apache-2.0
#include "http/link_header.hpp"

#include <gtest/gtest.h>

namespace huggingface_hub::http {
namespace {

TEST(LinkHeader, FindsTheRelation) {
  const Headers headers{{"Link", "<https://hub/a?x=1,2>; rel=\"prev\", <https://hub/b?c=d;e>; rel=\"next\""}};
  EXPECT_EQ(link_target(headers, "next"), "https://hub/b?c=d;e");
  EXPECT_EQ(link_target(headers, "prev"), "https://hub/a?x=1,2");
  EXPECT_EQ(link_target(headers, "last"), std::nullopt);
}

TEST(LinkHeader, TakesUnquotedAndSeveralRelations) {
  EXPECT_EQ(link_target({{"Link", "<a>;rel=next"}}, "next"), "a");
  EXPECT_EQ(link_target({{"Link", "<a>; title=\"x, <b>; rel=next\"; REL=\"first NEXT\""}}, "next"), "a");
}

TEST(LinkHeader, LooksAtEachField) {
  EXPECT_EQ(link_target({{"link", "<a>; rel=xet-auth"}, {"LINK", "<b>; rel=next"}}, "next"), "b");
}

struct BadLink : testing::TestWithParam<const char*> {};
TEST_P(BadLink, HasNoTarget) { EXPECT_FALSE(link_target({{"Link", GetParam()}}, "next")); }
INSTANTIATE_TEST_SUITE_P(LinkHeader, BadLink,
                         testing::Values("", "<", "<a", "<a>", "<a>;", "<a>; rel", "<a>; rel=", "<a>; rel=\"",
                                         "<a>; rel=\"\\", "<a>; rel=nextish", "a; rel=next", ",,,;;;===\"\"\"<>"));

}  // namespace
}  // namespace huggingface_hub::http
