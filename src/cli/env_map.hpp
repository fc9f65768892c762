// SPDX-License-Identifier: Apache-2.0
/// @file
/// Variables and secrets of a Space, as options and files say them (`spec/cli.md` 2, secrets and `.env` syntax).
#pragma once

#include "cli/context.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace huggingface_hub::cli {

/// In the order in which the keys came first; each key is there once, with its last value.
using EnvMap = std::vector<std::pair<std::string, std::string>>;

/// The value a key without one takes; nothing where there is none.
using EnvLookup = std::function<std::optional<std::string>(const std::string& key)>;

/// Adds what `text` says, in `.env` syntax: a pair a line, perhaps after `export`; values may be quoted; what follows a
/// `#` after a blank is a comment. A line that is none of this is skipped, as the Python client does.
void add_dotenv(EnvMap& map, std::string_view text, const EnvLookup& lookup);

/// What `file` (`-`: standard input; empty: none) and then `items` (`KEY=value` or `KEY`) say. A key alone takes its
/// value from the environment, HF_TOKEN also from the token that is stored; without one it is left out.
/// @throws CliError  the file cannot be read.
EnvMap read_env(Context& context, const std::vector<std::string>& items, const std::optional<std::string>& file);

}  // namespace huggingface_hub::cli
