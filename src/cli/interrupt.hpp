// SPDX-License-Identifier: Apache-2.0
/// @file
/// Ctrl-C as a cancellation.
#pragma once

#include "huggingface_hub/cancellation.hpp"

namespace huggingface_hub::cli {

/// From now on SIGINT cancels the returned token instead of ending the process; a second SIGINT ends it at once.
/// Call it before other threads start. Calls after the first return the same token.
CancellationToken cancel_on_interrupt();

/// True once SIGINT came.
bool was_interrupted() noexcept;

/// Blocks SIGINT and SIGTERM, also in threads that start later, and waits for one of them.
class EndSignals {
 public:
  EndSignals() noexcept;
  void wait() const noexcept;
};

}  // namespace huggingface_hub::cli
