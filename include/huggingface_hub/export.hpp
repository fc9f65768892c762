// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

// HUGGINGFACE_HUB_STATIC is set by the CMake target and the .pc file of a static build;
// HUGGINGFACE_HUB_BUILDING only while the library itself is compiled.
#if defined(_WIN32) && !defined(HUGGINGFACE_HUB_STATIC)
#if defined(HUGGINGFACE_HUB_BUILDING)
#define HUGGINGFACE_HUB_EXPORT __declspec(dllexport)
#else
#define HUGGINGFACE_HUB_EXPORT __declspec(dllimport)
#endif
#elif defined(__GNUC__)
#define HUGGINGFACE_HUB_EXPORT __attribute__((visibility("default")))
#else
#define HUGGINGFACE_HUB_EXPORT
#endif
