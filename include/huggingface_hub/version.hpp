// SPDX-License-Identifier: Apache-2.0
/// @file
/// The version, and the namespace that carries it. CMake reads the three numbers from here.
#pragma once

#define HUGGINGFACE_HUB_VERSION_MAJOR 0
#define HUGGINGFACE_HUB_VERSION_MINOR 1
#define HUGGINGFACE_HUB_VERSION_PATCH 0

#define HUGGINGFACE_HUB_VERSION_STRING "0.1.0"

// The inline namespace changes with each minor version while the major is 0, so that mixing two
// incompatible builds in one program is a link error and not a crash.
#define HUGGINGFACE_HUB_NAMESPACE_BEGIN \
  namespace huggingface_hub {           \
  inline namespace v0_1 {
#define HUGGINGFACE_HUB_NAMESPACE_END \
  }                                   \
  }

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// `major.minor.patch` of the headers a program was compiled with.
inline constexpr const char* kVersion = HUGGINGFACE_HUB_VERSION_STRING;

HUGGINGFACE_HUB_NAMESPACE_END
