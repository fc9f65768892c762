// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/patterns.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace huggingface_hub {
namespace {

struct Case {
  const char* pattern;
  const char* path;
  bool matches;
};
void PrintTo(const Case& a_case, std::ostream* out) { *out << a_case.pattern << " on " << a_case.path; }

// The table of spec/transfer.md 10, and cases whose answers are those of Python's fnmatchcase.
struct PatternCase : ::testing::TestWithParam<Case> {};
TEST_P(PatternCase, AgreesWithPython) {
  const Case& c = GetParam();
  EXPECT_EQ(PathPattern(c.pattern).matches(c.path), c.matches) << c.pattern << " on " << c.path;
}
INSTANTIATE_TEST_SUITE_P(
    PathPattern, PatternCase,
    ::testing::Values(Case{"*.json", "a/b/c.json", true}, Case{"data/", "data/x/y", true}, Case{"data", "data/x", false},
                      Case{"**/x", "x", false}, Case{"**/x", "a/x", true}, Case{"a?b", "a/b", true},
                      Case{"*.JSON", "a.json", false}, Case{"**/.git/**", ".git/config", false},
                      Case{".git/*", ".git/config", true}, Case{"a\\b*", "a/bc", true}, Case{"a/b*", "a\\bc", true},
                      Case{"", "", true}, Case{"", "a", false}, Case{"*", "", true}, Case{"?", "", false},
                      Case{"[abc]x", "bx", true}, Case{"[!abc]x", "bx", false}, Case{"[!abc]x", "dx", true},
                      Case{"[a-c]", "b", true}, Case{"[c-a]", "b", false}, Case{"[!c-a]", "b", true},
                      Case{"[]]", "]", true}, Case{"[!]]", "]", false}, Case{"[", "[", true}, Case{"[a", "[a", true},
                      Case{"[a-]", "-", true}, Case{"[a-c-e]", "d", false}, Case{"[a-c-e]", "-", true},
                      Case{"[^a]", "^", true}, Case{"?", "ü", true}, Case{"[ä-ü]", "ö", true}, Case{"*名*", "a名b", true},
                      Case{"?", "\xff", true}, Case{"*a*b*c", "xxaxxbxxc", true}, Case{"*a*b*c", "xxaxxcxxb", false},
                      Case{"a.b", "axb", false}, Case{"a\nb*", "a\nb\nc", true}));

TEST(PathPattern, IsQuickWithManyStars) {
  const std::string path(20'000, 'a');
  EXPECT_FALSE(PathPattern("*a*a*a*a*a*a*a*a*b").matches(path));
}

TEST(PathFilter, KeepsEverythingWithoutPatterns) { EXPECT_TRUE(PathFilter().keeps("a")); }

TEST(PathFilter, KeepsNothingWithAnEmptyAllowList) {
  EXPECT_FALSE(PathFilter(std::vector<std::string>{}, {}).keeps("a"));
}

TEST(PathFilter, IgnoresAfterAllowing) {
  const PathFilter filter(std::vector<std::string>{"*.json", "*.txt"}, {"secret*"});
  EXPECT_TRUE(filter.keeps("a.json"));
  EXPECT_FALSE(filter.keeps("a.bin"));
  EXPECT_FALSE(filter.keeps("secret.txt"));
}

TEST(FilterPaths, KeepsTheOrder) {
  EXPECT_EQ(filter_paths({"b.txt", "a.bin", "a.txt"}, std::vector<std::string>{"*.txt"}),
            (std::vector<std::string>{"b.txt", "a.txt"}));
}

TEST(DefaultIgnorePatterns, KeepRepositoryInternalsOut) {
  const PathFilter filter(std::nullopt, default_ignore_patterns());
  for (const char* path : {".git", ".git/config", "sub/.git", "sub/.git/config", ".cache/huggingface/x",
                           "sub/.cache/huggingface/download/x"}) {
    EXPECT_FALSE(filter.keeps(path)) << path;
  }
  for (const char* path : {".gitattributes", ".gitignore", ".cache/x", "git/config"}) EXPECT_TRUE(filter.keeps(path)) << path;
}

}  // namespace
}  // namespace huggingface_hub
