// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// How often a signed URL that is refused is asked for anew, without a byte of progress in between.
inline constexpr int kSignedUrlRenewals = 3;

/// True if the same request may be answered later.
[[nodiscard]] constexpr bool is_transient_status(int status) noexcept {
  return status == 408 || status == 429 || (status >= 500 && status <= 504 && status != 501);
}

/// True if the signature of a URL may have run out: storages say that in different ways.
[[nodiscard]] constexpr bool may_be_expired(int status) noexcept {
  return status == 400 || status == 401 || status == 403 || status == 404 || status == 410;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
