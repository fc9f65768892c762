// SPDX-License-Identifier: Apache-2.0
#include "cards/front_matter.hpp"

#include <gtest/gtest.h>

#include <string>

namespace huggingface_hub {
namespace {

struct Block {
  std::string content;
  std::optional<std::string> yaml;  ///< Nothing: no block.
  std::string text;
};
void PrintTo(const Block& block, std::ostream* out) { *out << testing::PrintToString(block.content); }

struct FindFrontMatter : testing::TestWithParam<Block> {};

TEST_P(FindFrontMatter, AgreesWithTheRegularExpressionOfTheHub) {
  const std::optional<FrontMatter> found = find_front_matter(GetParam().content);
  ASSERT_EQ(found.has_value(), GetParam().yaml.has_value());
  if (!found) return;
  EXPECT_EQ(found->yaml, *GetParam().yaml);
  EXPECT_EQ(found->text, GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, FindFrontMatter,
    testing::Values(Block{"---\na: 1\n---\nbody", "a: 1", "body"}, Block{"---\n---\ntrail", {}, ""},
                    Block{"---\r\n---\r\ntrail", "", "trail"},
                    Block{"---\r\n---\r\nlanguage: en\r\n---\r\nbody", "---\r\nlanguage: en", "body"},
                    Block{"---\n\n---\ntrail", "", "trail"},
                    Block{"---\n---\nlanguage: en\n---\nbody", "---\nlanguage: en", "body"},
                    Block{"\n\n---\na: 1\n---\nx", "a: 1", "x"}, Block{"---\na: 1\n---  \t\nbody", "a: 1", "body"},
                    Block{"---\na: 1\n---", "a: 1", ""}, Block{"---\na: 1\n---x\n---\nbody", "a: 1\n---x", "body"},
                    Block{"---\ra: 1\r---\rbody", {}, ""}, Block{"something\n---\na: 1\n---\n", {}, ""},
                    Block{"--- \na: 1\n---\n", {}, ""}, Block{"----\na: 1\n---\n", {}, ""},
                    Block{"\xEF\xBB\xBF---\na: 1\n---\n", {}, ""}, Block{"\xE3\x80\x80---\na: 1\n---\nx", "a: 1", "x"},
                    Block{"", {}, ""}, Block{"---", {}, ""}, Block{"---\n", {}, ""}));

TEST(FindFrontMatter, TakesLinearTime) {
  const std::string feeds(2'000'000, '\n');
  EXPECT_FALSE(find_front_matter("---" + feeds));
  EXPECT_FALSE(find_front_matter(feeds + "---"));
  std::string fences;
  for (int i = 0; i < 300'000; ++i) fences += "\n---x";
  EXPECT_FALSE(find_front_matter("---\r" + fences));
}

TEST(DetectLineBreak, CountsAsPythonDoes) {
  EXPECT_EQ(detect_line_break("none"), std::nullopt);
  EXPECT_EQ(detect_line_break("a\nb"), "\n");
  EXPECT_EQ(detect_line_break("a\r\nb\r\n"), "\r\n");
  EXPECT_EQ(detect_line_break("a\r\nb\n"), "\n");
  EXPECT_EQ(detect_line_break("a\r\nb\r"), "\r");
  EXPECT_EQ(detect_line_break("a\rb"), "\r");
}

}  // namespace
}  // namespace huggingface_hub
