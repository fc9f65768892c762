// SPDX-License-Identifier: Apache-2.0
#include "hub/addition.hpp"

#include "core/byte_budget.hpp"
#include "core/digest.hpp"
#include "core/environment.hpp"
#include "core/files.hpp"
#include "formats/utf8.hpp"
#include "session/session.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <istream>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {
namespace {

constexpr std::size_t kSampleSize = 512;                 // spec/hub-http.md 9.1
constexpr std::size_t kReadSize = std::size_t{1} << 20;  // spec/transfer.md 11
constexpr std::uint64_t kMaxTextSize = std::uint64_t{64} << 20;

// Opening a small file costs more than its bytes: it is read once, while no more than this is kept of all of them.
// Only where that is a small part of the budget, since nobody knows how long an operation is held.
constexpr std::uint64_t kMostKeptOfFile = std::uint64_t{16} << 10;
constexpr std::uint64_t kMostKept = std::uint64_t{4} << 20;
constexpr std::uint64_t kBudgetForKeeping = 16 * kMostKept;

std::atomic<std::uint64_t> kept_bytes{0};

/// Content of a small file, and its part of the budget.
struct Kept {
  Kept(std::string bytes, ByteBudget::Share part) : content(std::move(bytes)), share(std::move(part)) {
    kept_bytes += content.size();
  }
  ~Kept() { kept_bytes -= content.size(); }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

  const std::string content;
  const ByteBudget::Share share;
};

class FileReader final : public ContentReader {
 public:
  explicit FileReader(files::PositionalFile file) : file_(std::move(file)) {}
  Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t capacity) override {
    return file_.read_at(offset, buffer, capacity);
  }

 private:
  files::PositionalFile file_;
};

class BytesReader final : public ContentReader {
 public:
  explicit BytesReader(std::shared_ptr<const std::string> bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t capacity) override {
    if (offset >= bytes_->size()) return std::size_t{0};
    const auto start = static_cast<std::size_t>(offset);
    const std::size_t count = std::min(capacity, bytes_->size() - start);
    std::memcpy(buffer, bytes_->data() + start, count);
    return count;
  }

 private:
  std::shared_ptr<const std::string> bytes_;
};

class StreamReader final : public ContentReader {
 public:
  explicit StreamReader(std::shared_ptr<std::istream> stream) : stream_(std::move(stream)) {}
  Result<std::size_t> read_at(std::uint64_t offset, char* buffer, std::size_t capacity) override {
    stream_->clear();  // The end seen by an earlier read.
    stream_->seekg(static_cast<std::streamoff>(offset), std::ios::beg);
    if (!*stream_) return broken();
    stream_->read(buffer, static_cast<std::streamsize>(capacity));
    if (stream_->bad()) return broken();
    return static_cast<std::size_t>(stream_->gcount());
  }

 private:
  static Error broken() {
    Error error;
    error.code = ErrorCode::io;
    error.message =
        "The stream to upload cannot be read or cannot seek. Give a binary stream that can, a path, or bytes.";
    return error;
  }
  std::shared_ptr<std::istream> stream_;
};

/// Feeds the whole content to `digest`; exactly `addition.size` bytes, or an error.
Result<void> digest_content(const AdditionState& addition, const CancellationToken& cancel, Digest& digest) {
  Result<std::unique_ptr<ContentReader>> reader = open_content(addition);
  if (!reader.ok()) return reader.error();
  std::vector<char> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(kReadSize, addition.size + 1)));
  std::uint64_t offset = 0;
  for (;;) {
    cancel.throw_if_cancelled();
    const Result<std::size_t> count = (*reader)->read_at(offset, buffer.data(), buffer.size());
    if (!count.ok()) return count.error();
    if (*count == 0) break;
    offset += *count;
    if (offset > addition.size) break;
    digest.update(buffer.data(), *count);
  }
  if (offset == addition.size) return {};
  return changed_error(addition, offset < addition.size ? "became shorter" : "became longer");
}

std::uint64_t stream_size(std::istream& stream) {
  stream.clear();
  stream.seekg(0, std::ios::end);
  const std::streamoff end = stream.tellg();
  if (!stream || end < 0) {
    throw_error(ErrorCode::validation,
                "The stream to upload cannot seek. Give a binary stream that can, a path, or bytes.");
  }
  return static_cast<std::uint64_t>(end);
}

/// Finds out size and, of a file, what it is.
void measure(AdditionState& addition) {
  if (addition.source.bytes()) {
    addition.size = addition.source.bytes()->size();
    return;
  }
  if (addition.source.stream()) {
    addition.size = stream_size(*addition.source.stream());
    return;
  }
  addition.file =
      std::filesystem::path(expand_user(addition.source.path().string(), environment_variable)).lexically_normal();
  Result<FileStamp> stamp = file_stamp(addition.file);
  if (!stamp.ok()) {
    Error error = stamp.error();
    error.code = ErrorCode::validation;
    error.path = addition.file;
    error.message = "'" + addition.file.string() + "' is not a file on this machine that could be uploaded.";
    throw_error(error);
  }
  addition.stamp = *stamp;
  addition.size = stamp->size;
}

/// The first `size` bytes.
Result<std::string> read_beginning(const AdditionState& addition, std::uint64_t size) {
  Result<std::unique_ptr<ContentReader>> reader = open_content(addition);
  if (!reader.ok()) return reader.error();
  std::string content(static_cast<std::size_t>(size), '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const Result<std::size_t> count = (*reader)->read_at(filled, content.data() + filled, content.size() - filled);
    if (!count.ok()) return count.error();
    if (*count == 0) return changed_error(addition, "became shorter");
    filled += *count;
  }
  return content;
}

bool is_worth_keeping(const AdditionState& addition) {
  return !addition.file.empty() && addition.size <= kMostKeptOfFile && kept_bytes + addition.size <= kMostKept &&
         ByteBudget::process().limit() >= kBudgetForKeeping;
}

/// Null where nothing is left of the budget.
std::shared_ptr<const std::string> keep(std::string content) {
  std::optional<ByteBudget::Share> share = ByteBudget::process().try_take(content.size());
  if (!share) return nullptr;
  const auto kept = std::make_shared<const Kept>(std::move(content), std::move(*share));
  return {kept, &kept->content};
}

void read_sample(AdditionState& addition) {
  const std::uint64_t size = std::min<std::uint64_t>(kSampleSize, addition.size);
  if (size == 0) return;
  if (!is_worth_keeping(addition)) {
    addition.sample = take(read_beginning(addition, size));
    return;
  }
  std::string content = take(read_beginning(addition, addition.size));
  addition.sample = content.substr(0, static_cast<std::size_t>(size));
  addition.kept = keep(std::move(content));
}

bool has_segment(std::string_view path, std::string_view wanted) {
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    if (path.substr(start, end - start) == wanted) return true;
    start = end + 1;
  }
  return false;
}

}  // namespace

std::string validate_path_in_repo(const std::string& given) {
  std::string path = given;
  if (path.rfind('/', 0) == 0) path.erase(0, 1);
  if (path.empty()) {
    throw_error(ErrorCode::validation, "The path in the repository is empty. Name a file or a folder.");
  }
  if (path == "." || has_segment(path, "..")) {
    throw_error(ErrorCode::validation, "Invalid path in the repository: '" + given + "' does not stay inside of it.");
  }
  if (path.rfind("./", 0) == 0) path.erase(0, 2);
  for (const char* forbidden : {".git", ".cache"}) {
    if (!has_segment(path, forbidden)) continue;
    throw_error(ErrorCode::validation,
                "Invalid path in the repository: nothing may be changed below a folder called '" +
                    std::string(forbidden) + "' (path: '" + path + "').");
  }
  if (valid_utf8_prefix(path) != path.size() || path.find('\0') != std::string::npos) {
    throw_error(ErrorCode::validation,
                "Invalid path in the repository: it must be UTF-8 text without NUL. Rename the file.");
  }
  return path;
}

Result<std::unique_ptr<ContentReader>> open_content(const AdditionState& addition) {
  if (addition.source.bytes()) return std::unique_ptr<ContentReader>(new BytesReader(addition.source.bytes()));
  if (addition.source.stream()) return std::unique_ptr<ContentReader>(new StreamReader(addition.source.stream()));
  if (addition.kept) return std::unique_ptr<ContentReader>(new BytesReader(addition.kept));
  Result<files::PositionalFile> file = files::PositionalFile::open_read(addition.file);
  if (!file.ok()) return file.error();
  return std::unique_ptr<ContentReader>(new FileReader(std::move(*file)));
}

Result<void> compute_sha256(AdditionState& addition, const CancellationToken& cancel) {
  if (addition.sha256) return {};
  Digest digest(DigestKind::sha256);
  Result<void> read = digest_content(addition, cancel, digest);
  if (read.ok()) addition.sha256 = digest.finish_hex();
  return read;
}

Result<void> compute_git_blob_id(AdditionState& addition, const CancellationToken& cancel) {
  if (addition.git_blob_id) return {};
  Digest digest = git_blob_digest(addition.size);
  Result<void> read = digest_content(addition, cancel, digest);
  if (read.ok()) addition.git_blob_id = digest.finish_hex();
  return read;
}

Result<std::string> read_content(const AdditionState& addition) {
  if (addition.size > kMaxTextSize) {
    Error error;
    error.code = ErrorCode::validation;
    error.path = addition.file;
    error.message = "'" + addition.path_in_repo + "' has " + std::to_string(addition.size) +
                    " bytes, far too many for a text file.";
    return error;
  }
  return read_beginning(addition, addition.size);
}

Result<void> check_unchanged(const AdditionState& addition) {
  if (addition.file.empty()) return {};
  const Result<FileStamp> now = file_stamp(addition.file);
  if (!now.ok()) return now.error();
  if (now->size != addition.size) {
    return changed_error(addition, now->size < addition.size ? "became shorter" : "became longer");
  }
  // Links and permissions may change (changed_ns, and the inode where a file is replaced by its like): only content
  // counts, and that is what the digests have seen.
  if (now->modified_ns != addition.stamp.modified_ns) return changed_error(addition, "was written to");
  return {};
}

Error changed_error(const AdditionState& addition, const std::string& how) {
  Error error;
  error.code = ErrorCode::integrity;
  error.path = addition.file;
  error.message = "'" + addition.path_in_repo + "'" +
                  (addition.file.empty() ? std::string() : " (" + addition.file.string() + ")") + " " + how +
                  " while it was uploaded. Nothing was committed. Upload again when nothing writes to it.";
  return error;
}

}  // namespace hub

CommitOperationAdd::CommitOperationAdd(const std::string& path_in_repo, UploadSource path_or_fileobj)
    : state_(std::make_shared<detail::AdditionState>(std::move(path_or_fileobj))) {
  state_->path_in_repo = hub::validate_path_in_repo(path_in_repo);
  hub::measure(*state_);
  hub::read_sample(*state_);
}

const std::string& CommitOperationAdd::path_in_repo() const noexcept { return state_->path_in_repo; }
std::uint64_t CommitOperationAdd::size() const noexcept { return state_->size; }
std::optional<UploadMode> CommitOperationAdd::upload_mode() const noexcept { return state_->upload_mode; }
bool CommitOperationAdd::should_ignore() const noexcept { return state_->should_ignore; }
bool CommitOperationAdd::is_uploaded() const noexcept { return state_->is_uploaded; }
bool CommitOperationAdd::is_committed() const noexcept { return state_->is_committed; }

CommitOperationDelete::CommitOperationDelete(const std::string& path_in_repo, std::optional<bool> is_folder)
    : path_in_repo_(hub::validate_path_in_repo(path_in_repo)),
      is_folder_(is_folder.value_or(!path_in_repo_.empty() && path_in_repo_.back() == '/')) {}

CommitOperationCopy::CommitOperationCopy(const std::string& src_path_in_repo, const std::string& path_in_repo,
                                         CopySource source)
    : src_path_in_repo_(hub::validate_path_in_repo(src_path_in_repo)),
      path_in_repo_(hub::validate_path_in_repo(path_in_repo)),
      source_(std::move(source)) {
  if (source_.src_repo_id.has_value() != source_.src_repo_type.has_value()) {
    throw_error(ErrorCode::validation, "`src_repo_id` and `src_repo_type` go together: set both or none.");
  }
  if (source_.src_repo_id) validate_repo_id(*source_.src_repo_id);
}

HUGGINGFACE_HUB_NAMESPACE_END
