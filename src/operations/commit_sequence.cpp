// SPDX-License-Identifier: Apache-2.0
#include "operations/commit_sequence.hpp"

#include "core/digest.hpp"
#include "core/log.hpp"
#include "hub/commit_call.hpp"
#include "hub/requests.hpp"
#include "hub/tree.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/retry.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {
namespace {

using hub::AdditionState;
using Operations = std::vector<CommitOperation>;

// spec/transfer.md 8.3
constexpr std::array<std::size_t, 10> kScale{20, 50, 75, 100, 125, 200, 250, 400, 600, 1000};
constexpr std::size_t kInitialIndex = 6;
constexpr std::chrono::seconds kTargetDuration{40};

constexpr int kDoubtsBeforeSplit = 2;

enum class Outcome {
  refused,   ///< For good.
  too_large,
  conflict,  ///< Somebody else was faster.
  later,     ///< Not done; asked to come back.
  doubtful,  ///< It may have happened, or happen yet.
};

Outcome outcome_of(const Error& error) {
  constexpr int kOk = 200;
  constexpr int kMultipleChoices = 300;
  if (error.code == ErrorCode::transport) return error.nothing_sent ? Outcome::later : Outcome::doubtful;
  const int status = hub::status_of(error);
  if (status >= kOk && status < kMultipleChoices) return Outcome::doubtful;  // A success that cannot be read.
  switch (status) {
    case 413: return Outcome::too_large;
    case 409:
    case 412: return Outcome::conflict;
    case 429: return Outcome::later;
    case 408:
    case 500:
    case 502:
    case 503:
    case 504: return Outcome::doubtful;
    default: return Outcome::refused;
  }
}

AttemptOutcome attempt_of(const Error& error, Outcome outcome) {
  constexpr int kTransient = 503;  // A conflict is worth a repeat too, which the schedule does not know.
  AttemptOutcome attempt;
  attempt.repeat_is_safe = true;
  attempt.status = outcome == Outcome::conflict || outcome == Outcome::doubtful ? kTransient : hub::status_of(error);
  attempt.transport_failed = error.code == ErrorCode::transport;
  if (error.http != nullptr && error.http->retry_after) {
    attempt.server_wait = *error.http->retry_after + std::chrono::seconds(1);
  }
  return attempt;
}

std::size_t additions_among(const Operations& operations) {
  return static_cast<std::size_t>(std::count_if(operations.begin(), operations.end(), [](const CommitOperation& each) {
    return std::holds_alternative<CommitOperationAdd>(each);
  }));
}

/// `error` with the files it is about.
Error named(Error error, const Operations& operations) {
  const std::vector<AdditionState*> additions = additions_in(operations);
  if (additions.empty() || error.code == ErrorCode::cancelled || error.code == ErrorCode::integrity ||
      error.code == ErrorCode::io) {
    return error;
  }
  if (additions.size() == 1) {
    error.message = "Committing '" + additions.front()->path_in_repo + "' failed: " + error.message;
  } else {
    error.message += "\nThis was the commit of " + std::to_string(additions.size()) + " files, from '" +
                     additions.front()->path_in_repo + "' to '" + additions.back()->path_in_repo + "'.";
  }
  return error;
}

using Present = std::map<std::string, std::optional<RepoFile>>;  ///< By path; a folder has no file.

/// What the repository has by now at the paths of `operations`.
Present look_up(const Session& session, const hub::UploadTarget& target, const Operations& operations) {
  GetPathsInfoOptions options;
  options.call = target.call;
  options.repo_type = target.repo_type;
  options.revision = target.revision;
  options.token = target.token;
  std::vector<std::string> paths;
  for (const CommitOperation& operation : operations) {
    std::visit([&](const auto& each) { paths.push_back(without_trailing_slashes(each.path_in_repo())); }, operation);
  }
  Present present;
  for (RepoTreeEntry& entry : hub::get_paths_info(session, target.repo_id, paths, options)) {
    std::optional<RepoFile>& file = present[path_of(entry)];
    if (as_file(entry) != nullptr) file = std::get<RepoFile>(std::move(entry));
  }
  return present;
}

/// What is copied is known, and its source may have been deleted by the same commit: only what is at the destination can
/// be news.
void look_at_destination(ResolvedCopy& copy, const RepoFile* file) {
  copy.destination_blob.reset();
  if (file == nullptr) return;
  copy.destination_blob = file->blob_id;
  const bool is_done = copy.sha256 ? file->lfs && file->lfs->sha256 == *copy.sha256
                                   : copy.content && git_blob_id(*copy.content) == file->blob_id;
  if (is_done) copy.source_blob = copy.destination_blob;
}

Error unsure_of_pull_request(Error error) {
  error.message += "\nIt is not known whether the pull request was opened: look for it before you try again.";
  return error;
}

/// Puts `operations` onto `todo`, at most `size` at a time, the first on top.
void split(Operations&& operations, std::size_t size, std::vector<Operations>& todo) {
  const std::size_t pieces = (operations.size() + size - 1) / size;
  for (std::size_t piece = pieces; piece-- > 0;) {
    const auto first = operations.begin() + static_cast<std::ptrdiff_t>(piece * size);
    todo.emplace_back(std::make_move_iterator(first), std::make_move_iterator(operations.end()));
    operations.erase(first, operations.end());
  }
}

}  // namespace

CommitPacer::CommitPacer(std::size_t planned_files)
    : index_(planned_files <= kScale.back() ? kScale.size() - 1 : kInitialIndex) {}

std::size_t CommitPacer::target() const noexcept { return kScale[index_.load()]; }

std::size_t CommitPacer::smallest() noexcept { return kScale.front(); }

void CommitPacer::record_success(std::chrono::nanoseconds duration, std::size_t files) noexcept {
  if (duration > kTargetDuration) {
    record_failure();
  } else if (files >= target()) {
    index_ = std::min(index_ + 1, kScale.size() - 1);
  }
}

void CommitPacer::record_failure() noexcept {
  if (index_ > 0) --index_;
}

CommitSequence::CommitSequence(const Session& session, hub::UploadTarget target, CommitText text,
                             std::size_t planned_files)
    : session_(session), target_(std::move(target)), text_(std::move(text)), pacer_(planned_files) {}

void CommitSequence::commit(CommitBatch batch) {
  std::vector<Operations> todo;
  todo.push_back(std::move(batch.operations));
  while (!todo.empty()) {
    batch.operations = std::move(todo.back());
    todo.pop_back();
    commit_one(batch, todo);
  }
}

void CommitSequence::give_up(const Error& error, const Operations& operations) const {
  throw_error(is_whole_ ? error : named(error, operations));
}

void CommitSequence::commit_one(CommitBatch& batch, std::vector<Operations>& todo) {
  Operations& operations = batch.operations;
  RetrySchedule schedule(target_.call.retry.value_or(session_.options().retry));
  const std::optional<std::string> parent_commit = commits_ == 0 ? text_.parent_commit : std::nullopt;
  int doubts = 0;
  bool is_planned = true;
  Error cause;  // Why it is planned anew.
  for (;;) {
    Result<CommitInfo> made = as_result([&]() -> CommitInfo {
      if (!is_planned) plan_anew(batch);
      is_planned = true;
      const std::vector<std::size_t> kept = effective_operations(operations, batch.copies);
      if (kept.empty()) return doubts > 0 ? head_commit(session_, target_) : CommitInfo();
      return post(batch, kept);
    });
    if (made.ok()) return note(std::move(*made), operations, batch.counters);

    const Error& error = made.error();
    const Outcome outcome = outcome_of(error);
    if (target_.call.cancel.is_cancelled()) give_up(error, operations);
    if (is_planned) cause = error;
    if (outcome == Outcome::refused) give_up(cause, operations);  // What only the look was refused for helps nobody.
    const std::size_t files = additions_among(operations);
    if (is_planned) {  // Else it was only the look that failed.
      if (outcome == Outcome::conflict && parent_commit && doubts == 0) give_up(error, operations);
      if (outcome == Outcome::doubtful && target_.create_pr) throw_error(unsure_of_pull_request(error));
      pacer_.record_failure();
      if (outcome == Outcome::doubtful) ++doubts;
      if (outcome == Outcome::too_large) {
        if (operations.size() < 2 || is_whole_) give_up(error, operations);
        log_warning("The Hub finds a commit of " + std::to_string(files) + " files too large. Halving it.");
        return split(std::move(operations), (operations.size() + 1) / 2, todo);
      }
    }
    const auto wait = schedule.next(attempt_of(error, outcome), /*jitter=*/1.0);
    if (!wait) give_up(error, operations);
    log_warning(error.message.substr(0, error.message.find('\n')) + "\nLooking at the repository, then trying again.");
    if (session_.clock().wait(*wait, target_.call.cancel)) target_.call.cancel.throw_if_cancelled();
    is_planned = is_planned && outcome == Outcome::later;
    const bool is_to_split = doubts >= kDoubtsBeforeSplit && files > CommitPacer::smallest() && !is_whole_;
    if (is_to_split && as_result([&] { plan_anew(batch); }).ok()) {
      return split(std::move(operations), std::min(pacer_.target(), (operations.size() + 1) / 2), todo);
    }
  }
}

CommitInfo CommitSequence::post(const CommitBatch& batch, const std::vector<std::size_t>& kept) {
  std::vector<AdditionState*> additions;
  for (const std::size_t i : kept) {
    if (const auto* addition = std::get_if<CommitOperationAdd>(&batch.operations[i])) additions.push_back(&addition->state());
  }
  check_all_unchanged(additions);
  if (target_.create_pr && expects_several_) open_pull_request();
  CommitText text = text_;
  if (commits_ > 0) {
    text.message += " (part " + std::to_string(commits_ + 1) + ")";
    text.parent_commit.reset();
  }
  const auto begin = session_.clock().steady_now();
  CommitInfo commit = hub::post_commit(session_, target_, make_body(batch.operations, kept, batch.copies, text, batch.counters));
  pacer_.record_success(session_.clock().steady_now() - begin, additions.size());
  commit.commit_message = text.message;
  if (commit.pr_revision) {  // What follows goes to the pull request that was just opened.
    pull_request_ = {commit.pr_num, *commit.pr_revision, commit.pr_url.value_or("")};
    target_.create_pr = false;
    target_.revision = *commit.pr_revision;
  }
  return commit;
}

/// Not with the first commit, which then could not be repeated without opening another one.
void CommitSequence::open_pull_request() {
  const std::uint64_t number = hub::open_pull_request(session_, target_, text_.message, text_.description);
  const RepoUrl repo = hub::make_repo_url(target_.repo_type, target_.repo_id, session_.endpoint());
  pull_request_.pr_num = number;
  pull_request_.pr_revision = "refs/pr/" + std::to_string(number);
  pull_request_.pr_url = repo.url + "/discussions/" + std::to_string(number);
  target_.create_pr = false;
  target_.revision = pull_request_.pr_revision;
}

void CommitSequence::note(CommitInfo commit, const Operations& operations, const Counters& counters) {
  const bool is_done = !commit.oid.empty();  // Otherwise nothing was to be done.
  for (AdditionState* addition : additions_in(operations)) {
    addition->is_committed = is_done;
    if (const auto counter = counters.find(addition); counter != counters.end()) counter->second->done();
  }
  if (!is_done) return;
  ++commits_;
  if (commit.commit_message.empty()) commit.commit_message = text_.message;
  commit.commit_description = text_.description;
  if (!pull_request_.pr_revision.empty()) {
    commit.pr_num = pull_request_.pr_num;
    commit.pr_revision = pull_request_.pr_revision;
    commit.pr_url = pull_request_.pr_url;
  }
  last_ = std::move(commit);
}

void CommitSequence::plan_anew(CommitBatch& batch) const {
  Operations& operations = batch.operations;
  const Present present = look_up(session_, target_, operations);
  const auto file_at = [&present](const std::string& path) {
    const auto found = present.find(path);
    return found == present.end() || !found->second ? nullptr : &*found->second;
  };
  auto copy = batch.copies.begin();
  for (const CommitOperation& operation : operations) {
    if (const auto* addition = std::get_if<CommitOperationAdd>(&operation)) {
      const RepoFile* file = file_at(addition->path_in_repo());
      addition->state().remote_oid.reset();
      if (file != nullptr) addition->state().remote_oid = file->lfs ? file->lfs->sha256 : file->blob_id;
    } else if (const auto* copied = std::get_if<CommitOperationCopy>(&operation)) {
      look_at_destination(*copy++, file_at(copied->path_in_repo()));
    }
  }
  operations.erase(std::remove_if(operations.begin(), operations.end(),
                                  [&](const CommitOperation& operation) {
                                    const auto* deletion = std::get_if<CommitOperationDelete>(&operation);
                                    return deletion != nullptr &&
                                           present.count(without_trailing_slashes(deletion->path_in_repo())) == 0;
                                  }),
                   operations.end());
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
