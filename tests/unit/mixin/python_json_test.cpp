// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/detail/python_json.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <ostream>

namespace huggingface_hub::detail {
namespace {

using nlohmann::json;

TEST(PythonJson, SortsKeysAndIndentsByTwo) {
  const json value = {{"b", {1, 2}}, {"a", {{"y", true}, {"x", nullptr}}}, {"e", json::object()}, {"l", json::array()}};
  EXPECT_EQ(to_python_json(value),
            "{\n  \"a\": {\n    \"x\": null,\n    \"y\": true\n  },\n  \"b\": [\n    1,\n    2\n  ],\n  \"e\": {},\n"
            "  \"l\": []\n}");
}

TEST(PythonJson, WritesEmptyAndBareValues) {
  EXPECT_EQ(to_python_json(json::object()), "{}");
  EXPECT_EQ(to_python_json(json::array()), "[]");
  EXPECT_EQ(to_python_json("text"), "\"text\"");
  EXPECT_EQ(to_python_json(UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(to_python_json(INT64_MIN), "-9223372036854775808");
}

TEST(PythonJson, EscapesAllButAscii) {
  EXPECT_EQ(to_python_json("é 😀 / \" \\ \n\r\t\b\f \x01 \x7f"),
            "\"\\u00e9 \\ud83d\\ude00 / \\\" \\\\ \\n\\r\\t\\b\\f \\u0001 \\u007f\"");
}

TEST(PythonJson, RefusesWhatIsNoUtf8) {
  EXPECT_THROW(to_python_json("\xFF"), HFValidationError);
  EXPECT_THROW(to_python_json(json{{"k\xED\xA0\x80", 1}}), HFValidationError);
  EXPECT_THROW(to_python_json(json::binary({1, 2})), HFValidationError);
}

struct Float {
  double value;
  const char* text;
};
void PrintTo(const Float& a_case, std::ostream* out) { *out << a_case.text; }
struct PythonFloat : ::testing::TestWithParam<Float> {};
TEST_P(PythonFloat, IsWrittenAsPythonsRepr) { EXPECT_EQ(python_float(GetParam().value), GetParam().text); }
INSTANTIATE_TEST_SUITE_P(
    PythonJson, PythonFloat,
    ::testing::Values(Float{0.0, "0.0"}, Float{-0.0, "-0.0"}, Float{1.0, "1.0"}, Float{0.1, "0.1"}, Float{100.0, "100.0"},
                      Float{1e15, "1000000000000000.0"}, Float{9999999999999998.0, "9999999999999998.0"},
                      Float{1e16, "1e+16"}, Float{1.5e300, "1.5e+300"}, Float{0.0001, "0.0001"}, Float{0.00012, "0.00012"},
                      Float{1e-05, "1e-05"}, Float{1.25e-7, "1.25e-07"}, Float{5e-324, "5e-324"},
                      Float{-123.456, "-123.456"}, Float{33824941649516.438, "33824941649516.438"},
                      Float{static_cast<double>(0.1F), "0.10000000149011612"},
                      Float{std::numeric_limits<double>::quiet_NaN(), "NaN"},
                      Float{std::numeric_limits<double>::infinity(), "Infinity"},
                      Float{-std::numeric_limits<double>::infinity(), "-Infinity"}));

TEST(PythonJson, ReadsWhatPythonWritesForNonFiniteNumbers) {
  const json value = parse_python_json(R"({"a": NaN, "b": [-Infinity, Infinity], "NaN": "Infinity \" NaN"})");
  EXPECT_TRUE(std::isnan(value["a"].get<double>()));
  EXPECT_TRUE(std::isinf(value["b"][0].get<double>()));
  EXPECT_LT(value["b"][0].get<double>(), 0);
  EXPECT_EQ(value["NaN"], "Infinity \" NaN");
}

TEST(PythonJson, ReadsTheMarkItUsesAsText) {
  const json value = parse_python_json(R"({"a": NaN, "b": "non-finite:NaN"})");
  EXPECT_EQ(value["b"], "non-finite:NaN");
}

TEST(PythonJson, RefusesWhatPythonRefuses) {
  for (const char* text : {"", "{", "NaN NaN", "{\"a\": xNaN}", "\xEF\xBB\xBF{}", "{'a': 1}"}) {
    EXPECT_THROW(parse_python_json(text), json::exception) << text;
  }
}

}  // namespace
}  // namespace huggingface_hub::detail
