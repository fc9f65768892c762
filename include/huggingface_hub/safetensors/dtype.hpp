// SPDX-License-Identifier: Apache-2.0
/// @file
/// The element types of the safetensors format (`spec/safetensors.md` 1.1).
#pragma once

#include "huggingface_hub/version.hpp"

#include <array>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

#if defined(__BYTE_ORDER__) && defined(__ORDER_BIG_ENDIAN__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#error "safetensors files are little endian; this library does not swap bytes"
#endif

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace safetensors {

/// In the format's alignment order, ascending: a writer puts the last of these first.
enum class Dtype : std::uint8_t {
  boolean,  ///< `BOOL`, one byte.
  f4,       ///< Two values a byte; shapes count values.
  f6_e2m3,
  f6_e3m2,
  u8,
  i8,
  f8_e5m2,
  f8_e4m3,
  f8_e8m0,
  f8_e4m3fnuz,
  f8_e5m2fnuz,
  i16,
  u16,
  f16,
  bf16,
  i32,
  u32,
  f32,
  c64,  ///< Two `F32`: real, imaginary.
  f64,
  i64,
  u64,
};

namespace detail {

struct DtypeRow {
  std::string_view name;
  unsigned bits;
};

inline constexpr std::array<DtypeRow, 22> kDtypes{{
    {"BOOL", 8},        {"F4", 4},          {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"U8", 8},   {"I8", 8},
    {"F8_E5M2", 8},     {"F8_E4M3", 8},     {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8},
    {"F8_E5M2FNUZ", 8}, {"I16", 16},        {"U16", 16},    {"F16", 16},    {"BF16", 16}, {"I32", 32},
    {"U32", 32},        {"F32", 32},        {"C64", 64},    {"F64", 64},    {"I64", 64},  {"U64", 64},
}};

}  // namespace detail

/// The name in the file: `F32`, `BF16`, …
constexpr std::string_view to_string(Dtype dtype) noexcept {
  return detail::kDtypes[static_cast<std::size_t>(dtype)].name;
}

/// Names are case-sensitive; nothing if there is no such type.
constexpr std::optional<Dtype> dtype_from_string(std::string_view name) noexcept {
  for (std::size_t i = 0; i < detail::kDtypes.size(); ++i) {
    if (detail::kDtypes[i].name == name) return static_cast<Dtype>(i);
  }
  return std::nullopt;
}

/// Size of one element in bits; 4 and 6 for the packed types.
constexpr unsigned bit_size(Dtype dtype) noexcept { return detail::kDtypes[static_cast<std::size_t>(dtype)].bits; }

/// The type of the format that holds C++ values of type `T`; nothing for types it does not have.
/// `std::uint16_t` may also stand for the raw bits of `F16` and `BF16`, and `std::uint8_t` for any 8-bit type;
/// `is_stored_as` says so.
template <typename T>
constexpr std::optional<Dtype> dtype_of() noexcept {
  if constexpr (std::is_same_v<T, bool>) {
    return Dtype::boolean;
  } else if constexpr (std::is_same_v<T, float>) {
    return Dtype::f32;
  } else if constexpr (std::is_same_v<T, double>) {
    return Dtype::f64;
  } else if constexpr (std::is_same_v<T, std::complex<float>>) {
    return Dtype::c64;
  } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    return sizeof(T) == 1 ? Dtype::i8 : sizeof(T) == 2 ? Dtype::i16 : sizeof(T) == 4 ? Dtype::i32 : Dtype::i64;
  } else if constexpr (std::is_integral_v<T>) {
    return sizeof(T) == 1 ? Dtype::u8 : sizeof(T) == 2 ? Dtype::u16 : sizeof(T) == 4 ? Dtype::u32 : Dtype::u64;
  } else {
    return std::nullopt;
  }
}

/// True if elements of `dtype` can be looked at as `T` without a conversion.
template <typename T>
constexpr bool is_stored_as(Dtype dtype) noexcept {
  if (dtype_of<T>() == dtype) return true;
  if constexpr (std::is_same_v<T, std::uint16_t>) return dtype == Dtype::f16 || dtype == Dtype::bf16;
  if constexpr (std::is_same_v<T, std::uint8_t>) return bit_size(dtype) <= 8;
  return false;
}

/// The value of a `BF16` element.
inline float bf16_to_float(std::uint16_t bits) noexcept {
  const std::uint32_t wide = static_cast<std::uint32_t>(bits) << 16;
  float value = 0;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

/// The value of an `F16` element (IEEE 754 half precision).
inline float f16_to_float(std::uint16_t bits) noexcept {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000U) << 16;
  std::uint32_t exponent = (bits >> 10) & 0x1FU;
  std::uint32_t fraction = bits & 0x3FFU;
  std::uint32_t wide = sign;
  if (exponent == 0x1F) {
    wide |= 0x7F800000U | (fraction << 13);
  } else if (exponent != 0) {
    wide |= ((exponent + 112U) << 23) | (fraction << 13);
  } else if (fraction != 0) {
    exponent = 113;
    while ((fraction & 0x400U) == 0) {
      fraction <<= 1;
      --exponent;
    }
    wide |= (exponent << 23) | ((fraction & 0x3FFU) << 13);
  }
  float value = 0;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

}  // namespace safetensors
HUGGINGFACE_HUB_NAMESPACE_END
