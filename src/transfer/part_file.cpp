// SPDX-License-Identifier: Apache-2.0
#include "transfer/part_file.hpp"

#include "core/log.hpp"
#include "core/text.hpp"

#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <string_view>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kEnding = ".incomplete";
constexpr std::size_t kRandomDigits = 8;  // spec/cache.md 6
// What is not much is fetched again sooner than it is found.
constexpr std::uint64_t kWorthKeeping = std::uint64_t{8} << 20;
constexpr int kAttempts = 3;
constexpr std::size_t kTailSize = 1 + kRandomDigits + kEnding.size();

/// `name` without `.<8 hex>.incomplete`; empty where it does not end so.
std::string stem_of(const std::string& name) {
  if (name.size() <= kTailSize) return {};
  const std::string_view tail = std::string_view(name).substr(name.size() - kTailSize);
  if (tail.front() != '.' || tail.substr(1 + kRandomDigits) != kEnding) return {};
  if (!is_lower_hex(tail.substr(1, kRandomDigits), kRandomDigits)) return {};
  return name.substr(0, name.size() - kTailSize);
}

/// Locks what nobody else has locked. Where locks do not work, nobody can tell whether an owner lives: false.
bool lock(const files::PositionalFile& file) {
  int failed = 0;
  do {
    failed = ::flock(file.descriptor(), LOCK_EX | LOCK_NB);
  } while (failed != 0 && errno == EINTR);
  return failed == 0;
}

/// True if the locked file is still the one under its name: its owner may have given it its final one meanwhile.
bool is_still_named(const files::PositionalFile& file) {
  struct stat mine {};
  struct stat named {};
  return ::fstat(file.descriptor(), &mine) == 0 && ::lstat(file.path().c_str(), &named) == 0 &&
         mine.st_ino == named.st_ino && mine.st_dev == named.st_dev && S_ISREG(mine.st_mode);
}

/// What a dead process of this library left, locked; nothing for everything else.
std::optional<files::PositionalFile> open_orphan(const fs::path& path) {
  std::error_code error;
  if (fs::symlink_status(path, error).type() != fs::file_type::regular) return std::nullopt;
  Result<files::PositionalFile> file = files::PositionalFile::open_read_write(path);
  if (!file.ok() || !lock(*file) || !is_still_named(*file)) return std::nullopt;
  return std::move(*file);
}

void remove_quietly(const fs::path& path) noexcept {
  std::error_code ignored;
  fs::remove(path, ignored);
}

/// Removes an orphan of which nothing is wanted. It is locked.
void collect(const files::PositionalFile& file) {
  if (PieceJournal::is_part(file)) remove_quietly(file.path());
}

bool is_out_of_space(const Error& error) noexcept {
  return error.system_error == ENOSPC || error.system_error == EDQUOT || error.system_error == EFBIG;
}

}  // namespace

PartFile& PartFile::operator=(PartFile&& other) noexcept {
  if (this == &other) return *this;
  close_unfinished();
  file_ = std::move(other.file_);
  path_ = std::exchange(other.path_, {});
  journal_ = std::move(other.journal_);
  present_ = std::move(other.present_);
  to_reserve_ = other.to_reserve_;
  is_longer_ = other.is_longer_;
  is_worthless_ = other.is_worthless_;
  return *this;
}

PartFile::~PartFile() { close_unfinished(); }

void PartFile::close_unfinished() noexcept {
  if (!file_.is_open()) return;
  // While it is locked: nobody takes over what is about to go.
  if (is_worthless_ || !journal_ || journal_->noted_bytes() < kWorthKeeping) remove_quietly(path_);
  (void)::flock(file_.descriptor(), LOCK_UN);  // A process forked meanwhile has the descriptor too.
  file_ = {};
}

std::optional<PartFile> PartFile::adopt(const PartRequest& request) {
  const fs::path folder = request.path.parent_path();
  const std::string stem = stem_of(request.path.filename().string());
  if (stem.empty()) return std::nullopt;
  std::optional<PartFile> best;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const std::string found = stem_of(name);
    const bool is_same = found == stem;
    if (!is_same && (found.empty() || request.family.empty() || found.rfind(request.family, 0) != 0)) continue;
    std::optional<files::PositionalFile> file = open_orphan(entry->path());
    if (!file) continue;
    std::optional<PieceJournal> journal;
    if (is_same) journal = PieceJournal::read(*file, request.etag, *request.size);
    if (!journal) {
      if (!is_same) log_warning("The file has changed since its download was interrupted, which starts anew: " + name);
      collect(*file);
      continue;
    }
    if (best && best->journal_->noted_bytes() >= journal->noted_bytes()) {
      collect(*file);
      continue;
    }
    if (best) best->is_worthless_ = true;
    PartFile next;
    next.is_longer_ = true;
    next.path_ = entry->path();
    next.file_ = std::move(*file);
    next.journal_ = std::move(journal);
    best = std::move(next);
  }
  if (!best) return std::nullopt;
  fs::rename(best->path_, request.path, error);
  if (error) return std::nullopt;
  best->path_ = request.path;
  return best;
}

Result<void> PartFile::create(const PartRequest& request) {
  // Before anything is in it, so that no file with a journal is ever unlocked while its owner lives. Whoever cleans the
  // cache may look at it first: then it may be gone, and is made again.
  bool is_locked = false;
  for (int attempt = 0; attempt < kAttempts && !is_locked; ++attempt) {
    if (file_.is_open()) remove_quietly(path_);
    Result<files::PositionalFile> made = files::PositionalFile::create_new(request.path);
    if (!made.ok()) return made.error();
    file_ = std::move(*made);
    path_ = request.path;
    is_locked = lock(file_) && is_still_named(file_);
  }
  if (!request.may_resume || !request.size || *request.size <= kWorthKeeping || request.etag.empty()) {
    return {};
  }
  // Without a lock there is no journal: nobody could tell whether an owner lives.
  if (is_locked) journal_.emplace(request.etag, *request.size);
  is_longer_ = true;
  to_reserve_ = journal_ ? journal_->file_size() : *request.size;
  return {};
}

Result<void> PartFile::reserve() {
  if (to_reserve_ == 0) return {};
  // First: by its journal the file of a process that dies now is known as ours, and what it reserved is given back.
  if (journal_) journal_->start(file_);
  const Result<void> reserved = file_.preallocate(std::exchange(to_reserve_, 0));
  if (!reserved.ok() && is_out_of_space(reserved.error())) return reserved;
  return {};
}

Result<PartFile> PartFile::open(const PartRequest& request, const CancellationToken& cancel) {
  const bool has_journal =
      request.may_resume && request.size && *request.size > kWorthKeeping && !request.etag.empty();
  if (has_journal) {
    if (std::optional<PartFile> part = adopt(request)) {
      Result<std::vector<ByteRange>> present = part->journal_->verify(part->file_, cancel);
      if (present.ok()) {
        part->present_ = std::move(*present);
        return std::move(*part);
      }
      if (cancel.is_cancelled()) return present.error();
      part->discard();  // A disk that cannot be read. What is fetched goes elsewhere.
      log_warning("An interrupted download is not continued: " + present.error().message);
      part.reset();
    }
  }
  PartFile part;
  if (Result<void> made = part.create(request); !made.ok()) return made.error();
  return part;
}

Result<void> PartFile::finish(std::uint64_t size) {
  if (is_longer_) {
    if (Result<void> cut = file_.truncate(size); !cut.ok()) return cut;
  }
  Result<void> closed = file_.close();
  if (!closed.ok()) remove_quietly(path_);
  return closed;
}

PartTrace trace_parts(const fs::path& part) {
  PartTrace trace;
  const std::string stem = stem_of(part.filename().string());
  std::error_code error;
  for (fs::directory_iterator entry(part.parent_path(), error), end; !error && entry != end; entry.increment(error)) {
    if (stem_of(entry->path().filename().string()) != stem) continue;
    struct stat status {};
    if (::lstat(entry->path().c_str(), &status) != 0) continue;
    ++trace.count;
    trace.bytes += static_cast<std::uint64_t>(status.st_blocks);
    trace.changed = std::max(trace.changed, std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec);
  }
  return trace;
}

std::uint64_t disk_space_of_parts(const fs::path& folder) {
  std::uint64_t sum = 0;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (stem_of(entry->path().filename().string()).empty()) continue;
    struct stat status {};
    if (::lstat(entry->path().c_str(), &status) == 0) sum += static_cast<std::uint64_t>(status.st_blocks) * 512;
  }
  return sum;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
