// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/git_database.hpp"
#include "server/repo_state.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

struct PutFile {
  FileEntry entry{};
  std::string path{};
};
struct RemoveFile {
  std::string path{};
};
struct RemoveFolder {
  std::string path{};  ///< Without a slash at the end; empty: everything.
};
struct CopyFile {
  std::string from{};
  std::string from_revision{};  ///< Empty: the commit built upon.
  std::string path{};
};
using Change = std::variant<PutFile, RemoveFile, RemoveFolder, CopyFile>;

struct CommitRequest {
  std::string author{};
  std::vector<Change> changes{};
  bool create_branch{false};  ///< Makes the branch where it is missing, with or without a commit to start from.
  std::string message{};
  std::int64_t now{0};                        ///< Milliseconds since 1970.
  std::optional<std::string> parent_commit{};  ///< 5 to 40 hex digits.
  std::string revision{"main"};
};

struct CommitResult {
  std::string commit{};
  int pull_request{0};  ///< 0: none was made.
};

/// One repository: the state as of now, and changes to it one at a time. Safe to share between threads.
class Repository {
 public:
  Repository(GitDatabase& git, RepoState state);

  [[nodiscard]] std::shared_ptr<const RepoState> state() const;

  /// Runs `change` on a copy of the state, stores the outcome, then shows it to others. What `change` throws leaves
  /// everything as it was.
  void update(const std::function<void(RepoState&)>& change);
  /// The repository is gone: later changes are refused.
  void retire();

  /// The full commit id that a branch, a tag, `refs/…`, a commit id or the start of one stands for.
  [[nodiscard]] std::optional<std::string> find_revision(const std::string& revision) const;
  /// As above; throws `ApiError` where there is none.
  [[nodiscard]] std::string resolve(const std::string& revision) const;

  [[nodiscard]] std::shared_ptr<const Snapshot> snapshot(const std::string& commit) const;
  [[nodiscard]] GitDatabase& git() const noexcept { return git_; }

  /// The commits from `commit` back to the first one.
  [[nodiscard]] std::vector<std::string> history(const std::string& commit) const;

  /// Adds a commit to a branch or to a pull request's ref.
  CommitResult commit(const CommitRequest& request);
  /// Adds a commit on a new pull request that starts at `parent_commit` or at the head of `revision`.
  CommitResult commit_as_pull_request(const CommitRequest& request, const std::string& description);
  /// Opens a pull request without a commit; a draft as on the Hub, or an ordinary discussion.
  int open_discussion(const std::string& author, const std::string& title, const std::string& description,
                      bool pull_request, std::int64_t now);
  /// The changes of a pull request on top of its target. Returns the new head of `main`.
  std::string merge(int num, const std::string& author, const std::string& comment, std::int64_t now);
  /// One commit in place of the history of a branch.
  void squash(const std::string& branch, const std::string& author, const std::string& message, std::int64_t now);

  /// LFS objects that were sent to this repository, or that it holds in some commit: what is known by its SHA-256
  /// alone in another repository is not thereby readable in this one.
  [[nodiscard]] bool has_lfs_object(const std::string& oid) const;
  void add_lfs_object(const std::string& oid);

 private:
  void publish(RepoState next);
  void learn_history(const std::string& head);
  void learn_snapshot(const std::string& commit);
  std::string build_commit(const CommitRequest& request, const std::string& base) const;
  void apply(FileMap& files, const Change& change, const std::string& base) const;

  GitDatabase& git_;
  mutable std::mutex writing_;  // Held through a whole change.
  mutable std::mutex mutex_;    // Guards the members below, briefly.
  std::shared_ptr<const RepoState> state_;
  std::set<std::string> commits_;      // Of this repository; in order, for abbreviated ids.
  std::set<std::string> lfs_objects_;
  bool retired_{false};
};

/// Nothing if `path` may stand in a repository; else what is wrong with it.
std::optional<std::string> path_problem(std::string_view path);


}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
