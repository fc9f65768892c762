// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace huggingface_hub::cli {

/// The value of a variable that concerns only the command line (`COLUMNS`, `NO_COLOR`, …); empty where it is not set.
/// What concerns the library is in `Config`.
std::string environment_variable(const std::string& name);

}  // namespace huggingface_hub::cli
