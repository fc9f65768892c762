// SPDX-License-Identifier: Apache-2.0
/// @file
/// The values that yaml_cases.py and card_cases.py print: JSON that names the type of each.
#pragma once

#include "huggingface_hub/cards/meta_value.hpp"

#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <limits>
#include <string>

namespace huggingface_hub::testing {

inline double float_of(const std::string& text) {
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  return std::strtod(text.c_str(), nullptr);
}

inline MetaValue integer_of(const std::string& digits) {
  try {
    return MetaValue(std::stoll(digits));
  } catch (const std::out_of_range&) {
    return MetaValue::big_integer(digits);
  }
}

inline MetaValue value_of(const nlohmann::json& typed) {
  const std::string type = typed.at(0).get<std::string>();
  if (type == "b") return MetaValue(typed.at(1).get<bool>());
  if (type == "i") return integer_of(typed.at(1).get<std::string>());
  if (type == "f") return MetaValue(float_of(typed.at(1).get<std::string>()));
  if (type == "s") return MetaValue(typed.at(1).get<std::string>());
  if (type == "t") return MetaValue::timestamp(typed.at(1).get<std::string>());
  if (type == "x") return MetaValue::binary(base64_decode(typed.at(1).get<std::string>()).value());
  if (type == "l") {
    MetaList list;
    for (const auto& item : typed.at(1)) list.push_back(value_of(item));
    return list;
  }
  if (type == "m") {
    MetaMap map;
    for (const auto& pair : typed.at(1)) map.append(value_of(pair.at(0)), value_of(pair.at(1)));
    return map;
  }
  return {};
}

}  // namespace huggingface_hub::testing
