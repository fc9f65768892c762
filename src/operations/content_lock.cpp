// SPDX-License-Identifier: Apache-2.0
#include "operations/content_lock.hpp"

#include "core/lock_holder.hpp"
#include "core/log.hpp"
#include "transfer/part_file.hpp"

#include <chrono>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace {

using std::chrono::milliseconds;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr milliseconds kLook{200};
constexpr std::chrono::seconds kReport{10};  // spec/cache.md 3
constexpr int kPatience = 3;

std::string seconds_since(SteadyTime start) {
  const auto waited = std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - start);
  return std::to_string(waited.count()) + " s";
}

}  // namespace

Result<std::optional<FileLock>> lock_content(const DownloadCall& call, const ContentLock& wanted,
                                             transfer::DownloadProgress& progress) {
  using Locked = std::optional<FileLock>;
  const SteadyTime start = std::chrono::steady_clock::now();
  SteadyTime next_report = start + kReport;
  SteadyTime last_change = start;
  std::optional<transfer::PartTrace> trace;
  FileLock::Options options;
  options.cancel = call.call.cancel;
  options.timeout = milliseconds(0);
  for (;;) {
    Result<FileLock> lock = FileLock::acquire(wanted.path, options);
    if (lock.ok()) return Locked(std::move(*lock));
    if (!lock.error().timeout || call.call.cancel.is_cancelled()) return lock.error();
    options.timeout = kLook;
    if (wanted.is_done && wanted.is_done()) return Locked();

    const SteadyTime now = std::chrono::steady_clock::now();
    transfer::PartTrace seen = wanted.part.empty() ? transfer::PartTrace{} : transfer::trace_parts(wanted.part);
    if (trace && seen != *trace) last_change = now;
    trace = seen;
    const milliseconds patience = call.download_timeout * (seen.count > 0 ? kPatience : 1);
    if (!wanted.part.empty() && now - last_change >= patience) {
      log_warning("'" + wanted.filename + "' has been locked by " + lock_holder(wanted.path) +
                  ", which has not got on for " + seconds_since(last_change) + ". It is downloaded without waiting.");
      return Locked();
    }
    if (now < next_report) continue;
    next_report += kReport;
    const std::string text = "Waiting for " + lock_holder(wanted.path) + ", which has been working on '" +
                             wanted.filename + "' for " + seconds_since(start) + " or longer (lock " +
                             wanted.path.string() + ").";
    log_info(text);
    progress.wait(wanted.filename, text);
  }
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
