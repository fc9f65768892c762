// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace huggingface_hub::testing {

#if defined(__has_feature)
inline constexpr bool kHasAddressSanitizer = __has_feature(address_sanitizer);
inline constexpr bool kHasThreadSanitizer = __has_feature(thread_sanitizer);
#else
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kHasAddressSanitizer = true;
#else
inline constexpr bool kHasAddressSanitizer = false;
#endif
#if defined(__SANITIZE_THREAD__)
inline constexpr bool kHasThreadSanitizer = true;
#else
inline constexpr bool kHasThreadSanitizer = false;
#endif
#endif

/// True in a build with a sanitizer. Everything is so slow there that connections of a download help each other out, and
/// what was on its way over the one that is cut then has come for nothing: a count of bytes says nothing.
inline constexpr bool kIsInstrumented = kHasThreadSanitizer || kHasAddressSanitizer;

}  // namespace huggingface_hub::testing
