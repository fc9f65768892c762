// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which output mode is meant (`spec/cli.md` 3.1).
#pragma once

#include "cli/output.hpp"

#include <string>

namespace huggingface_hub::cli {

/// `auto` is `agent` where the environment names a known AI agent, else `human`.
OutputMode resolve_mode(const std::string& name);

/// True unless `NO_COLOR` is set.
bool uses_color();

/// True where `HF_DEBUG` is set.
bool is_debugging();

}  // namespace huggingface_hub::cli
