// SPDX-License-Identifier: Apache-2.0
// The expected texts were recorded from PyYAML 6.0, dumping as the Python client does (spec/cards.md 4.5).
#include "formats/yaml_writer.hpp"

#include "formats/yaml_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>

namespace huggingface_hub {
namespace {

/// What stands after `k: `.
std::string written(const YamlValue& value) {
  const std::string text = write_yaml(YamlMap{{"k", value}}).value();
  EXPECT_EQ(text.substr(0, 2), "k:");
  EXPECT_EQ(text.back(), '\n');
  return text.substr(3, text.size() - 4);
}

struct Written {
  std::string text;
  std::string yaml;
};
void PrintTo(const Written& a_case, std::ostream* out) { *out << testing::PrintToString(a_case.text); }

struct YamlString : testing::TestWithParam<Written> {};
TEST_P(YamlString, IsWrittenAsPyYamlDoes) { EXPECT_EQ(written(GetParam().text), GetParam().yaml); }

TEST_P(YamlString, ReadsBackAsItWas) {
  const YamlValue read = read_yaml(write_yaml(YamlMap{{"k", GetParam().text}}).value()).value();
  EXPECT_EQ(*read.find("k"), YamlValue(GetParam().text));
}

Written plain(std::string text) { return {text, text}; }
Written quoted(std::string text) { return {text, "'" + text + "'"}; }

INSTANTIATE_TEST_SUITE_P(LooksLikeAnotherType, YamlString,
                         testing::Values(quoted(""), quoted("no"), quoted("yes"), quoted("True"), quoted("null"),
                                         quoted("~"), quoted("1"), quoted("1.0"), quoted("010"), quoted("0x1F"),
                                         quoted("1:30"), quoted("1_000"), quoted("+1"), quoted("2024-01-02"),
                                         quoted(".5"), quoted("5."), quoted(".inf"), quoted("+.inf"), quoted("="),
                                         quoted("<<")));
INSTANTIATE_TEST_SUITE_P(LooksLikeNone, YamlString,
                         testing::Values(plain("1e3"), plain("1e+3"), plain("1.5e5"), plain("0o7"), plain("1.2.3"),
                                         plain("2001-1-1"), plain("-.5"), plain("-a"), plain("?x"), plain(":a"),
                                         plain("=a"), plain("<"), plain("a<<"), plain("n<1K"), plain("100K<n<1M"),
                                         plain("c++"), plain("user/repo"), plain("20.0 ± 1.2")));
INSTANTIATE_TEST_SUITE_P(Indicators, YamlString,
                         testing::Values(quoted("-"), quoted("?"), quoted("---"), quoted("..."), quoted("a: b"),
                                         quoted("a:"), quoted("a #b"), quoted("#a"), quoted("- a"), quoted("? a"),
                                         quoted("> a"), quoted("|a"), quoted("[a]"), quoted("{a}"), quoted("*a"),
                                         quoted("&a"), quoted("!a"), quoted("%a"), quoted("@a"), plain("a:b"),
                                         plain("a#b"), plain("http://x.y/z?a=b#c"), plain("a]"), plain("a}"),
                                         plain("a,"), plain("a, b"), plain("a|b"), plain("(a)"), plain("$"),
                                         plain("\\"), plain("a'b"), plain("a\"b"), quoted("\"a\""), quoted(" a"),
                                         quoted("a "), Written{"'a'", "'''a'''"}));
INSTANTIATE_TEST_SUITE_P(LinesAndUnicode, YamlString,
                         testing::Values(Written{"a\nb", "'a\n\n  b'"}, Written{"a\n", "'a\n\n  '"},
                                         Written{"a \nb", "\"a \\nb\""}, Written{"a\n b", "\"a\\n b\""},
                                         Written{"a\tb", "\"a\\tb\""}, Written{"a\r\nb", "\"a\\r\\nb\""},
                                         Written{"\xEF\xBB\xBF", "\"\\uFEFF\""}, Written{"\x7F", "\"\\x7F\""},
                                         plain("é"), plain("日本"), plain("😀"), plain("\xC2\xA0"),
                                         plain("\xE2\x80\x8B"), Written{"😀\t", "\"\\U0001F600\\t\""},
                                         Written{std::string("a\0b", 3), "\"a\\0b\""}));

std::string repeated(const std::string& text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += text;
  return out;
}

TEST(YamlWriter, FoldsLongTextsAtTheFirstBlankBehindColumn80) {
  EXPECT_EQ(written(repeated("word ", 30)), "'" + repeated("word ", 15) + "word\n  " + repeated("word ", 14) + "'");
  EXPECT_EQ(written(std::string(100, 'x')), std::string(100, 'x'));
  EXPECT_EQ(written(repeated("\t ", 40)), "\"" + repeated("\\t ", 25) + "\\t\\\n  \\ " + repeated("\\t ", 14) + "\"");
}

TEST(YamlWriter, WritesScalarsOfEachType) {
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(written(nullptr), "null");
  EXPECT_EQ(written(true), "true");
  EXPECT_EQ(written(-7), "-7");
  EXPECT_EQ(written(1e16), "1.0e+16");
  EXPECT_EQ(written(1e-5), "1.0e-05");
  EXPECT_EQ(written(1e15), "1000000000000000.0");
  EXPECT_EQ(written(1.5e300), "1.5e+300");
  EXPECT_EQ(written(0.1), "0.1");
  EXPECT_EQ(written(-0.0), "-0.0");
  EXPECT_EQ(written(infinity), ".inf");
  EXPECT_EQ(written(-infinity), "-.inf");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), ".nan");
  EXPECT_EQ(written(YamlValue::timestamp("2024-01-02 03:04:05+00:00")), "2024-01-02 03:04:05+00:00");
  EXPECT_EQ(written(YamlValue::timestamp("yes")), "'yes'");
  EXPECT_EQ(written(YamlValue::binary("hello")), "!!binary |\n  aGVsbG8=");
}

TEST(YamlWriter, PutsListsAtTheColumnOfTheirKey) {
  using L = YamlList;
  const YamlValue lists = L{L{1, 2}, L{3}};
  EXPECT_EQ(write_yaml(YamlMap{{"k", lists}}).value(), "k:\n- - 1\n  - 2\n- - 3\n");
  const YamlValue nested = L{YamlMap{{"a", 1}, {"b", L{1}}}, YamlMap{{"c", YamlMap{{"d", L{}}}}}};
  EXPECT_EQ(write_yaml(YamlMap{{"k", nested}}).value(), "k:\n- a: 1\n  b:\n  - 1\n- c:\n    d: []\n");
}

TEST(YamlWriter, WritesEmptyCollectionsInline) {
  EXPECT_EQ(write_yaml(YamlMap{}).value(), "{}\n");
  EXPECT_EQ(write_yaml(YamlMap{{"a", YamlMap{}}, {"b", YamlList{}}}).value(), "a: {}\nb: []\n");
}

TEST(YamlWriter, AsksForAKeyThatIsTooLongForItsLine) {
  const std::string fits(122, 'k');
  const std::string long_key(123, 'k');
  EXPECT_EQ(write_yaml(YamlMap{{fits, 1}}).value(), fits + ": 1\n");
  EXPECT_EQ(write_yaml(YamlMap{{long_key, YamlList{1}}}).value(), "? " + long_key + "\n: - 1\n");
  EXPECT_EQ(write_yaml(YamlMap{{"a\nb", 1}}).value(), "? 'a\n\n  b'\n: 1\n");
  EXPECT_EQ(write_yaml(YamlMap{{"", 1}}).value(), "? ''\n: 1\n");
}

TEST(YamlWriter, KeepsKeysThatAreNoText) {
  YamlMap map;
  map.append(0, "cat");
  map.append("0", "text");
  map.append(nullptr, "nothing");
  EXPECT_EQ(write_yaml(map).value(), "0: cat\n'0': text\nnull: nothing\n");
}

TEST(YamlWriter, UsesTheLineBreakItIsGiven) {
  EXPECT_EQ(write_yaml(YamlMap{{"a", "x\ny"}, {"b", YamlList{1}}}, "\r\n").value(),
            "a: 'x\r\n\r\n  y'\r\nb:\r\n- 1\r\n");
}

TEST(YamlWriter, EndsAPlainRootWithTheDocumentMarker) {
  EXPECT_EQ(write_yaml("foo").value(), "foo\n...\n");
  EXPECT_EQ(write_yaml("1").value(), "'1'\n");
  EXPECT_EQ(write_yaml(YamlList{1, "a"}).value(), "- 1\n- a\n");
}

TEST(YamlWriter, RefusesWhatYamlCannotHold) {
  EXPECT_THAT(write_yaml(YamlMap{{"a", "\xFF"}}).error().message, testing::HasSubstr("UTF-8"));
  YamlMap with_list_key;
  with_list_key.append(YamlList{1}, 2);
  EXPECT_THAT(write_yaml(with_list_key).error().message, testing::HasSubstr("cannot be a key"));
  YamlValue deep = 1;
  for (int i = 0; i < 1100; ++i) {
    YamlList around;
    around.push_back(std::move(deep));
    deep = std::move(around);
  }
  EXPECT_THAT(write_yaml(deep).error().message, testing::HasSubstr("too deeply"));
}

}  // namespace
}  // namespace huggingface_hub
