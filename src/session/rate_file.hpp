// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the processes of a machine tell each other about rate limits.
#pragma once

#include "core/clock.hpp"
#include "http/rate_budget.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// A small text file with one line for each limit that is nearly used up. A help and no more: what cannot be locked,
/// read, understood or written is as if it were not there.
///
/// Times in it are those of the wall clock. An entry from the future tells nothing, since the clock was put back; and
/// what lies ahead is never further ahead than it was when it was written.
///
/// Safe to use from any thread and process.
class RateFile {
 public:
  using Entries = std::map<std::string, http::RateBudget::State>;  ///< By id: hex digits that stand for the key.

  RateFile(std::filesystem::path path, const Clock& clock) : path_(std::move(path)), clock_(clock) {}

  /// What holds now; empty where there is no file.
  [[nodiscard]] Entries read() const;

  /// Calls `change` with the present entries, under a lock where one can be had, and writes what they are then.
  void update(const std::function<void(Entries&)>& change) const;

  /// Of `key`: origin, identity, name.
  static std::string id_of(const std::string& key);

 private:
  const std::filesystem::path path_;
  const Clock& clock_;
  mutable std::mutex mutex_{};  ///< The threads of this process take turns, rather than ask for the lock again and again.
};

HUGGINGFACE_HUB_NAMESPACE_END
