// SPDX-License-Identifier: Apache-2.0
/// @file
/// `std::optional` in JSON: null stands for nothing. For configuration structs with such members; nlohmann has it from
/// 3.12 on, and there only with implicit conversions turned off.
///
/// To be included before the first such member is converted. A program may have one such conversion only: leave this
/// header out where your project has its own.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <type_traits>

namespace nlohmann {

template <typename T>
struct adl_serializer<std::optional<T>, std::enable_if_t<!detail::is_basic_json<T>::value>> {
  template <typename Json>
  static void to_json(Json& json, const std::optional<T>& value) {
    if (value) {
      json = *value;
    } else {
      json = nullptr;
    }
  }
  template <typename Json>
  static void from_json(const Json& json, std::optional<T>& value) {
    if (json.is_null()) {
      value.reset();
    } else {
      value = json.template get<T>();
    }
  }
};

}  // namespace nlohmann
