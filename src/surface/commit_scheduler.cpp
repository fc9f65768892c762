// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/commit_scheduler.hpp"

#include "core/environment.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "operations/folder.hpp"
#include "operations/prefix_stream.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/patterns.hpp"

#include <algorithm>
#include <cmath>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

namespace fs = std::filesystem;

PathFilter filter_of(const CommitSchedulerOptions& options) {
  std::vector<std::string> ignored = options.ignore_patterns.values();
  for (std::string& pattern : default_ignore_patterns()) ignored.push_back(std::move(pattern));
  return {options.allow_patterns.optional(), ignored};
}

/// `` or with a slash at its end.
std::string prefix_of_path(std::string path) {
  while (!path.empty() && path.back() == '/') path.pop_back();
  while (!path.empty() && path.front() == '/') path.erase(0, 1);
  return path.empty() || path == "." ? std::string() : path + "/";
}

std::chrono::milliseconds interval_of(double minutes) {
  if (!(minutes > 0)) {  // Nor a number that is none.
    throw_error(ErrorCode::validation, "`every` must be more than 0 minutes, not " + std::to_string(minutes) + ".");
  }
  constexpr double kLongest = 1e6;  // Beyond it nobody sees a difference, and no clock overflows.
  constexpr double kMilliseconds = 60'000;
  return std::chrono::milliseconds(
      std::max<std::int64_t>(1, std::llround(std::min(minutes, kLongest) * kMilliseconds)));
}

fs::path made_folder(const fs::path& given) {
  const fs::path folder = fs::absolute(fs::path(expand_user(given.string(), environment_variable))).lexically_normal();
  std::error_code ignored;
  if (fs::is_regular_file(folder, ignored)) {
    throw_error(ErrorCode::validation, "'" + folder.string() + "' is a file. A folder is what can be pushed regularly.");
  }
  const Result<void> made = files::create_directories(folder);
  if (!made.ok()) throw_error(made.error());
  return folder;
}

}  // namespace

class CommitScheduler::Impl {
 public:
  Impl(CommitScheduler& owner, const std::string& repo_id, const fs::path& folder_path, CommitSchedulerOptions options)
      : owner_(owner),
        options_(std::move(options)),
        api_(options_.api ? *options_.api : default_api()),
        interval_(interval_of(options_.every)),
        folder_(made_folder(folder_path)),
        filter_(filter_of(options_)),
        prefix_(prefix_of_path(options_.path_in_repo.value_or(""))),
        ended_(CancellationSource::linked_to(options_.call.cancel)) {
    CreateRepoOptions create;
    create.call = options_.call;
    create.exist_ok = true;
    create.private_repo = options_.private_repo;
    create.repo_type = options_.repo_type;
    create.token = options_.token;
    if (options_.repo_type == RepoType::space) create.space_sdk = "gradio";  // So that it does not fail for want of one.
    repo_id_ = api_.create_repo(repo_id, create).repo_id;
    log_info("Pushing '" + folder_.string() + "' to '" + repo_id_ + "' every " + std::to_string(options_.every) +
             " minutes.");
  }

  void start() {
    pusher_ = std::thread([this] { run_pushes(); });
    timer_ = std::thread([this] { run_timer(); });
  }

  std::future<std::optional<CommitInfo>> trigger() {
    std::packaged_task<std::optional<CommitInfo>()> push([this] { return this->push(); });
    std::future<std::optional<CommitInfo>> outcome = push.get_future();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (!is_closed_) waiting_.push_back(std::move(push));
    }
    changed_.notify_all();
    if (push.valid()) push();  // Nobody else would, and it finds that all is over.
    return outcome;
  }

  void stop(bool with_last_push) {
    std::thread pusher;
    std::thread timer;
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      is_stopped_ = is_stopped_ || !with_last_push;
      timer.swap(timer_);
      pusher.swap(pusher_);
    }
    ended_.cancel();
    if (timer.joinable()) timer.join();
    if (with_last_push && pusher.joinable()) trigger();
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      is_closed_ = true;
    }
    changed_.notify_all();
    if (pusher.joinable()) pusher.join();
  }

  std::optional<CommitInfo> push_changed_files() {
    const std::vector<File> files = changed_files();
    if (files.empty()) return std::nullopt;
    std::vector<CommitOperation> operations;
    for (const File& file : files) {
      operations.emplace_back(CommitOperationAdd(
          prefix_ + file.name, UploadSource::from_stream(operations::prefix_of(folder_ / file.name, file.size))));
    }
    CreateCommitOptions commit;
    commit.call = options_.call;
    commit.commit_description = options_.commit_description;
    commit.commit_message = options_.commit_message;
    commit.repo_type = options_.repo_type;
    commit.revision = options_.revision;
    commit.token = options_.token;
    CommitInfo made = api_.create_commit(repo_id_, operations, commit);
    for (const File& file : files) uploaded_[file.name] = file.modified;
    return made;
  }

  std::mutex& lock() noexcept { return lock_; }
  [[nodiscard]] const HfApi& api() const noexcept { return api_; }
  [[nodiscard]] const fs::path& folder() const noexcept { return folder_; }
  [[nodiscard]] const std::string& repo_id() const noexcept { return repo_id_; }

 private:
  struct File {
    fs::file_time_type modified{};
    std::string name{};
    std::uint64_t size{0};
  };

  std::vector<File> changed_files() {
    const std::lock_guard<std::mutex> held(lock_);
    std::vector<File> changed;
    for (const operations::FolderFile& found : operations::files_in_folder(folder_)) {
      if (!filter_.keeps(found.name)) continue;
      File file;
      std::error_code gone;  // Since the folder was listed: not for this time.
      file.modified = fs::last_write_time(folder_ / found.name, gone);
      if (!gone) file.size = fs::file_size(folder_ / found.name, gone);
      file.name = found.name;
      const auto before = uploaded_.find(file.name);
      if (gone || (before != uploaded_.end() && before->second == file.modified)) continue;
      changed.push_back(std::move(file));
    }
    return changed;
  }

  /// On the pusher's thread.
  std::optional<CommitInfo> push() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      if (is_stopped_) return std::nullopt;
    }
    try {
      std::optional<CommitInfo> commit =
          options_.push_to_hub ? options_.push_to_hub(owner_) : owner_.push_changed_files();
      if (commit && options_.squash_history) squash();
      if (commit && options_.on_commit) options_.on_commit(*commit);
      return commit;
    } catch (const std::exception& error) {
      if (options_.on_error) {
        options_.on_error(error);
      } else {
        log(LogLevel::error, "Error while pushing to Hub: " + std::string(error.what()));
      }
      throw;
    }
  }

  void squash() const {
    SuperSquashHistoryOptions squash;
    squash.branch = options_.revision;
    squash.call = options_.call;
    squash.repo_type = options_.repo_type;
    squash.token = options_.token;
    api_.super_squash_history(repo_id_, squash);
  }

  void run_pushes() noexcept {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return is_closed_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      std::packaged_task<std::optional<CommitInfo>()> push = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      push();  // What it throws goes to its future.
      lock.lock();
    }
  }

  /// The next interval begins when the push is done: pushes that take long do not pile up.
  void run_timer() {
    const CancellationToken ended = ended_.token();
    do {
      trigger().wait();
    } while (!(options_.wait ? options_.wait(interval_, ended) : ended.wait_for(interval_)));
  }

  CommitScheduler& owner_;
  const CommitSchedulerOptions options_;
  const HfApi api_;
  const std::chrono::milliseconds interval_;
  const fs::path folder_;
  const PathFilter filter_;
  const std::string prefix_;
  std::string repo_id_{};
  std::mutex lock_{};  ///< The user's.
  std::map<std::string, fs::file_time_type> uploaded_{};  ///< The pusher's.

  CancellationSource ended_;
  std::mutex mutex_{};  ///< Guards what follows.
  std::condition_variable changed_{};
  std::deque<std::packaged_task<std::optional<CommitInfo>()>> waiting_{};
  bool is_closed_{false};   ///< No thread takes anything any more.
  bool is_stopped_{false};  ///< What waits is not done.
  std::thread pusher_{};
  std::thread timer_{};
};

CommitScheduler::CommitScheduler(const std::string& repo_id, const fs::path& folder_path,
                                 CommitSchedulerOptions options)
    : impl_(std::make_unique<Impl>(*this, repo_id, folder_path, std::move(options))) {
  impl_->start();
}

CommitScheduler::~CommitScheduler() { impl_->stop(/*with_last_push=*/true); }

std::future<std::optional<CommitInfo>> CommitScheduler::trigger() { return impl_->trigger(); }

void CommitScheduler::stop() { impl_->stop(/*with_last_push=*/false); }

std::mutex& CommitScheduler::lock() noexcept { return impl_->lock(); }
const HfApi& CommitScheduler::api() const noexcept { return impl_->api(); }
const fs::path& CommitScheduler::folder_path() const noexcept { return impl_->folder(); }
const std::string& CommitScheduler::repo_id() const noexcept { return impl_->repo_id(); }
std::optional<CommitInfo> CommitScheduler::push_changed_files() { return impl_->push_changed_files(); }

HUGGINGFACE_HUB_NAMESPACE_END
