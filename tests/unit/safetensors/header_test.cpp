// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/safetensors/header.hpp"

#include "support/safetensors_cases.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub::safetensors {
namespace {

using ::testing::HasSubstr;
using testing::safetensors;

using namespace testing::safetensors_cases;

Header parse(const std::string& file) { return parse_header(file, file.size(), "model.safetensors"); }

struct GoodHeader : ::testing::TestWithParam<Case> {};
TEST_P(GoodHeader, IsAccepted) { EXPECT_NO_THROW(parse(GetParam().file)); }
INSTANTIATE_TEST_SUITE_P(Safetensors, GoodHeader, ::testing::ValuesIn(good()));

struct BadHeader : ::testing::TestWithParam<Case> {};
TEST_P(BadHeader, IsRefusedWithTheRuleItBreaks) {
  try {
    parse(GetParam().file);
    FAIL() << "accepted";
  } catch (const SafetensorsParsingError& error) {
    EXPECT_THAT(error.what(), HasSubstr(GetParam().verdict));
    EXPECT_THAT(error.what(), HasSubstr("model.safetensors"));
  }
}
INSTANTIATE_TEST_SUITE_P(Length, BadHeader, ::testing::ValuesIn(bad_length()));
INSTANTIATE_TEST_SUITE_P(Json, BadHeader, ::testing::ValuesIn(bad_json()));
INSTANTIATE_TEST_SUITE_P(Members, BadHeader, ::testing::ValuesIn(bad_members()));
INSTANTIATE_TEST_SUITE_P(Numbers, BadHeader, ::testing::ValuesIn(bad_numbers()));
INSTANTIATE_TEST_SUITE_P(Layout, BadHeader, ::testing::ValuesIn(bad_layout()));

TEST(Header, KeepsWhatTheFileSays) {
  const std::string file =
      safetensors(R"({"b":)" + u8(4, 12, 16) + R"(,"__metadata__":{"format":"pt","a":"1","a":"2"},"a":)" +
                  entry("F32", "[3,1]", "[0,12]") + "}");
  const Header header = parse(file);

  ASSERT_EQ(header.tensors.size(), 2U);
  EXPECT_EQ(header.tensors[0].name, "a");
  EXPECT_EQ(header.tensors[0].dtype, Dtype::f32);
  EXPECT_EQ(header.tensors[0].shape, (Shape{3, 1}));
  EXPECT_EQ(header.tensors[0].element_count(), 3U);
  EXPECT_EQ(header.tensors[1].begin, 12U);
  EXPECT_EQ(header.tensors[1].byte_size(), 4U);
  EXPECT_EQ(header.metadata, (Metadata{{"a", "2"}, {"format", "pt"}}));
  EXPECT_EQ(header.data_begin + header.data_size, file.size());
}

TEST(Header, DecodesEscapedNames) {
  const Header header = parse(safetensors(R"({"\u0041\ud83d\ude00":)" + kT + "}"));
  EXPECT_EQ(header.tensors.front().name, "A\xF0\x9F\x98\x80");
}

TEST(Header, TellsNoMetadataFromEmptyMetadata) {
  EXPECT_FALSE(parse(safetensors("{}", 0)).metadata.has_value());
  EXPECT_FALSE(parse(safetensors(R"({"__metadata__":null})", 0)).metadata.has_value());
  EXPECT_TRUE(parse(safetensors(R"({"__metadata__":{}})", 0)).metadata.has_value());
}

TEST(Header, NeedsNoMoreThanTheBeginningOfTheFile) {
  const std::string file = safetensors(one(entry("U8", "[1000000]", "[0,1000000]")), 0);
  EXPECT_EQ(parse_header(file, file.size() + 1'000'000).data_size, 1'000'000U);
}

}  // namespace
}  // namespace huggingface_hub::safetensors
