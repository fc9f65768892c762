// SPDX-License-Identifier: Apache-2.0
/// @file
/// JSON crosses the binary boundary as text; this header parses it in the consumer's own nlohmann version.
#pragma once

#include "huggingface_hub/detail/json_abi.hpp"
#include "huggingface_hub/json_text.hpp"

#include <nlohmann/json.hpp>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
HUGGINGFACE_HUB_JSON_ABI_BEGIN

/// The parsed value; `null` for empty text.
/// @throws nlohmann::json::parse_error  the text is no JSON (which the library has checked where it made it).
inline nlohmann::json parse(const JsonText& text) {
  return text.empty() ? nlohmann::json() : nlohmann::json::parse(text.text());
}

HUGGINGFACE_HUB_JSON_ABI_END
HUGGINGFACE_HUB_NAMESPACE_END
