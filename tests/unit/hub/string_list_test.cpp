// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/string_list.hpp"

#include <gmock/gmock.h>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Options {
  StringList names{};
};

TEST(StringListOption, IsAStringAListOrNothing) {
  EXPECT_FALSE(Options{}.names.given());
  EXPECT_THAT(Options{.names = "one"}.names.values(), ElementsAre("one"));
  EXPECT_THAT(Options{.names = std::string("one")}.names.values(), ElementsAre("one"));
  EXPECT_THAT(Options{.names = {"one"}}.names.values(), ElementsAre("one"));
  EXPECT_THAT((Options{.names = {"one", "two"}}.names.values()), ElementsAre("one", "two"));
}

TEST(StringListOption, TellsAnEmptyListFromNone) {
  const Options options{.names = std::vector<std::string>{}};
  EXPECT_TRUE(options.names.given());
  EXPECT_THAT(options.names.values(), IsEmpty());
}

}  // namespace
}  // namespace huggingface_hub
