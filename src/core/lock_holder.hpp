// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <filesystem>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Who holds the lock on the file at `path`, for messages: `process 1234 (python3)`; `another process` where the system
/// does not tell, as for one on another machine.
std::string lock_holder(const std::filesystem::path& path);

HUGGINGFACE_HUB_NAMESPACE_END
