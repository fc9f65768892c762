// SPDX-License-Identifier: Apache-2.0
/// @file
/// One line on stderr that tells how far a transfer is. Terminals only, unless the environment insists.
#pragma once

#include "huggingface_hub/progress.hpp"

#include <memory>

namespace huggingface_hub::cli {

/// Takes the line of the progress bar off the terminal while something else is printed.
class TerminalPause {
 public:
  TerminalPause();
  ~TerminalPause();
  TerminalPause(const TerminalPause&) = delete;
  TerminalPause& operator=(const TerminalPause&) = delete;
};

/// The bar of one call. The line is gone once the object is.
class ProgressBar {
 public:
  /// Draws nothing where not `enabled`.
  explicit ProgressBar(bool enabled);
  ~ProgressBar();
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;

  /// What to give to the call; empty where nothing is drawn.
  [[nodiscard]] ProgressCallback callback();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace huggingface_hub::cli
