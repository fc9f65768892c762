// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a long call reports while it runs.
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// One report. Which members mean something depends on `kind`.
struct ProgressEvent {
  enum class Kind {
    start,      ///< The totals are known as far as they can be.
    progress,   ///< Bytes moved: `file` if one file is concerned, else the whole.
    file_done,  ///< `file` is complete and visible under its final name (or sent).
    waiting,    ///< Nothing moves for a reason: a lock, a rate limit. `message` says which.
    restarted,  ///< Counters of `file` went back (the only time they do). `message` says why.
    committing, ///< Everything is uploaded; the commit is being made.
    complete,   ///< The call succeeded. Last event; not sent on failure.
  };
  enum class Direction { download, upload };

  Kind kind{Kind::progress};
  Direction direction{Direction::download};
  std::string file{};                          ///< Path in the repository; empty for the whole.
  std::uint64_t file_bytes{0};                 ///< Bytes of `file` done.
  std::optional<std::uint64_t> file_total{};   ///< Size of `file` in bytes.
  std::uint64_t bytes{0};                      ///< Bytes of the whole call done.
  std::optional<std::uint64_t> total_bytes{};  ///< Bytes of the whole call, once known.
  std::uint64_t files{0};                      ///< Files done.
  std::uint64_t total_files{0};                ///< Files of the whole call.
  std::string message{};
};

/// Called from one thread at a time, never from the event loop; `progress` at most ten times a second.
/// An exception thrown by it cancels the call and reaches the caller unchanged.
using ProgressCallback = std::function<void(const ProgressEvent&)>;

HUGGINGFACE_HUB_NAMESPACE_END
