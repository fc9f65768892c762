// SPDX-License-Identifier: Apache-2.0
#include "transfer/hash_memo.hpp"

#include "core/digest.hpp"
#include "core/file_lock.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <exception>
#include <fstream>
#include <functional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {
namespace {

namespace fs = std::filesystem;

// A record: magic, key, four numbers, digest, check sum. The byte order is the machine's: another machine's record
// fails the check or names no file of this one.
constexpr std::string_view kRecordMagic = "hfM1";
constexpr std::size_t kNumbers = 4;
constexpr std::size_t kDigestSize = 32;
constexpr std::size_t kCheckSize = sizeof(std::uint64_t);

constexpr std::size_t kMaxRecords = 400'000;                      // Some 38 MB; more files are hashed again.
constexpr std::uint64_t kMaxFileSize = std::uint64_t{64} << 20;
constexpr std::size_t kMaxMemos = 64;                             // Folders that were uploaded from.
constexpr std::size_t kFlushSize = std::size_t{64} << 10;
constexpr std::uint64_t kLargeFile = std::uint64_t{8} << 20;      // Its record does not wait for others.
constexpr std::chrono::seconds kLockTimeout{2};                   // A lock is politeness: after that, without.
constexpr const char* kSuffix = ".hashes";

std::uint64_t check_sum(std::string_view bytes) noexcept {  // FNV-1a: against torn writes, not against malice.
  std::uint64_t sum = 0xcbf29ce484222325U;
  for (const char c : bytes) {
    sum ^= static_cast<unsigned char>(c);
    sum *= 0x100000001b3U;
  }
  return sum;
}

template <typename Number>
void put(std::string& text, Number number) {
  char bytes[sizeof number];
  std::memcpy(bytes, &number, sizeof number);
  text.append(bytes, sizeof number);
}

template <typename Number>
Number get(const char* bytes) {
  Number number{};
  std::memcpy(&number, bytes, sizeof number);
  return number;
}

std::optional<FileLock> lock(const fs::path& file) {
  FileLock::Options options;
  options.timeout = kLockTimeout;
  Result<FileLock> held = FileLock::acquire(fs::path(file).concat(".lock"), options);
  if (!held.ok()) return std::nullopt;
  return std::move(*held);
}

/// Removes the memos that have not been written to for longest.
void remove_old_memos(const fs::path& folder) {
  std::error_code ignored;
  std::vector<std::pair<fs::file_time_type, fs::path>> memos;
  for (fs::directory_iterator entry(folder, ignored); entry != fs::directory_iterator(); entry.increment(ignored)) {
    if (entry->path().extension() == kSuffix) memos.emplace_back(entry->last_write_time(ignored), entry->path());
  }
  if (memos.size() <= kMaxMemos) return;
  std::sort(memos.begin(), memos.end());
  memos.resize(memos.size() - kMaxMemos);
  for (const auto& [time, path] : memos) {
    fs::remove(path, ignored);
    fs::remove(fs::path(path).concat(".lock"), ignored);
  }
}

/// The same path from the root on. Without the components of std::filesystem where there is nothing to resolve: that is
/// half of the time a small file takes.
std::string absolute_path(const fs::path& file) {
  const std::string& text = file.native();
  const bool is_plain = !text.empty() && text.front() != '.' && text.find("/.") == std::string::npos &&
                        text.find("//") == std::string::npos;
  if (!is_plain) return fs::absolute(file).lexically_normal().native();
  std::string folder = fs::current_path().native();
  if (folder.back() != '/') folder += '/';
  return folder + text;
}

}  // namespace

std::size_t HashMemo::KeyHash::operator()(const Key& key) const noexcept {
  return static_cast<std::size_t>(get<std::uint64_t>(key.data() + 1)) ^ static_cast<std::size_t>(key[0]);
}

std::unique_ptr<HashMemo> HashMemo::open(const fs::path& folder, const fs::path& root) {
  if (folder.empty()) return nullptr;
  try {
    remove_old_memos(folder);
    constexpr std::size_t kNameSize = 32;
    const std::string name = sha256_hex(fs::absolute(root).lexically_normal().string()).substr(0, kNameSize);
    std::unique_ptr<HashMemo> memo(new HashMemo(folder / (name + kSuffix)));
    memo->load();
    return memo;
  } catch (const std::exception& error) {
    log_debug("The digests of earlier uploads cannot be used: " + std::string(error.what()));
    return nullptr;
  }
}

HashMemo::~HashMemo() { flush(); }

HashMemo::Key HashMemo::key_of(Kind kind, const fs::path& file) {
  Digest digest(DigestKind::sha256);
  digest.update(file.is_absolute() ? file.native() : absolute_path(file));
  const std::string raw = digest.finish_raw();
  Key key{};
  key[0] = static_cast<char>(kind);
  std::copy_n(raw.begin(), kKeySize - 1, key.begin() + 1);
  return key;
}

std::string HashMemo::record_of(const Key& key, const Entry& entry) {
  std::string record(kRecordMagic);
  record.append(key.data(), key.size());
  put(record, entry.stamp.size);
  put(record, entry.stamp.modified_ns);
  put(record, entry.stamp.changed_ns);
  put(record, entry.stamp.inode);
  record.append(entry.digest.data(), entry.digest.size());
  put(record, check_sum(record));
  return record;
}

std::size_t HashMemo::read_records(const std::string& text, Entries& entries) {
  constexpr std::size_t kRecordSize =
      kRecordMagic.size() + kKeySize + kNumbers * sizeof(std::uint64_t) + kDigestSize + kCheckSize;
  std::size_t count = 0;
  for (std::size_t at = text.find(kRecordMagic); at != std::string::npos && at + kRecordSize <= text.size();) {
    const std::string_view record(text.data() + at, kRecordSize);
    if (get<std::uint64_t>(record.data() + kRecordSize - kCheckSize) !=
        check_sum(record.substr(0, kRecordSize - kCheckSize))) {
      at = text.find(kRecordMagic, at + 1);  // Torn: the next good one may begin anywhere.
      continue;
    }
    Key key{};
    std::copy_n(record.begin() + kRecordMagic.size(), kKeySize, key.begin());
    const char* numbers = record.data() + kRecordMagic.size() + kKeySize;
    Entry entry;
    entry.stamp.size = get<std::uint64_t>(numbers);
    entry.stamp.modified_ns = get<std::int64_t>(numbers + 8);
    entry.stamp.changed_ns = get<std::int64_t>(numbers + 16);
    entry.stamp.inode = get<std::uint64_t>(numbers + 24);
    std::copy_n(numbers + kNumbers * sizeof(std::uint64_t), kDigestSize, entry.digest.begin());
    entries.insert_or_assign(key, entry);
    ++count;
    at = text.find(kRecordMagic, at + kRecordSize);
  }
  return count;
}

void HashMemo::load() {
  const Result<std::string> text = files::read_text(file_, kMaxFileSize);
  if (!text.ok()) return;  // Missing; or far too long: then it is begun anew.
  const std::size_t count = read_records(*text, entries_);
  if (count > kMaxRecords) {
    compact(kMaxRecords / 2);
  } else if (count > 1024 && count > 2 * entries_.size()) {
    compact(kMaxRecords);
  }
}

/// Writes the file anew, with each digest once and at most `most` of them.
void HashMemo::compact(std::size_t most) {
  const std::optional<FileLock> held = lock(file_);
  if (!held) return;
  entries_.clear();  // Others may have added to it meanwhile.
  const Result<std::string> text = files::read_text(file_, kMaxFileSize);
  if (text.ok()) read_records(*text, entries_);
  std::string kept;
  std::size_t left = most;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    if (left == 0) {
      entry = entries_.erase(entry);
      continue;
    }
    --left;
    kept += record_of(entry->first, entry->second);
    ++entry;
  }
  const Result<void> written = files::write_atomic(file_, kept);
  if (!written.ok()) log_debug(written.error().message);
}

std::optional<std::string> HashMemo::find(Kind kind, const fs::path& file, const FileStamp& stamp) const {
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (entries_.empty()) return std::nullopt;  // As for a folder that is pushed for the first time.
  }
  const Key key = key_of(kind, file);
  const std::lock_guard<std::mutex> guard(mutex_);
  const auto found = entries_.find(key);
  if (found == entries_.end()) return std::nullopt;
  const FileStamp& known = found->second.stamp;
  if (known.size != stamp.size || known.modified_ns != stamp.modified_ns || known.changed_ns != stamp.changed_ns ||
      known.inode != stamp.inode) {
    return std::nullopt;
  }
  const std::size_t size = kind == Kind::sha256 ? kDigestSize : 20;
  return to_hex(std::string_view(found->second.digest.data(), size));
}

void HashMemo::record(Kind kind, const fs::path& file, const FileStamp& stamp, const std::string& digest) {
  const std::optional<std::string> raw = from_hex(digest);
  if (!raw || raw->size() > kDigestSize) return;
  const Key key = key_of(kind, file);
  Entry entry;
  entry.stamp = stamp;
  std::copy(raw->begin(), raw->end(), entry.digest.begin());
  bool is_due = stamp.size >= kLargeFile;
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (entries_.size() >= kMaxRecords) return;
    entries_.insert_or_assign(key, entry);
    unwritten_ += record_of(key, entry);
    is_due = is_due || unwritten_.size() >= kFlushSize;
  }
  if (is_due) flush();
}

void HashMemo::forget(Kind kind, const fs::path& file) {
  const Key key = key_of(kind, file);
  {
    const std::lock_guard<std::mutex> guard(mutex_);
    if (entries_.erase(key) == 0) return;
    unwritten_ += record_of(key, Entry{});  // No file has such a stamp.
  }
  flush();
}

void HashMemo::flush() noexcept {
  try {
    std::string records;
    {
      const std::lock_guard<std::mutex> guard(mutex_);
      records.swap(unwritten_);
    }
    if (records.empty()) return;
    if (!files::create_directories(file_.parent_path()).ok()) return;
    const std::optional<FileLock> held = lock(file_);
    std::ofstream out(file_, std::ios::binary | std::ios::app);
    out.write(records.data(), static_cast<std::streamsize>(records.size()));
    out.flush();
    if (!out) log_debug("The digests of this upload could not be kept in '" + file_.string() + "'.");
  } catch (const std::exception& error) {
    log_debug("The digests of this upload could not be kept: " + std::string(error.what()));
  }
}

std::size_t HashMemo::size() const {
  const std::lock_guard<std::mutex> guard(mutex_);
  return entries_.size();
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
