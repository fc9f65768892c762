// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/safetensors/dtype.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace huggingface_hub::safetensors {
namespace {

TEST(Dtype, KnowsEveryNameBothWays) {
  int known = 0;
  for (const char* name : {"BOOL",    "F4",          "F6_E2M3",     "F6_E3M2", "U8",  "I8",  "F8_E5M2", "F8_E4M3",
                           "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "I16",     "U16", "F16", "BF16",    "I32",
                           "U32",     "F32",         "C64",         "F64",     "I64", "U64"}) {
    const auto dtype = dtype_from_string(name);
    ASSERT_TRUE(dtype.has_value()) << name;
    EXPECT_EQ(to_string(*dtype), name);
    EXPECT_EQ(static_cast<int>(*dtype), known++) << "the alignment order";
  }
  EXPECT_EQ(known, 22);
}

TEST(Dtype, DoesNotKnowOtherNames) {
  for (const char* name : {"", "i32", "F128", "U3", "F32 "}) EXPECT_FALSE(dtype_from_string(name)) << name;
}

TEST(Dtype, GivesSizesInBits) {
  EXPECT_EQ(bit_size(Dtype::f4), 4U);
  EXPECT_EQ(bit_size(Dtype::f6_e3m2), 6U);
  EXPECT_EQ(bit_size(Dtype::boolean), 8U);
  EXPECT_EQ(bit_size(Dtype::bf16), 16U);
  EXPECT_EQ(bit_size(Dtype::c64), 64U);
}

TEST(Dtype, FitsCppTypes) {
  EXPECT_EQ(dtype_of<float>(), Dtype::f32);
  EXPECT_EQ(dtype_of<std::int64_t>(), Dtype::i64);
  EXPECT_EQ(dtype_of<long long>(), Dtype::i64);
  EXPECT_EQ(dtype_of<bool>(), Dtype::boolean);
  EXPECT_EQ(dtype_of<void*>(), std::nullopt);
  EXPECT_TRUE(is_stored_as<std::uint16_t>(Dtype::bf16));
  EXPECT_TRUE(is_stored_as<std::uint8_t>(Dtype::f8_e4m3));
  EXPECT_FALSE(is_stored_as<float>(Dtype::i32));
  EXPECT_FALSE(is_stored_as<std::uint8_t>(Dtype::f16));
}

TEST(Dtype, WidensHalfPrecision) {
  EXPECT_EQ(f16_to_float(0x3C00), 1.0F);
  EXPECT_EQ(f16_to_float(0xC000), -2.0F);
  EXPECT_EQ(f16_to_float(0x7BFF), 65504.0F);
  EXPECT_EQ(f16_to_float(0x0400), std::ldexp(1.0F, -14));
  EXPECT_EQ(f16_to_float(0x0001), std::ldexp(1.0F, -24));
  EXPECT_EQ(f16_to_float(0x03FF), std::ldexp(1023.0F, -24));
  EXPECT_EQ(f16_to_float(0x7C00), std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(f16_to_float(0x7E00)));
  EXPECT_TRUE(std::signbit(f16_to_float(0x8000)));
  EXPECT_EQ(bf16_to_float(0x3F80), 1.0F);
  EXPECT_EQ(bf16_to_float(0xC040), -3.0F);
}

}  // namespace
}  // namespace huggingface_hub::safetensors
