// SPDX-License-Identifier: Apache-2.0
/// @file
/// Two parts of one program, each with a model of its own, built with different settings (see CMakeLists.txt). Each
/// saves its model in `folder`, loads it with an argument of the caller, and gives the configuration as text.
#pragma once

#include <string>

std::string plain_part(const std::string& folder);
std::string diagnostics_part(const std::string& folder);

/// The size of the options of `from_pretrained` as the part sees them: larger with diagnostics.
unsigned long plain_options_size();
unsigned long diagnostics_options_size();
