// SPDX-License-Identifier: Apache-2.0
#include "operations/snapshot_fetch.hpp"

#include "core/byte_budget.hpp"
#include "core/executor.hpp"
#include "core/file_lock.hpp"
#include "core/files.hpp"
#include "core/open_folder.hpp"
#include "operations/file_download.hpp"
#include "transfer/small_body.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace {

// Up to this size a file travels in memory: its request costs more than its bytes.
constexpr std::uint64_t kSmallFile = std::uint64_t{128} << 10;

// What an exchange takes of memory besides its body.
constexpr std::size_t kExchange = std::size_t{32} << 10;

// As in Python: files in flight, and threads that work on them.
constexpr int kWorkers = 8;
// Requests of small files. Curl, told to go parallel, takes 50.
constexpr std::size_t kMostSmall = 48;
// Where an answer takes less, more requests would only wait at the other end.
constexpr std::chrono::milliseconds kFar{8};

/// One content and the files that have it.
struct Job {
  std::vector<const SnapshotFile*> files{};
};

/// Work for the threads, and the requests of small files that feed it.
class SnapshotFetch {
 public:
  SnapshotFetch(const DownloadCall& call, const std::string& commit, std::optional<int> workers,
                transfer::DownloadProgress& progress)
      : source_(CancellationSource::linked_to(call.call.cancel)),
        call_(call),
        commit_(commit),
        slots_(static_cast<std::size_t>(std::max(workers.value_or(kWorkers), 1))),
        small_limit_(slots_),
        most_small_(workers ? slots_ : kMostSmall),
        progress_(progress),
        writer_(call.repo(), call.config().disable_symlinks) {
    call_.call.cancel = source_.token();
    call_.links_to_fallbacks = true;
    call_.revision = commit;
  }

  Result<void> run(const std::vector<SnapshotFile>& files) {
    if (Result<void> planned = plan(files); !planned.ok()) return planned;
    const std::size_t jobs = small_.size() + large_.size();
    if (jobs == 0) return {};
    if (Result<void> enough = require_disk_space(needed_, target_folder()); !enough.ok()) return enough;
    if (Result<void> ready = as_result([this] { call_.fix_token(); }); !ready.ok()) return ready;
    for (std::size_t i = 0; i < slots_; ++i) {
      if (std::optional<SmallRequest> next = claim_request()) start(std::move(*next));
    }
    work_on_threads(std::min(jobs, slots_));
    if (exception_) std::rethrow_exception(exception_);
    if (error_) return *error_;
    return {};
  }

 private:
  struct SmallRequest {
    Job job{};
    ByteBudget::Share share{};  ///< Of the bytes of its answer.
  };

  struct Task {
    Job job{};
    std::shared_ptr<transfer::SmallBody> body{};  ///< Null: to be fetched by the engine.
  };

  // ---- before the first request

  /// Whether each of `files` is there and is to be left alone.
  Result<std::vector<char>> find_present(const std::vector<SnapshotFile>& files) const {
    std::vector<char> found(files.size(), 0);
    if (call_.local_dir || call_.force_download) return found;
    const std::optional<files::OpenFolder> snapshot = files::OpenFolder::at(writer_.repo().snapshot(commit_));
    Result<void> done = parallel_in_batches(files.size(), slots_, call_.call.cancel, [&](std::size_t i) {
      const std::string& path = files[i].path;
      found[i] = snapshot ? snapshot->has_file(path) : writer_.has_pointer(commit_, path);
    });
    if (!done.ok()) return done.error();
    return found;
  }

  Result<void> plan(const std::vector<SnapshotFile>& files) {
    const Result<std::vector<char>> present = find_present(files);
    if (!present.ok()) return present.error();
    std::unordered_map<std::string, std::size_t> by_content;
    std::vector<Job> jobs;
    for (const SnapshotFile& file : files) {
      if ((*present)[static_cast<std::size_t>(&file - files.data())] != 0) {
        progress_.finish(file.path, file.listed.content_size());
        continue;
      }
      if (call_.local_dir) {
        jobs.push_back({{&file}});
        continue;
      }
      const auto [at, is_new] = by_content.emplace(file.listed.etag(), jobs.size());
      if (is_new) jobs.emplace_back();
      jobs[at->second].files.push_back(&file);
    }
    for (Job& job : jobs) {
      const bool is_small = travels_in_memory(job);
      if (is_small || is_surely_fetched(job)) needed_ += job.files.front()->listed.content_size();
      (is_small ? small_ : large_).push_back(std::move(job));
    }
    return {};
  }

  // Of a file in a local folder or one that may be linked, only a closer look tells.
  bool is_surely_fetched(const Job& job) const {
    const cache::ListedFile& listed = job.files.front()->listed;
    if (call_.local_dir || (listed.xet_hash && call_.may_use_shared_store())) return false;
    return call_.force_download || !is_at_hand(job);
  }

  bool is_at_hand(const Job& job) const {
    const SnapshotFile& file = *job.files.front();
    const std::string& etag = file.listed.etag();
    return writer_.has_blob(etag) ||
           cache::find_content(call_.fallbacks, commit_, file.path, etag, file.listed.content_size());
  }

  fs::path target_folder() const { return call_.local_dir ? *call_.local_dir : writer_.repo().blobs(); }

  // What is there already, or may be linked, or has a note beside it, is looked at by the ordinary way.
  bool travels_in_memory(const Job& job) const {
    const cache::ListedFile& listed = job.files.front()->listed;
    if (call_.local_dir || listed.content_size() > kSmallFile) return false;
    if (listed.xet_hash && call_.may_use_shared_store()) return false;
    return call_.force_download || !is_at_hand(job);
  }

  // ---- small files: requests on the event loop

  [[nodiscard]] bool has_room_for_small() const noexcept {
    return running_ - engines_ < small_limit_ && arrived_.size() < small_limit_;
  }

  // A slot and the next small file for it, if there is room for both. What has arrived and waits counts as well, so
  // that memory stays bounded.
  std::optional<SmallRequest> claim_request() {
    const std::lock_guard lock(mutex_);
    return claim_small();
  }

  // Under the lock.
  std::optional<SmallRequest> claim_small() {
    if (small_.empty() || !has_room_for_small()) return std::nullopt;
    const std::uint64_t size = small_.front().files.front()->listed.content_size();
    std::optional<ByteBudget::Share> share = ByteBudget::process().try_take(static_cast<std::size_t>(size) + kExchange);
    if (!share) return std::nullopt;
    ++running_;
    return SmallRequest{take_small(), std::move(*share)};
  }

  // Under the lock, and with one left. After the last one the threads may turn to the large ones.
  Job take_small() {
    Job job = std::move(small_.front());
    small_.pop_front();
    if (small_.empty()) changed_.notify_all();
    return job;
  }

  void start(SmallRequest next) {
    Job& job = next.job;
    const SnapshotFile& file = *job.files.front();
    const RemoteFile remote = from_listing(call_, file.path, commit_, file.listed);
    auto body = std::make_shared<transfer::SmallBody>(
        file.path, transfer::expected_content(remote.etag, false, remote.size), std::move(next.share));
    ApiRequest request = call_.request(remote.url);
    request.small_answer = true;
    request.connect_timeout = call_.download_timeout;
    request.stall_timeout = call_.download_timeout;
    request.on_wait = [this, path = file.path](const std::string& reason) {
      try {
        progress_.wait(path, reason);
      } catch (...) {  // By the callback of the user: for the calling thread.
        stop(std::nullopt, std::current_exception());
      }
    };
    const auto asked = call_.session.clock().steady_now();
    call_.session.start(request, body,
                        [this, body, asked, job = std::move(job),
                         url = remote.url](Result<http::ResponseHead> outcome) mutable {
                          // A wait for a rate limit is no long way.
                          const bool is_far = outcome.ok() && call_.session.clock().steady_now() - asked > kFar &&
                                              !call_.session.is_scarce(url);
                          on_arrival({std::move(job), outcome.ok() ? std::move(body) : nullptr}, is_far);
                        });
  }

  // Hands the file to the threads, and its slot to the next request; to two of them where that pays, so that their
  // number doubles with each round trip. Whatever went wrong: the engine, which knows how to repeat and what to say,
  // has a try of its own.
  void on_arrival(Task task, bool is_far) {
    std::optional<SmallRequest> next;
    std::optional<SmallRequest> one_more;
    {
      const std::lock_guard lock(mutex_);
      if (!stopped_) arrived_.push_back(std::move(task));
      --running_;
      if (is_far && small_limit_ < most_small_) ++small_limit_;
      next = claim_small();
      if (next) one_more = claim_small();
      if (!next) {  // From here on, `this` may go at any moment.
        changed_.notify_one();
        if (running_ == engines_) changed_.notify_all();
      }
    }
    if (!next) return;
    changed_.notify_one();  // Without the lock, which the thread that wakes wants first.
    start(std::move(*next));
    if (one_more) start(std::move(*one_more));
  }

  // ---- the threads

  // This thread is one of them, so that a system out of threads makes it slow and no more.
  void work_on_threads(std::size_t count) {
    std::vector<std::thread> others;
    try {
      for (std::size_t i = 1; i < count; ++i) others.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
    }
    work();
    for (std::thread& thread : others) thread.join();
  }

  void work() {
    while (std::optional<Task> task = take_task()) {
      if (std::optional<SmallRequest> next = claim_request()) start(std::move(*next));
      try {
        Result<void> done = task->body ? store(*task) : fetch(task->job);
        if (!done.ok()) stop(done.error(), nullptr);
      } catch (...) {  // The callback of the user, or no memory: for the calling thread.
        stop(std::nullopt, std::current_exception());
      }
      if (!task->body) end_engine();
    }
  }

  std::optional<Task> take_task() {
    std::unique_lock lock(mutex_);
    for (;;) {
      if (!arrived_.empty()) {
        Task task = std::move(arrived_.front());
        arrived_.pop_front();
        if (!task.body) begin_engine();
        return task;
      }
      if (!small_.empty() && running_ == 0) {  // No memory for another request: by the engine, which waits for it.
        Task task{take_small(), nullptr};
        begin_engine();
        return task;
      }
      if (!large_.empty() && small_.empty() && engines_ < slots_ && running_ < std::max(slots_, small_limit_)) {
        Task task{std::move(large_.front()), nullptr};
        large_.pop_front();
        begin_engine();
        return task;
      }
      // Requests of small files refer to this object: the last thread waits for them.
      if (small_.empty() && large_.empty() && running_ == engines_) return std::nullopt;
      changed_.wait(lock);
    }
  }

  void begin_engine() {
    ++running_;
    ++engines_;
  }

  void end_engine() {
    const std::lock_guard lock(mutex_);
    --running_;
    --engines_;
    changed_.notify_all();
  }

  void stop(std::optional<Error> error, std::exception_ptr exception) {
    {
      const std::lock_guard lock(mutex_);
      if (stopped_) return;
      stopped_ = true;
      error_ = std::move(error);
      exception_ = std::move(exception);
      small_.clear();
      large_.clear();
      arrived_.clear();
      changed_.notify_all();
    }
    source_.cancel();
  }

  Result<void> fetch(const Job& job) {
    bool forced = call_.force_download;
    for (const SnapshotFile* file : job.files) {
      if (Result<void> placed = place(*file, forced); !placed.ok()) return placed;
      forced = false;  // The content is new now, for all files that have it.
    }
    return {};
  }

  Result<void> place(const SnapshotFile& file, bool forced) {
    const RemoteFile remote = from_listing(call_, file.path, commit_, file.listed);
    DownloadCall call = call_;
    call.force_download = forced;
    const Result<DryRunFileInfo> placed =
        call.local_dir ? place_in_local_dir(call, file.path, remote, false, progress_)
                       : place_in_cache(call, writer_, file.path, remote, commit_, false, progress_);
    if (!placed.ok()) return placed.error();
    return {};
  }

  // A small file that has arrived: check, blob, pointers.
  Result<void> store(const Task& task) {
    const SnapshotFile& first = *task.job.files.front();
    if (!task.body->matches()) {
      task.body->discard();  // The engine takes memory of its own, which may have to wait for this.
      return fetch(task.job);
    }
    if (Result<void> made = writer_.prepare(commit_, first.path); !made.ok()) return made;
    if (Result<void> made = publish(first, task.body->content()); !made.ok()) return made;
    progress_.finish(first.path, first.listed.content_size());
    for (std::size_t i = 1; i < task.job.files.size(); ++i) {
      if (Result<void> placed = place(*task.job.files[i], false); !placed.ok()) return placed;
    }
    return {};
  }

  Result<void> publish(const SnapshotFile& file, const std::string& content) const {
    const std::string& etag = file.listed.etag();
    // The bytes are here already, so whoever else works on them is not waited for.
    FileLock::Options options;
    options.timeout = std::chrono::milliseconds(0);
    const Result<FileLock> lock = FileLock::acquire(writer_.repo().lock(etag), options);
    if (call_.force_download || !writer_.has_blob(etag)) {
      if (Result<void> written = write_blob(etag, content); !written.ok()) return written;
    }
    return point(file, etag, cache::Writer::Source::fresh_blob);
  }

  Result<void> point(const SnapshotFile& file, const std::string& etag, cache::Writer::Source source) const {
    std::error_code ignored;
    const bool replace = call_.force_download && !fs::is_symlink(writer_.repo().pointer(commit_, file.path), ignored);
    if (!replace && writer_.has_pointer(commit_, file.path)) return {};
    return writer_.create_pointer(commit_, file.path, etag, source);
  }

  Result<void> write_blob(const std::string& etag, const std::string& content) const {
    const fs::path temporary = writer_.temporary_blob(etag);
    Result<void> done = write_file(temporary, content);
    if (done.ok()) done = writer_.publish_blob(temporary, etag);
    if (!done.ok()) {
      std::error_code ignored;
      fs::remove(temporary, ignored);
    }
    return done;
  }

  static Result<void> write_file(const fs::path& path, const std::string& content) {
    Result<files::PositionalFile> file = files::PositionalFile::create_new(path);
    if (!file.ok()) return file.error();
    if (Result<void> written = file->write_at(0, content.data(), content.size()); !written.ok()) return written;
    return file->close();
  }

  CancellationSource source_;
  DownloadCall call_;
  const std::string& commit_;
  const std::size_t slots_;        ///< Threads.
  std::size_t small_limit_;        ///< Requests of small files at a time, and what of them may wait for the threads.
  const std::size_t most_small_;   ///< What that may grow to.
  transfer::DownloadProgress& progress_;
  cache::Writer writer_;

  std::mutex mutex_{};
  std::condition_variable changed_{};
  std::deque<Job> small_{};
  std::deque<Job> large_{};
  std::deque<Task> arrived_{};
  std::uint64_t needed_{0};  ///< Bytes on the disk, as far as is known before the first one comes.
  std::size_t running_{0};  ///< Requests of small files, and threads in the engine.
  std::size_t engines_{0};
  bool stopped_{false};
  std::optional<Error> error_{};
  std::exception_ptr exception_{};
};

}  // namespace

Result<void> fetch_snapshot(const DownloadCall& call, const std::string& commit,
                            const std::vector<SnapshotFile>& files, std::optional<int> workers,
                            transfer::DownloadProgress& progress) {
  return SnapshotFetch(call, commit, workers, progress).run(files);
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
