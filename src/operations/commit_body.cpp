// SPDX-License-Identifier: Apache-2.0
#include "operations/commit_body.hpp"

#include "core/text.hpp"
#include "hub/requests.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {
namespace {

using nlohmann::json;

// Bytes read at a time; a multiple of 3, so that pieces of base64 join without padding.
constexpr std::size_t kPieceSize = std::size_t{96} * 1024;

std::uint64_t base64_size(std::uint64_t size) { return (size + 2) / 3 * 4; }

std::string line(const char* key, json value) {
  return hub::json_text({{"key", key}, {"value", std::move(value)}}) + "\n";
}

}  // namespace

void CommitBody::add_text(std::string text) {
  size_ += text.size();
  if (!pieces_.empty()) {
    if (std::string* last = std::get_if<std::string>(&pieces_.back())) {
      *last += text;
      return;
    }
  }
  pieces_.emplace_back(std::move(text));
}

void CommitBody::add_header(const std::string& summary, const std::string& description,
                            const std::optional<std::string>& parent_commit) {
  json value = {{"summary", summary}, {"description", description}};
  if (parent_commit) value["parentCommit"] = *parent_commit;
  add_text(line("header", std::move(value)));
}

void CommitBody::add_file(const hub::AdditionState& addition, transfer::UploadProgress::File* progress) {
  add_text(R"({"key":"file","value":{"content":")");
  size_ += base64_size(addition.size);
  pieces_.emplace_back(File{&addition, progress});
  add_text(R"(","path":)" + hub::json_text(addition.path_in_repo) + R"(,"encoding":"base64"}})" + "\n");
}

void CommitBody::add_file(const std::string& path, const std::string& content) {
  add_text(line("file", {{"content", base64_encode(content)}, {"path", path}, {"encoding", "base64"}}));
}

void CommitBody::add_lfs_file(const std::string& path, const std::string& sha256, std::optional<std::uint64_t> size) {
  json value = {{"path", path}, {"algo", "sha256"}, {"oid", sha256}};
  if (size) value["size"] = *size;
  add_text(line("lfsFile", std::move(value)));
}

void CommitBody::add_deletion(const std::string& path, bool is_folder) {
  add_text(line(is_folder ? "deletedFolder" : "deletedFile", {{"path", path}}));
}

// Fills the whole buffer: what one call gives is sent by itself, and small files have a few hundred bytes each.
Result<std::size_t> CommitBody::read(char* buffer, std::size_t capacity) {
  std::size_t filled = 0;
  while (filled < capacity) {
    if (pending_position_ == pending_.size()) {
      pending_.clear();
      pending_position_ = 0;
      Result<void> more = refill();
      if (!more.ok()) return more.error();
      if (pending_.empty()) break;
    }
    const std::size_t count = std::min(capacity - filled, pending_.size() - pending_position_);
    std::memcpy(buffer + filled, pending_.data() + pending_position_, count);
    pending_position_ += count;
    filled += count;
  }
  return filled;
}

Result<void> CommitBody::rewind() {
  next_piece_ = 0;
  pending_.clear();
  pending_position_ = 0;
  reader_.reset();
  file_position_ = 0;
  return {};
}

Result<void> CommitBody::refill() {
  while (pending_.empty() && next_piece_ < pieces_.size()) {
    if (const std::string* text = std::get_if<std::string>(&pieces_[next_piece_])) {
      pending_ = *text;
      ++next_piece_;
      continue;
    }
    Result<void> read = read_file(std::get<File>(pieces_[next_piece_]));
    if (!read.ok()) return read;
  }
  return {};
}

Result<void> CommitBody::read_file(const File& file) {
  const hub::AdditionState& addition = *file.addition;
  if (!reader_) {
    Result<std::unique_ptr<hub::ContentReader>> opened = hub::open_content(addition);
    if (!opened.ok()) return opened.error();
    reader_ = std::move(*opened);
    digest_ = git_blob_digest(addition.size);
    file_position_ = 0;
  }
  std::string raw(static_cast<std::size_t>(std::min<std::uint64_t>(kPieceSize, addition.size - file_position_)), '\0');
  std::size_t filled = 0;
  while (filled < raw.size()) {
    const Result<std::size_t> count =
        reader_->read_at(file_position_ + filled, raw.data() + filled, raw.size() - filled);
    if (!count.ok()) return count.error();
    if (*count == 0) return hub::changed_error(addition, "became shorter");
    filled += *count;
  }
  digest_.update(raw);
  file_position_ += raw.size();
  if (file_position_ == addition.size) {
    reader_.reset();
    ++next_piece_;
    if (digest_.finish_hex() != *addition.git_blob_id) return hub::changed_error(addition, "was written to");
  }
  if (file.progress != nullptr) file.progress->reached(file_position_);
  pending_ = base64_encode(raw);
  return {};
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
