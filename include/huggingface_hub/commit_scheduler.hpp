// SPDX-License-Identifier: Apache-2.0
/// @file
/// A folder that is pushed to the Hub again and again, as Python's `CommitScheduler`.
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/hf_api.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/string_list.hpp"
#include "huggingface_hub/types/commit.hpp"

#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class CommitScheduler;

struct CommitSchedulerOptions {
  StringList allow_patterns{};  ///< Only files that match one of these; unset: all.
  std::optional<HfApi> api{};   ///< Unset: `default_api()`.
  CallOptions call{};           ///< Of every call; its `cancel` ends waiting and pushing, as `stop()` does.
  std::optional<std::string> commit_description{};
  std::string commit_message{"Scheduled Commit"};
  double every{5};                   ///< Minutes between two pushes; more than 0.
  StringList ignore_patterns{};      ///< No files that match one of these, nor those of `.git` and caches.
  std::function<void(const CommitInfo&)> on_commit{};     ///< A push made a commit; from the scheduler's thread.
  std::function<void(const std::exception&)> on_error{};  ///< A push failed; likewise. Unset: a line in the log.
  std::optional<std::string> path_in_repo{};  ///< A folder in the repository; unset: the root.
  std::optional<bool> private_repo{};         ///< If the repository is made, only its owner may see it.
  /// In place of uploading what has changed, as overriding `push_to_hub` in Python: to pack files, for instance.
  std::function<std::optional<CommitInfo>(CommitScheduler&)> push_to_hub{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};  ///< A branch; unset: `main`.
  bool squash_history{false};             ///< True: after each commit the history of the branch becomes one commit.
  Token token{};
  /// How time passes between pushes: returns after the duration, or at once where the token is cancelled, then true.
  /// Unset: real time.
  std::function<bool(std::chrono::milliseconds, const CancellationToken&)> wait{};
};

/// Pushes what has changed in a folder every few minutes from a thread in the background, for as long as it lives: at
/// once, then after each interval, and a last time when it is destroyed.
///
/// Files are taken to grow only: each is sent up to the size that it had when the folder was listed, so a program may
/// go on appending meanwhile. What is written in several steps should be written while `lock()` is held: the folder is
/// not listed then. A push that fails is said to `on_error`, and its files are tried again with the next one.
///
///     CommitScheduler scheduler("me/logs", "logs/", {.every = 10, .repo_type = RepoType::dataset});
///     {
///       const std::lock_guard<std::mutex> held(scheduler.lock());
///       file << "one more line\n" << std::flush;
///     }
///
/// Members are safe to call from any thread, but for destroying.
class HUGGINGFACE_HUB_EXPORT CommitScheduler {
 public:
  /// Makes folder and repository where they are missing, then starts.
  ///
  /// @throws HFValidationError  `folder_path` is a file, or `options.every` is not more than 0.
  /// @throws HfIoError          the folder cannot be made. Else as `create_repo`.
  CommitScheduler(const std::string& repo_id, const std::filesystem::path& folder_path,
                  CommitSchedulerOptions options = {});

  /// A last push, unless stopped; waits for it. Its failure goes to `on_error`.
  ~CommitScheduler();

  CommitScheduler(const CommitScheduler&) = delete;
  CommitScheduler& operator=(const CommitScheduler&) = delete;

  /// Pushes as soon as the pushes before are done. The future holds the commit, nothing if there was nothing to push or
  /// the scheduler has been stopped, or what the push has thrown.
  std::future<std::optional<CommitInfo>> trigger();

  /// Ends it without a last push. Returns when a push that is under way is done. Not from a callback. There is no way
  /// to start again.
  void stop();

  /// What is listed while this is held is not half-written.
  [[nodiscard]] std::mutex& lock() noexcept;

  [[nodiscard]] const HfApi& api() const noexcept;
  [[nodiscard]] const std::filesystem::path& folder_path() const noexcept;
  [[nodiscard]] const std::string& repo_id() const noexcept;  ///< With its namespace.

  /// Uploads what has changed since the last time, on this thread; what is called by default. For `push_to_hub`
  /// functions: from elsewhere use `trigger`.
  std::optional<CommitInfo> push_changed_files();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

HUGGINGFACE_HUB_NAMESPACE_END
