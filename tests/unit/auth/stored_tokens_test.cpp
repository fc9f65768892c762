// SPDX-License-Identifier: Apache-2.0
#include "auth/stored_tokens.hpp"

#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

StoredToken token(std::string name, std::vector<std::pair<std::string, std::string>> fields) {
  StoredToken made;
  made.name = std::move(name);
  made.fields = std::move(fields);
  return made;
}

TEST(FormatStoredTokens, WritesWhatConfigparserWrites) {
  EXPECT_EQ(format_stored_tokens({token("oauth-alice", {{"hf_token", "hf_oauth_yyy"},
                                                        {"refresh_token", "zzz"},
                                                        {"expires_at", "1767225600"}}),
                                  token("laptop", {{"hf_token", "hf_xxx"}})}),
            "[laptop]\nhf_token = hf_xxx\n\n"
            "[oauth-alice]\nhf_token = hf_oauth_yyy\nrefresh_token = zzz\nexpires_at = 1767225600\n\n");
}

TEST(FormatStoredTokens, SortsByCodePoint) {
  EXPECT_EQ(format_stored_tokens({token("é", {}), token("a", {}), token("Z", {})}), "[Z]\n\n[a]\n\n[é]\n\n");
}

TEST(ParseStoredTokens, ReadsBackWhatWasWritten) {
  for (const char* name : {"plain", " leading blank", "a]b", "100% #1 = x", "名前", "[x"}) {
    const auto read = parse_stored_tokens(format_stored_tokens({token(name, {{"hf_token", "hf_%x=y:z"}})})).value();
    ASSERT_EQ(read.size(), 1U) << name;
    EXPECT_EQ(read[0].name, name);
    EXPECT_EQ(read[0].token(), "hf_%x=y:z");
  }
}

// Expected values by configparser.ConfigParser(interpolation=None).
TEST(ParseStoredTokens, FollowsConfigparser) {
  const auto read = parse_stored_tokens(
                        "# comment\n; another\n\n[DEFAULT]\nshared: 1\n\n[One]  \r\nHF_Token=  a \r\nlong = x\n  y\n\n  z\n"
                        "\n[two] trailing\nhf_token : b\nshared = 2\nempty =\n")
                        .value();
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].name, "One");
  EXPECT_EQ(read[0].token(), "a");
  EXPECT_EQ(read[0].field("long"), "x\ny\n\nz");
  EXPECT_EQ(read[0].field("shared"), "1");
  EXPECT_EQ(read[1].name, "two");
  EXPECT_EQ(read[1].token(), "b");
  EXPECT_EQ(read[1].field("shared"), "2");
  EXPECT_EQ(read[1].field("empty"), "");
  EXPECT_EQ(read[1].field("missing"), std::nullopt);
}

struct Unparsable : ::testing::TestWithParam<const char*> {};
TEST_P(Unparsable, IsAnErrorAsInPython) { EXPECT_FALSE(parse_stored_tokens(GetParam()).ok()); }
INSTANTIATE_TEST_SUITE_P(ParseStoredTokens, Unparsable,
                         ::testing::Values("hf_token = x\n", "[a]\nno delimiter\n", "[a]\n[a]\n", "[a]\nx=1\nX=2\n",
                                           "[a]\n= value\n", "[]\nhf_token = x\n", "[a]\nhf_token = \xff\n"));

TEST(StorableTokenName, AvoidsTheNamesThatSpoilTheFile) {
  EXPECT_EQ(storable_token_name(""), "token");
  EXPECT_EQ(storable_token_name("DEFAULT"), "token");
  EXPECT_EQ(storable_token_name("a\nb\r"), "a b ");
  EXPECT_EQ(storable_token_name(" my laptop"), " my laptop");
}

}  // namespace
}  // namespace huggingface_hub
