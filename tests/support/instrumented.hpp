// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace huggingface_hub::testing {

/// True in a build with a sanitizer. Everything is so slow there that connections of a download help each other out, and
/// what was on its way over the one that is cut then has come for nothing: a count of bytes says nothing.
#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
inline constexpr bool kIsInstrumented = true;
#else
inline constexpr bool kIsInstrumented = false;
#endif

}  // namespace huggingface_hub::testing
