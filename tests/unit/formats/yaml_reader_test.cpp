// SPDX-License-Identifier: Apache-2.0
#include "formats/yaml_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

namespace huggingface_hub {
namespace {

using Kind = YamlValue::Kind;

YamlValue value_of(const std::string& scalar) {
  const Result<YamlValue> read = read_yaml("k: " + scalar);
  if (!read.ok()) {
    ADD_FAILURE() << scalar << ": " << read.error().message;
    return {};
  }
  const YamlValue* value = read->find("k");
  return value == nullptr ? YamlValue("no key k") : *value;
}

std::string failure_of(const std::string& text, const YamlLimits& limits = {}) {
  const Result<YamlValue> read = read_yaml(text, limits);
  if (read.ok()) return "was accepted";
  EXPECT_EQ(read.error().code, ErrorCode::card);
  return read.error().message;
}

struct Typed {
  const char* text;
  YamlValue value;
};
void PrintTo(const Typed& typed, std::ostream* out) { *out << typed.text; }

struct YamlPlainScalar : testing::TestWithParam<Typed> {};

TEST_P(YamlPlainScalar, HasTheTypeThatPyYamlGivesIt) {
  const YamlValue value = value_of(GetParam().text);
  EXPECT_EQ(static_cast<int>(value.kind()), static_cast<int>(GetParam().value.kind()));
  EXPECT_EQ(value, GetParam().value) << (value.text() != nullptr ? *value.text() : "");
}

YamlValue time_point(const char* text) { return YamlValue::timestamp(text); }

INSTANTIATE_TEST_SUITE_P(Booleans, YamlPlainScalar,
                         testing::Values(Typed{"no", false}, Typed{"yes", true}, Typed{"on", true}, Typed{"Off", false},
                                         Typed{"TRUE", true}, Typed{"y", "y"}, Typed{"n", "n"}, Typed{"tRue", "tRue"}));
INSTANTIATE_TEST_SUITE_P(Nulls, YamlPlainScalar,
                         testing::Values(Typed{"", nullptr}, Typed{"~", nullptr}, Typed{"Null", nullptr},
                                         Typed{"nULL", "nULL"}));
INSTANTIATE_TEST_SUITE_P(
    Integers, YamlPlainScalar,
    testing::Values(Typed{"010", 8}, Typed{"08", "08"}, Typed{"1_000", 1000}, Typed{"1:30", 90},
                    Typed{"12:30:45", 45045}, Typed{"-1:30", -90}, Typed{"1:61", "1:61"}, Typed{"01:30", "01:30"},
                    Typed{"0x1F", 31}, Typed{"0b101", 5}, Typed{"-0", 0}, Typed{"+7", 7}, Typed{"0o7", "0o7"},
                    Typed{"0_", 0}, Typed{"9223372036854775807", INT64_MAX},
                    Typed{"-9223372036854775809", YamlValue::big_integer("-9223372036854775809")},
                    Typed{"0xFFFFFFFFFFFFFFFFFFFF", YamlValue::big_integer("1208925819614629174706175")}));
INSTANTIATE_TEST_SUITE_P(Floats, YamlPlainScalar,
                         testing::Values(Typed{"1e3", "1e3"}, Typed{"1.5e3", "1.5e3"}, Typed{"1e+3", "1e+3"},
                                         Typed{"1.0e+3", 1000.0}, Typed{"5.", 5.0}, Typed{".5", 0.5},
                                         Typed{"-.5", "-.5"}, Typed{"1_0.5", 10.5}, Typed{"1:30.5", 90.5},
                                         Typed{"-1.5", -1.5}, Typed{"1.0e-400", 0.0}, Typed{"1.0e+400", HUGE_VAL},
                                         Typed{"-.inf", -HUGE_VAL}, Typed{"1.0.0", "1.0.0"}, Typed{"1,000", "1,000"},
                                         Typed{".", "."}));
INSTANTIATE_TEST_SUITE_P(Times, YamlPlainScalar,
                         testing::Values(Typed{"2024-01-02", time_point("2024-01-02")}, Typed{"2024-1-2", "2024-1-2"},
                                         Typed{"2024-01-02T03:04:05Z", time_point("2024-01-02 03:04:05+00:00")},
                                         Typed{"2024-1-2 3:04:05.1234567 -5",
                                               time_point("2024-01-02 03:04:05.123456-05:00")},
                                         Typed{"2024-01-02t03:04:05 +05:30", time_point("2024-01-02 03:04:05+05:30")},
                                         Typed{"2024-01-02 03:04:05.000", time_point("2024-01-02 03:04:05")}));

TEST(YamlReader, TypesNotANumber) { EXPECT_TRUE(std::isnan(*value_of(".NaN").as_double())); }

TEST(YamlReader, LeavesQuotedScalarsText) {
  EXPECT_EQ(value_of("'no'"), YamlValue("no"));
  EXPECT_EQ(value_of("\"1.0\""), YamlValue("1.0"));
  EXPECT_EQ(value_of("|\n  a\n  b\n"), YamlValue("a\nb\n"));
  EXPECT_EQ(value_of("\"\\U0001F600\""), YamlValue("\xF0\x9F\x98\x80"));
}

TEST(YamlReader, AppliesTheStandardTags) {
  EXPECT_EQ(value_of("!!str 1"), YamlValue("1"));
  EXPECT_EQ(value_of("!!int \"3\""), YamlValue(3));
  EXPECT_EQ(value_of("!!float 1e3"), YamlValue(1000.0));
  EXPECT_EQ(value_of("!!bool \"Yes\""), YamlValue(true));
  EXPECT_EQ(value_of("! 12"), YamlValue(12));
}

TEST(YamlReader, RefusesWhatTheSafeLoaderRefuses) {
  EXPECT_THAT(failure_of("k: !!python/name:os.system x"), testing::HasSubstr("tag"));
  EXPECT_THAT(failure_of("k: ="), testing::HasSubstr("line 1, column 4"));
  EXPECT_THAT(failure_of("k: <<"), testing::HasSubstr("quotes"));
  EXPECT_THAT(failure_of("k: 2024-13-01"), testing::HasSubstr("no date"));
  EXPECT_THAT(failure_of("a: 1\n---\nb: 2\n"), testing::HasSubstr("several documents"));
  EXPECT_THAT(failure_of("? [a]\n: 1\n"), testing::HasSubstr("cannot be a key"));
  EXPECT_THAT(failure_of("a: *b"), testing::HasSubstr("undefined alias"));
  EXPECT_THAT(failure_of("a: &x 1\nb: &x 2"), testing::HasSubstr("duplicate anchor"));
  EXPECT_THAT(failure_of("a: b: c"), testing::HasSubstr("line 1"));
  EXPECT_THAT(failure_of("a:\n\t- b"), testing::HasSubstr("line 2"));
  EXPECT_THAT(failure_of("a: \xFF"), testing::HasSubstr("byte"));
}

TEST(YamlReader, GivesNullForATextWithoutADocument) {
  EXPECT_TRUE(read_yaml("").value().is_null());
  EXPECT_TRUE(read_yaml("# only a comment\n").value().is_null());
  EXPECT_TRUE(read_yaml("---\n").value().is_null());
}

TEST(YamlReader, KeepsTheOrderOfKeysAndTheLastOfTwoValues) {
  const YamlValue read = read_yaml("z: 1\na: 2\nz: 3\n").value();
  ASSERT_EQ(read.as_map()->size(), 2U);
  EXPECT_EQ(read.as_map()->begin()->key, YamlValue("z"));
  EXPECT_EQ(read.as_map()->begin()->value, YamlValue(3));
}

TEST(YamlReader, HoldsKeysEqualThatPythonHoldsEqual) {
  const YamlValue read = read_yaml("1: a\n1.0: b\ntrue: c\n'1': d\n").value();
  ASSERT_EQ(read.as_map()->size(), 2U);
  EXPECT_EQ(read.as_map()->begin()->key, YamlValue(1));
  EXPECT_EQ(read.as_map()->begin()->value, YamlValue("c"));
}

TEST(YamlReader, MergesMappings) {
  const YamlValue read = read_yaml("base: &b {x: 1, y: 2}\nother: &o {x: 5, z: 6}\nk: {y: 3, <<: [*b, *o]}\n").value();
  const YamlMap expected{{"x", 1}, {"z", 6}, {"y", 3}};
  EXPECT_EQ(*read.find("k"), YamlValue(expected));
  EXPECT_EQ(read.find("k")->as_map()->begin()->key, YamlValue("x"));
}

TEST(YamlReader, ExpandsAliases) {
  const YamlValue read = read_yaml("a: &x [1, {b: 2}]\nc: *x\n").value();
  EXPECT_EQ(*read.find("a"), *read.find("c"));
}

TEST(YamlReader, RefusesAnAliasInsideItsAnchor) { EXPECT_THAT(failure_of("a: &x [*x]"), testing::HasSubstr("inside")); }

TEST(YamlReader, StopsAtAnExplosionOfAliases) {
  std::string text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += last + ", ";
    text += "]\n";
  }
  EXPECT_THAT(failure_of(text), testing::HasSubstr("too much content"));
}

TEST(YamlReader, StopsAtManyAliasesOfALongText) {
  std::string text = "a: &a " + std::string(100'000, 'x') + "\nb: [";
  for (int i = 0; i < 10'000; ++i) text += "*a,";
  EXPECT_THAT(failure_of(text + "]"), testing::HasSubstr("too much content"));
}

TEST(YamlReader, StopsAtItsLimits) {
  EXPECT_THAT(failure_of(std::string(300, '[') + std::string(300, ']')), testing::HasSubstr("too deeply"));
  YamlLimits small;
  small.bytes = 3;
  EXPECT_THAT(failure_of("a: 1", small), testing::HasSubstr("limit"));
  YamlLimits few;
  few.nodes = 4;
  EXPECT_THAT(failure_of("[1, 2, 3, 4, 5]", few), testing::HasSubstr("too much"));
}

}  // namespace
}  // namespace huggingface_hub
