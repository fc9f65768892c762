// SPDX-License-Identifier: Apache-2.0
/// @file
/// Where messages go that are no errors. By default warnings go to stderr (`HF_HUB_VERBOSITY`).
#pragma once

#include "huggingface_hub/export.hpp"

#include <functional>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

enum class LogLevel { debug, info, warning, error, off };

/// Receives each message that passes the level. May be called from any thread, one call at a time.
using LogSink = std::function<void(LogLevel level, std::string_view message)>;

/// Replaces the sink of the process; an empty function restores the default (stderr).
HUGGINGFACE_HUB_EXPORT void set_log_sink(LogSink sink);

/// Messages below `level` are dropped before they are built.
HUGGINGFACE_HUB_EXPORT void set_log_level(LogLevel level) noexcept;
HUGGINGFACE_HUB_EXPORT LogLevel log_level() noexcept;

HUGGINGFACE_HUB_NAMESPACE_END
