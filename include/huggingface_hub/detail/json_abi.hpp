// SPDX-License-Identifier: Apache-2.0
/// @file
/// Types of ours that hold a `nlohmann::json` have it in their name which one: nlohmann's namespace differs by its
/// version and by settings such as `JSON_DIAGNOSTICS`, which change the size of a value. Two parts of a program that
/// are built with different ones then use two types, where otherwise the linker would take one for both.
#pragma once

#include "huggingface_hub/version.hpp"

#include <nlohmann/json.hpp>

#if defined(NLOHMANN_JSON_NAMESPACE_CONCAT) && defined(NLOHMANN_JSON_ABI_TAGS)
/// Inside the namespace of the library.
#define HUGGINGFACE_HUB_JSON_ABI_BEGIN \
  inline namespace NLOHMANN_JSON_NAMESPACE_CONCAT(NLOHMANN_JSON_ABI_TAGS, NLOHMANN_JSON_NAMESPACE_VERSION) {
#else
#define HUGGINGFACE_HUB_JSON_ABI_BEGIN inline namespace json_abi {
#endif
#define HUGGINGFACE_HUB_JSON_ABI_END }
