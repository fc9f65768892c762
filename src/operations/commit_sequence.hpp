// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "operations/commit_steps.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// How many files a commit may have, so that the Hub finishes it before anybody's patience ends (spec/transfer.md 8.3):
/// more after a fast commit, fewer after a slow or failed one. Asked from any thread, told by one.
class CommitPacer {
 public:
  /// A folder with no more files than the largest commit has begins there, and so is one commit.
  explicit CommitPacer(std::size_t planned_files);

  [[nodiscard]] std::size_t target() const noexcept;
  void record_success(std::chrono::nanoseconds duration, std::size_t files) noexcept;
  void record_failure() noexcept;

  /// A commit of so few files is not split because it failed.
  [[nodiscard]] static std::size_t smallest() noexcept;

 private:
  std::atomic<std::size_t> index_;
};

/// What goes into one commit.
struct CommitBatch {
  std::vector<CommitOperation> operations{};  ///< Those of a folder: deletions first.
  Counters counters{};                        ///< Of the regular files, which are sent with the commit.
  std::vector<ResolvedCopy> copies{};         ///< As in `effective_operations`.
};

/// The commits of a folder, one after another; or one commit, whole.
///
/// A commit that is refused for its size is halved, unless it is to stay whole; one that somebody else's commit got
/// ahead of is planned anew; after a lost or doubtful answer the repository is looked at before anything is repeated.
/// What the Hub refuses for good ends it. One thread at a time.
class CommitSequence {
 public:
  /// `text.parent_commit` holds for the first commit.
  CommitSequence(const Session& session, hub::UploadTarget target, CommitText text, std::size_t planned_files);

  [[nodiscard]] const CommitPacer& pacer() const noexcept { return pacer_; }

  /// Commits what of `batch` the repository does not have; possibly nothing.
  void commit(CommitBatch batch);

  /// The last commit, if there was one.
  [[nodiscard]] const std::optional<CommitInfo>& last() const noexcept { return last_; }

  /// The pull request that the commits go to, once it is open: `refs/pr/<n>`.
  [[nodiscard]] const std::string& pull_request() const noexcept { return pull_request_.pr_revision; }

  /// All of a batch, or nothing: it is not split, whatever happens.
  void keep_whole() noexcept { is_whole_ = true; }

  /// Opens the pull request before the first commit, since more than one will go to it.
  void expect_several() noexcept { expects_several_ = true; }

 private:
  using Operations = std::vector<CommitOperation>;
  struct PullRequest {
    std::optional<std::uint64_t> pr_num{};
    std::string pr_revision{};
    std::string pr_url{};
  };

  /// Commits `batch`, or puts smaller pieces of it onto `todo`.
  void commit_one(CommitBatch& batch, std::vector<Operations>& todo);
  CommitInfo post(const CommitBatch& batch, const std::vector<std::size_t>& kept);
  void open_pull_request();
  void note(CommitInfo commit, const Operations& operations, const Counters& counters);
  /// Finds out what the repository has by now; drops deletions of what is gone.
  void plan_anew(CommitBatch& batch) const;
  [[noreturn]] void give_up(const Error& error, const Operations& operations) const;

  const Session& session_;
  hub::UploadTarget target_;
  CommitText text_;
  CommitPacer pacer_;
  PullRequest pull_request_{};
  bool expects_several_{false};
  bool is_whole_{false};
  std::size_t commits_{0};
  std::optional<CommitInfo> last_{};
};

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
