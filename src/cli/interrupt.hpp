// SPDX-License-Identifier: Apache-2.0
/// @file
/// Ctrl-C as a cancellation.
#pragma once

#include "huggingface_hub/cancellation.hpp"

#include <optional>
#include <string>

namespace huggingface_hub::cli {

/// From now on SIGINT cancels the returned token instead of ending the process; a second SIGINT ends it at once.
/// Call it before other threads start. Calls after the first return the same token.
CancellationToken cancel_on_interrupt();

/// True once SIGINT came.
bool was_interrupted() noexcept;

/// A line of standard input, without its end; nothing at the end of input.
/// @throws CliError  Ctrl-C came while it waited.
std::optional<std::string> read_line();

/// Blocks SIGINT and SIGTERM, also in threads that start later, and waits for one of them.
class EndSignals {
 public:
  EndSignals() noexcept;
  void wait() const noexcept;
};

}  // namespace huggingface_hub::cli
