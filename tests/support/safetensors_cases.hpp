// SPDX-License-Identifier: Apache-2.0
/// @file
/// The conformance cases of `spec/safetensors.md` 3, each with the verdict of the reference.
#pragma once

#include "support/safetensors_bytes.hpp"

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace huggingface_hub::testing {

struct SafetensorsCase {
  std::string name;
  std::string file;
  std::string verdict{};          ///< What our message says; empty for a good file.
  bool reference_accepts{false};  ///< We are stricter here, and say so.
};

inline void PrintTo(const SafetensorsCase& given, std::ostream* out) { *out << given.name; }

namespace safetensors_cases {

using Case = SafetensorsCase;

inline const std::string kT = R"({"dtype":"I32","shape":[2,2],"data_offsets":[0,16]})";

/// A `U8` entry of `n` bytes at [a, b].
inline std::string u8(int n, int a, int b) {
  return R"({"dtype":"U8","shape":[)" + std::to_string(n) + R"(],"data_offsets":[)" + std::to_string(a) + "," +
         std::to_string(b) + "]}";
}

inline std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

inline std::string one(const std::string& value) { return R"({"t":)" + value + "}"; }

inline const std::string kJson = "invalid JSON in header";
inline const std::string kOffset = "invalid offset for tensor `";
inline const std::string kUncovered = "incomplete metadata, file not fully covered";
inline const std::string kOverflow = "overflow computing buffer size from shape and/or element type";
inline const std::string kInfo = "invalid shape, data type, or offset for tensor `";

inline std::string ten_over_one_place() {
  std::string header = "{";
  for (char name = '0'; name <= '9'; ++name) {
    if (header.size() > 1) header += ',';
    header += std::string("\"") + name + "\":" + kT;
  }
  return safetensors(header + "}");
}

inline std::vector<Case> good() {
  return {Case{"plain", safetensors(one(kT))},
          Case{"leading blanks", safetensors(" \n\t" + one(kT))},
          Case{"trailing blanks", safetensors(one(kT) + "  \r\n")},
          Case{"metadata null", safetensors(R"({"__metadata__":null,"t":)" + kT + "}")},
          Case{"metadata empty", safetensors(R"({"__metadata__":{},"t":)" + kT + "}")},
          Case{"metadata key repeated", safetensors(R"({"__metadata__":{"a":"1","a":"2"},"t":)" + kT + "}")},
          Case{"extra member",
               safetensors(
                   one(R"({"x":{"y":[1,{"z":null}],"dtype":2},"dtype":"I32","shape":[2,2],"data_offsets":[0,16]})"))},
          Case{"not in offset order", safetensors(R"({"b":)" + u8(4, 4, 8) + R"(,"a":)" + u8(4, 0, 4) + "}", 8)},
          Case{"no bytes between others", safetensors(R"({"a":)" + u8(4, 0, 4) + R"(,"b":)" +
                                                          entry("F32", "[0]", "[4,4]") + R"(,"c":)" + u8(4, 4, 8) + "}",
                                                      8)},
          Case{"nothing at all", safetensors("{}", 0)},
          Case{"metadata alone", safetensors(R"({"__metadata__":{"a":"b"}})", 0)},
          Case{"F4 in whole bytes", safetensors(one(entry("F4", "[4]", "[0,2]")), 2)},
          Case{"F6 in whole bytes", safetensors(one(entry("F6_E3M2", "[4]", "[0,3]")), 3)},
          Case{"a single value", safetensors(one(entry("I32", "[]", "[0,4]")), 4)},
          Case{"complex", safetensors(one(entry("C64", "[2]", "[0,16]")), 16)},
          Case{"empty name", safetensors(R"({"":)" + kT + "}")}};
}

inline std::vector<Case> bad_length() {
  return {Case{"empty file", "", "header too small"},
          Case{"seven bytes", "1234567", "header too small"},
          Case{"eight bytes, 60 promised", safetensors_with_length(60, ""), "invalid header length"},
          Case{"1000 in a short file", safetensors_with_length(1000, "{}"), "invalid header length"},
          Case{"100000001", safetensors_with_length(100'000'001, "{}"), "header too large"},
          Case{"largest", safetensors_with_length(UINT64_MAX, "{}"), "header too large"}};
}

inline std::vector<Case> bad_json() {
  return {
      Case{"no header", safetensors("", 0), kJson},
      Case{"list", safetensors("[]", 0), kJson},
      Case{"null", safetensors("null", 0), kJson},
      Case{"BOM", safetensors("\xEF\xBB\xBF{}", 0), kJson},
      Case{"form feed", safetensors("\f{}", 0), kJson},
      Case{"one byte FF", safetensors("\xFF", 0), "invalid UTF-8 in header"},
      Case{"open brace", safetensors("{", 0), kJson},
      Case{"trailing text", safetensors(one(kT) + "x"), kJson},
      Case{"trailing object", safetensors(one(kT) + "{}"), kJson},
      Case{"trailing NUL", safetensors(one(kT) + std::string(2, '\0')), kJson},
      Case{"comment", safetensors("/* */" + one(kT)), kJson},
      Case{"trailing comma", safetensors(R"({"t":)" + kT + ",}"), kJson},
      Case{"200 lists", safetensors(one(R"({"x":)" + std::string(200, '[') + std::string(200, ']') + "}")), kJson},
      Case{"200 lists in a good tensor",
           safetensors(one(R"({"dtype":"I32","shape":[2,2],"data_offsets":[0,16],"x":)" + std::string(200, '[') +
                           std::string(200, ']') + "}")),
           "levels deep"},
      Case{"lone surrogate", safetensors(R"({"\ud83d":)" + kT + "}"), kJson},
      Case{"raw control in a name", safetensors("{\"a\x01\":" + kT + "}"), kJson},
      Case{"raw FF in a name", safetensors("{\"a\xFF\":" + kT + "}"), "invalid UTF-8 in header"},
      Case{"overlong UTF-8 in a name", safetensors("{\"a\xC0\x80\":" + kT + "}"), "invalid UTF-8 in header"},
      Case{"encoded surrogate in a name", safetensors("{\"a\xED\xA0\x80\":" + kT + "}"), "invalid UTF-8 in header"}};
}

inline std::vector<Case> bad_members() {
  return {
      Case{"name twice", safetensors(R"({"t":)" + kT + R"(,"t":)" + kT + "}"), "tensor `t` is there twice", true},
      Case{"name twice, first short", safetensors(R"({"t":)" + u8(4, 0, 4) + R"(,"t":)" + kT + "}"),
           "tensor `t` is there twice", true},
      Case{"name twice, two places", safetensors(R"({"t":)" + u8(4, 0, 4) + R"(,"t":)" + u8(4, 4, 8) + "}", 8), kJson},
      Case{"metadata twice", safetensors(R"({"__metadata__":{},"__metadata__":{},"t":)" + kT + "}"), kJson},
      Case{"metadata null, then again", safetensors(R"({"__metadata__":null,"__metadata__":{},"t":)" + kT + "}"),
           kJson},
      Case{"metadata with a number", safetensors(R"({"__metadata__":{"a":1},"t":)" + kT + "}"), kJson},
      Case{"metadata a list", safetensors(R"({"__metadata__":["a"],"t":)" + kT + "}"), kJson},
      Case{"metadata with an object", safetensors(R"({"__metadata__":{"a":{}},"t":)" + kT + "}"), kJson},
      Case{"metadata a tensor", safetensors(R"({"__metadata__":)" + kT + "}"), kJson},
      Case{"no shape", safetensors(one(R"({"dtype":"I32","data_offsets":[0,16]})")), "lacks dtype, shape or"},
      Case{"no members", safetensors(one("{}")), kJson},
      Case{"dtype twice", safetensors(one(R"({"dtype":"I32","dtype":"I32","shape":[2,2],"data_offsets":[0,16]})")),
           "'dtype' twice"},
      Case{"one offset", safetensors(one(entry("I32", "[2,2]", "[0]"))), kJson},
      Case{"three offsets", safetensors(one(entry("I32", "[2,2]", "[0,16,16]"))), kJson},
      Case{"tensor as a list", safetensors(one(R"(["I32",[2,2],[0,16]])")), kJson, true},
      Case{"dtype as an object", safetensors(one(R"({"dtype":{"I32":null},"shape":[2,2],"data_offsets":[0,16]})")),
           kJson, true},
      Case{"dtype unknown", safetensors(one(entry("F128", "[2,2]", "[0,16]"))),
           "unknown type 'F128' of dtype of tensor `t`"},
      Case{"dtype lower case", safetensors(one(entry("i32", "[2,2]", "[0,16]"))), kJson},
      Case{"dtype null", safetensors(one(R"({"dtype":null,"shape":[2,2],"data_offsets":[0,16]})")), kJson},
      Case{"tensor null", safetensors(one("null")), kJson},
      Case{"tensor a number", safetensors(one("3")), kJson}};
}

inline std::vector<Case> bad_numbers() {
  return {Case{"fraction", safetensors(one(entry("I32", "[2.0,2]", "[0,16]"))), kJson},
          Case{"exponent", safetensors(one(entry("I32", "[2e0,2]", "[0,16]"))), kJson},
          Case{"negative", safetensors(one(entry("I32", "[-2,-2]", "[0,16]"))), kJson},
          Case{"text", safetensors(one(entry("I32", R"(["2",2])", "[0,16]"))), kJson},
          Case{"null", safetensors(one(entry("I32", "null", "[0,16]"))), kJson},
          Case{"nested", safetensors(one(entry("I32", "[[2],2]", "[0,16]"))), kJson},
          Case{"minus zero", safetensors(one(entry("I32", "[2,2]", "[-0,16]"))), kJson},
          Case{"2^64", safetensors(one(entry("I32", "[18446744073709551616]", "[0,16]"))), kJson}};
}

inline std::vector<Case> bad_layout() {
  return {
      Case{"hole", safetensors(R"({"a":)" + u8(4, 0, 4) + R"(,"b":)" + u8(4, 8, 12) + "}", 12), kOffset + "b`"},
      Case{"overlap", safetensors(R"({"a":)" + u8(4, 0, 4) + R"(,"b":)" + u8(4, 2, 6) + "}", 6), kOffset + "b`"},
      Case{"first at 4", safetensors(one(u8(4, 4, 8)), 8), kOffset + "t`"},
      Case{"end before begin", safetensors(one(u8(0, 4, 0)), 4), kOffset},
      Case{"no bytes inside another",
           safetensors(R"({"a":)" + u8(4, 0, 4) + R"(,"b":)" + entry("F32", "[0]", "[2,2]") + "}", 4), kOffset},
      Case{"ten over one place", ten_over_one_place(), kOffset},
      Case{"half a byte left", safetensors(one(entry("F4", "[3]", "[0,2]")), 2), "the values do not fill whole bytes"},
      Case{"elements overflow", safetensors(one(entry("I32", "[2,18446744073709551614]", "[0,16]"))), kOverflow},
      Case{"bits overflow", safetensors(one(entry("I32", "[2,9223372036854775807]", "[0,16]"))), kOverflow},
      Case{"overflow before a zero",
           safetensors(one(entry("I32", "[18446744073709551615,18446744073709551615,0]", "[0,0]")), 0), kOverflow},
      Case{"too few bytes", safetensors(one(entry("I32", "[2,2]", "[0,4]")), 4), kInfo + "t`"},
      Case{"data short", safetensors(one(kT), 15), kUncovered},
      Case{"data long", safetensors(one(kT), 17), kUncovered},
      Case{"data without tensors", safetensors("{}", 1), kUncovered},
      Case{"text after the data", safetensors(one(kT)) + "{}", kUncovered}};
}

}  // namespace safetensors_cases
}  // namespace huggingface_hub::testing
