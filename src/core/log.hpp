// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/log.hpp"

#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Hands `message` to the sink, if `level` passes. Secrets are redacted on the way (see `redact`).
void log(LogLevel level, std::string_view message);
inline void log_debug(std::string_view message) { log(LogLevel::debug, message); }
inline void log_info(std::string_view message) { log(LogLevel::info, message); }
inline void log_warning(std::string_view message) { log(LogLevel::warning, message); }

/// `text` without tokens (`hf_…`, `Bearer …`), without the query of URLs, without user information in URLs.
std::string redact(std::string_view text);

/// `url` without query, fragment, user and password: fit for messages.
std::string redact_url(std::string_view url);

HUGGINGFACE_HUB_NAMESPACE_END
