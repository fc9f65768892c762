// SPDX-License-Identifier: Apache-2.0
#include "server/git_patterns.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace huggingface_hub::testing {
namespace {

using server::default_git_attributes;
using server::IgnoreRules;
using server::LfsRules;
using server::wildmatch;

struct PatternCase {
  std::string pattern;
  std::string path;
  bool matches;
};

void PrintTo(const PatternCase& each, std::ostream* out) { *out << each.pattern << " on " << each.path; }

struct Wildmatch : ::testing::TestWithParam<PatternCase> {};

TEST_P(Wildmatch, IsGits) { EXPECT_EQ(wildmatch(GetParam().pattern, GetParam().path), GetParam().matches); }

INSTANTIATE_TEST_SUITE_P(
    , Wildmatch,
    ::testing::Values(PatternCase{"*.bin", "a.bin", true}, PatternCase{"*.bin", "a.bin.txt", false},
                      PatternCase{"*.bin", "a/b.bin", false}, PatternCase{"a*b*c", "aXbYbZc", true},
                      PatternCase{"a?c", "abc", true}, PatternCase{"a?c", "a/c", false},
                      PatternCase{"**/x", "x", true}, PatternCase{"**/x", "a/b/x", true},
                      PatternCase{"**/x", "a/bx", false}, PatternCase{"a/**/x", "a/x", true},
                      PatternCase{"a/**/x", "a/b/c/x", true}, PatternCase{"a/**", "a/b/c", true},
                      PatternCase{"a/**", "b/c", false}, PatternCase{"saved_model/**/*", "saved_model/x/y", true},
                      PatternCase{"a**b", "axxb", true}, PatternCase{"a**b", "ax/xb", false},
                      PatternCase{"[a-c]x", "bx", true}, PatternCase{"[!a-c]x", "bx", false},
                      PatternCase{"[]]x", "]x", true}, PatternCase{"[a", "[a", true},
                      PatternCase{"\\*x", "*x", true}, PatternCase{"\\*x", "ax", false}, PatternCase{"", "", true}));

TEST(LfsRules, TakeTheLastLineThatMatches) {
  const LfsRules rules("# comment\n*.bin filter=lfs diff=lfs merge=lfs -text\nsmall/*.bin -filter\n/top.dat filter=lfs\n");

  EXPECT_TRUE(rules.matches("a.bin"));
  EXPECT_TRUE(rules.matches("deep/er/a.bin"));
  EXPECT_FALSE(rules.matches("small/a.bin"));
  EXPECT_TRUE(rules.matches("top.dat"));
  EXPECT_FALSE(rules.matches("below/top.dat"));
}

TEST(LfsRules, KnowTheWeightsOfANewRepository) {
  const LfsRules model(default_git_attributes(RepoType::model));
  const LfsRules dataset(default_git_attributes(RepoType::dataset));

  for (const char* path : {"model.safetensors", "a/b.onnx", "x.tar.gz", "saved_model/v/w", "events.out.tfevents.1"}) {
    EXPECT_TRUE(model.matches(path)) << path;
  }
  for (const char* path : {"config.json", "README.md", "a.png"}) EXPECT_FALSE(model.matches(path)) << path;
  EXPECT_TRUE(dataset.matches("a.png"));
}

TEST(IgnoreRules, FollowGit) {
  const IgnoreRules rules("*.log\r\n!keep.log\nbuild/\n/top\nsub/dir\n# comment\n\n*.tmp  \n");

  for (const char* path : {"a.log", "deep/a.log", "build/x", "deep/build/x", "top", "top/x", "sub/dir", "sub/dir/x", "a.tmp"}) {
    EXPECT_TRUE(rules.matches(path)) << path;
  }
  for (const char* path : {"keep.log", "build", "deep/top", "deep/sub/dir", "a.txt"}) {
    EXPECT_FALSE(rules.matches(path)) << path;
  }
}

TEST(HostilePatterns, AreNotSlow) {
  std::string pattern;
  for (int i = 0; i < 40; ++i) pattern += "a**";
  EXPECT_FALSE(wildmatch(pattern + "b", std::string(250, 'a')));
}

}  // namespace
}  // namespace huggingface_hub::testing
