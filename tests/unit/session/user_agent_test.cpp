// SPDX-License-Identifier: Apache-2.0
#include "session/user_agent.hpp"

#include "huggingface_hub/version.hpp"

#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

const std::string kOurs = std::string("hf_hub_cpp/") + kVersion + "; cpp/20";

TEST(UserAgent, SaysUnknownWithoutALibrary) { EXPECT_EQ(user_agent({}), "unknown/None; " + kOurs); }

TEST(UserAgent, NamesTheLibrary) {
  EXPECT_EQ(user_agent({.library_name = "torch_thing", .library_version = "1.2"}), "torch_thing/1.2; " + kOurs);
  EXPECT_EQ(user_agent({.library_name = "foo"}), "foo/None; " + kOurs);
}

TEST(UserAgent, AddsWhatClientAndCallSayAndTheOrigin) {
  EXPECT_EQ(user_agent({.origin = "there", .user_agent = "a/1; b/2", .call_user_agent = "c/3"}),
            "unknown/None; " + kOurs + "; a/1; b/2; c/3; origin/there");
}

TEST(UserAgent, KeepsTheFirstOfEqualTokens) {
  EXPECT_EQ(user_agent({.library_name = "x", .user_agent = " cpp/20 ;;a/1", .call_user_agent = "a/1; x/None"}),
            "x/None; " + kOurs + "; a/1");
}

}  // namespace
}  // namespace huggingface_hub
