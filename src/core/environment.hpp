// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/config.hpp"

#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The value of an environment variable of the process; nothing where it is not set. The only call of getenv.
std::optional<std::string> environment_variable(const char* name);

/// One of `1`, `ON`, `YES`, `TRUE`, in any case (`spec/transfer.md` 7).
bool is_truthy(std::string_view value) noexcept;

/// `path` with a leading `~` or `~user`, then `$NAME` and `${NAME}`, replaced as Python's expanduser and expandvars
/// do: what is not known stays as it is.
std::string expand_path(std::string_view path, const Config::GetVariable& variables);

/// `path` with a leading `~` or `~user` replaced.
std::string expand_user(std::string_view path, const Config::GetVariable& variables);

HUGGINGFACE_HUB_NAMESPACE_END
