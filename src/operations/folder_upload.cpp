// SPDX-License-Identifier: Apache-2.0
#include "operations/folder_upload.hpp"

#include "core/log.hpp"
#include "hub/preupload.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {
namespace {

using hub::AdditionState;

// spec/transfer.md 8.3
constexpr std::uint64_t kMaxRegularBytes = std::uint64_t{100} << 20;
constexpr std::chrono::seconds kMaxBatchAge{300};

// Files are sent in steps of so many bytes, after each of which a commit may be due.
constexpr std::uint64_t kStepBytes = std::uint64_t{2} << 30;

constexpr std::chrono::milliseconds kTickInterval{100};  // progress.hpp

/// Commits batches on a thread of its own, with one more waiting. Used from one thread.
class Committer {
 public:
  /// `on_failure` is called from the other thread.
  Committer(CommitSequence& commits, std::function<void()> on_failure)
      : commits_(commits), on_failure_(std::move(on_failure)) {}

  ~Committer() { close(); }
  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  /// Waits for room. Throws what an earlier commit has thrown.
  void hand_over(CommitBatch batch, const std::function<void()>& tick) {
    wait([this] { return !waiting_; }, tick);
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      waiting_.emplace(std::move(batch));
    }
    if (!thread_.joinable()) thread_ = std::thread([this] { run(); });
    changed_.notify_all();
  }

  /// Until everything is committed. Throws as above.
  void drain(const std::function<void()>& tick) {
    wait([this] { return !waiting_ && !is_busy_; }, tick);
  }

  /// What waits is given up, what is under way is waited for.
  void close() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      is_closed_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  void rethrow_failure() {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  template <typename Condition>
  void wait(const Condition& is_met, const std::function<void()>& tick) {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!changed_.wait_for(lock, kTickInterval, [&] { return failure_ || is_met(); })) {
      lock.unlock();
      tick();
      lock.lock();
    }
    if (failure_) std::rethrow_exception(failure_);
  }

  void run() noexcept {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return is_closed_ || waiting_; });
      if (is_closed_) return;
      CommitBatch batch = std::move(*waiting_);
      waiting_.reset();
      is_busy_ = true;
      lock.unlock();
      changed_.notify_all();
      std::exception_ptr failure;
      try {
        commits_.commit(std::move(batch));
      } catch (...) {  // A thread's boundary: kept for the caller.
        failure = std::current_exception();
      }
      lock.lock();
      is_busy_ = false;
      failure_ = failure;
      changed_.notify_all();
      if (!failure) continue;
      lock.unlock();
      on_failure_();
      return;
    }
  }

  CommitSequence& commits_;
  std::function<void()> on_failure_;
  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::optional<CommitBatch> waiting_{};
  bool is_busy_{false};
  bool is_closed_{false};
  std::exception_ptr failure_{};
  std::thread thread_{};
};

class FolderUpload {
 public:
  FolderUpload(const Session& session, const hub::UploadTarget& target, FolderPlan plan, const CommitText& text,
               int num_threads, const ProgressCallback& callback)
      : session_(session),
        target_(target),
        plan_(std::move(plan)),
        num_threads_(num_threads),
        progress_(callback),
        commits_(session, target, text, plan_.files.size()),
        stop_(CancellationSource::linked_to(target.call.cancel)),
        committer_(commits_, [this] { stop_.cancel(); }),
        tick_([this] { progress_.tick(); }) {
    target_.call.cancel = stop_.token();
  }

  void run() {
    std::uint64_t bytes = 0;
    for (const FolderFile& file : plan_.files) bytes += file.size;
    files_left_ = plan_.files.size();
    hashes_ = transfer::UploadHashes::remembered(session_.config(), plan_.folder, bytes);
    for (CommitOperationDelete& deletion : plan_.deletions) batch_.operations.emplace_back(std::move(deletion));
    read_gitignore();
    progress_.expect(plan_.files.size(), bytes);
    progress_.start();
    try {
      upload_files();
      hashes_.flush();
      commit_last();
    } catch (const HfHubError&) {
      committer_.close();
      committer_.rethrow_failure();  // It is what ended the rest.
      throw;
    }
    progress_.complete();
  }

  [[nodiscard]] const CommitSequence& commits() const noexcept { return commits_; }

 private:
  [[nodiscard]] CommitOperationAdd addition_of(const FolderFile& file) const {
    return {plan_.prefix + file.name, UploadSource(plan_.folder / file.name)};
  }

  void read_gitignore() {
    for (const FolderFile& file : plan_.files) {
      if (plan_.prefix + file.name != ".gitignore") continue;
      gitignore_ = take(hub::read_content(addition_of(file).state()));
      return;
    }
  }

  /// Files from `first` on, as many as can be asked about at once.
  [[nodiscard]] std::vector<CommitOperation> read_chunk(std::size_t first) const {
    const std::size_t end = std::min(plan_.files.size(), first + hub::kUploadBatchSize);
    std::vector<CommitOperation> chunk;
    chunk.reserve(end - first);
    for (std::size_t i = first; i < end; ++i) chunk.emplace_back(addition_of(plan_.files[i]));
    return chunk;
  }

  /// While one chunk is sent, the beginnings of the files in the next one are read: at once where no thread is to be had.
  void upload_files() {
    std::future<std::vector<CommitOperation>> next;
    for (std::size_t first = 0; first < plan_.files.size();) {
      std::vector<CommitOperation> chunk = next.valid() ? next.get() : read_chunk(first);
      first += chunk.size();
      if (first < plan_.files.size()) next = std::async([this, first] { return read_chunk(first); });
      upload_chunk(std::move(chunk));
    }
  }

  void upload_chunk(std::vector<CommitOperation> chunk) {
    for (const std::string& warning : commit_warnings(chunk, target_.repo_type)) log_warning(warning);
    hub::fetch_upload_modes(session_, target_, additions_in(chunk), gitignore_);

    for (std::size_t start = 0; start < chunk.size();) {
      std::uint64_t bytes = 0;
      std::vector<CommitOperation> step;
      for (; start < chunk.size() && bytes < kStepBytes; ++start) {
        bytes += std::get<CommitOperationAdd>(chunk[start]).size();
        step.push_back(std::move(chunk[start]));
      }
      upload_step(std::move(step));
    }
  }

  void upload_step(std::vector<CommitOperation> step) {
    const std::vector<AdditionState*> additions = additions_in(step);
    Counters counters;
    for (const AdditionState* addition : additions) {
      counters.emplace(addition, &progress_.add_file(addition->path_in_repo, addition->size));
    }
    upload_to_storage(session_, target_, additions, hashes_, num_threads_, progress_, counters);
    hash_regular_files(target_, additions, hashes_, num_threads_);
    for (CommitOperation& operation : step) {
      --files_left_;
      const AdditionState& addition = std::get<CommitOperationAdd>(operation).state();
      transfer::UploadProgress::File* counter = counters.at(&addition);
      const bool is_same = addition.remote_oid && addition.remote_oid == addition.local_oid();
      if (addition.should_ignore || is_same) {
        counter->done();
        continue;
      }
      append(std::move(operation), counter);
    }
    progress_.forget_done();
  }

  void append(CommitOperation operation, transfer::UploadProgress::File* counter) {
    const AdditionState& addition = std::get<CommitOperationAdd>(operation).state();
    if (files_in_batch_ == 0) batch_begin_ = session_.clock().steady_now();
    if (addition.upload_mode == UploadMode::regular) {
      batch_.counters.emplace(&addition, counter);
      regular_bytes_ += addition.size;
    }
    batch_.operations.push_back(std::move(operation));
    ++files_in_batch_;
    if (files_in_batch_ >= commits_.pacer().target() || regular_bytes_ >= kMaxRegularBytes ||
        session_.clock().steady_now() - batch_begin_ > kMaxBatchAge) {
      close_batch();
    }
  }

  void close_batch() {
    files_in_batch_ = 0;
    regular_bytes_ = 0;
    if (files_left_ == 0) return;  // `commit_last` has it.
    if (!has_handed_over_) commits_.expect_several();
    has_handed_over_ = true;
    committer_.hand_over(std::exchange(batch_, {}), tick_);
  }

  /// Everything is uploaded: what is left is committed by this thread.
  void commit_last() {
    progress_.committing();
    committer_.drain(tick_);
    if (!batch_.operations.empty()) commits_.commit(std::move(batch_));
  }

  const Session& session_;
  hub::UploadTarget target_;
  FolderPlan plan_;
  const int num_threads_;
  transfer::UploadProgress progress_;
  transfer::UploadHashes hashes_{};
  std::optional<std::string> gitignore_{};

  CommitBatch batch_{};  ///< Being filled.
  std::chrono::steady_clock::time_point batch_begin_{};
  std::size_t files_in_batch_{0};
  std::uint64_t regular_bytes_{0};
  std::size_t files_left_{0};  ///< That no batch has yet.
  bool has_handed_over_{false};

  CommitSequence commits_;
  CancellationSource stop_;
  Committer committer_;  // Its thread uses the commits.
  std::function<void()> tick_;
};

}  // namespace

CommitInfo upload_folder(const Session& session, const hub::UploadTarget& target, FolderPlan plan,
                         const CommitText& text, int num_threads, const ProgressCallback& callback) {
  validate_commit({}, text.message, text.parent_commit, target);
  FolderUpload upload(session, target, std::move(plan), text, num_threads, callback);
  try {
    upload.run();
  } catch (const HfHubError&) {
    if (!upload.commits().pull_request().empty()) {
      log_warning("The upload to the pull request is not complete. To go on with it, upload again with the revision '" +
                  upload.commits().pull_request() + "' and without `create_pr`.");
    }
    throw;
  }
  if (upload.commits().last()) return *upload.commits().last();
  log_warning("No file differs from the last commit of " + target.repo_id + ": no empty commit is made.");
  CommitInfo commit = head_commit(session, target);
  commit.commit_message = text.message;
  commit.commit_description = text.description;
  return commit;
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
