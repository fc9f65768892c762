// SPDX-License-Identifier: Apache-2.0
/// @file
/// `MetaValue` from and to nlohmann JSON, in the consumer's own version of it.
#pragma once

#include "huggingface_hub/cards/meta_value.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The same value. Keys come in the order of `json`: that of insertion for `ordered_json`, sorted for `json`.
template <typename Json>
MetaValue meta_value_from_json(const Json& json) {
  if (json.is_boolean()) return json.template get<bool>();
  if (json.is_number_unsigned()) return json.template get<std::uint64_t>();
  if (json.is_number_integer()) return json.template get<std::int64_t>();
  if (json.is_number_float()) return json.template get<double>();
  if (json.is_string()) return json.template get<std::string>();
  if (json.is_array()) {
    MetaList list;
    for (const auto& item : json) list.push_back(meta_value_from_json(item));
    return list;
  }
  if (json.is_object()) {
    MetaMap map;
    for (auto item = json.begin(); item != json.end(); ++item) map.append(item.key(), meta_value_from_json(item.value()));
    return map;
  }
  return nullptr;
}

/// The entries of the object `json`; none where it is no object.
template <typename Json>
MetaMap meta_map_from_json(const Json& json) {
  MetaValue value = meta_value_from_json(json);
  MetaMap* map = value.as_map();
  return map == nullptr ? MetaMap() : std::move(*map);
}

/// The same value, as far as JSON has it: points in time and bytes become text, whole numbers beyond 64 bits floats,
/// keys text. A NaN or an infinity, which JSON lacks, stays one in memory and is printed as `null`.
template <typename Json = nlohmann::ordered_json>
Json meta_value_to_json(const MetaValue& value) {
  using Kind = MetaValue::Kind;
  switch (value.kind()) {
    case Kind::null: return nullptr;
    case Kind::boolean: return *value.as_bool();
    case Kind::integer: return *value.as_integer();
    case Kind::floating: return *value.as_double();
    case Kind::big_integer: return std::strtod(value.text()->c_str(), nullptr);
    case Kind::string:
    case Kind::timestamp:
    case Kind::binary: return *value.text();
    case Kind::list: {
      Json list = Json::array();
      for (const MetaValue& item : *value.as_list()) list.push_back(meta_value_to_json<Json>(item));
      return list;
    }
    case Kind::map: break;
  }
  Json object = Json::object();
  for (const auto& [key, item] : *value.as_map()) {
    const std::string name = key.is_string() ? *key.text() : meta_value_to_json<Json>(key).dump();
    object[name] = meta_value_to_json<Json>(item);
  }
  return object;
}

HUGGINGFACE_HUB_NAMESPACE_END
