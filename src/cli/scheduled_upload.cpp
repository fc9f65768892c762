// SPDX-License-Identifier: Apache-2.0
#include "cli/scheduled_upload.hpp"

#include <algorithm>
#include <fstream>
#include <ios>
#include <istream>
#include <memory>
#include <streambuf>
#include <system_error>
#include <utility>

namespace huggingface_hub::cli {

namespace {

namespace fs = std::filesystem;

/// The first bytes of a file, as if it had no more. Open only while it is read: a folder may hold more files than a
/// process may have open.
class PrefixBuffer final : public std::streambuf {
 public:
  PrefixBuffer(fs::path path, std::uint64_t limit)
      : path_(std::move(path)), limit_(static_cast<std::streamoff>(limit)) {}

 protected:
  std::streamsize xsgetn(char* to, std::streamsize count) override {
    const std::streamsize read = read_here(to, count);
    position_ += read;
    return read;
  }
  int_type uflow() override {
    char c = 0;
    return xsgetn(&c, 1) == 1 ? traits_type::to_int_type(c) : traits_type::eof();
  }
  int_type underflow() override {
    char c = 0;
    return read_here(&c, 1) == 1 ? traits_type::to_int_type(c) : traits_type::eof();
  }
  pos_type seekoff(off_type offset, std::ios_base::seekdir from, std::ios_base::openmode) override {
    if (from == std::ios_base::cur) offset += position_;
    if (from == std::ios_base::end) offset += limit_;
    return seekpos(offset, std::ios_base::in);
  }
  pos_type seekpos(pos_type to, std::ios_base::openmode) override {
    const off_type wanted = to;
    if (wanted < 0 || wanted > limit_) return pos_type(off_type(-1));
    position_ = wanted;
    return to;
  }

 private:
  std::streamsize read_here(char* to, std::streamsize count) const {
    count = std::min<std::streamsize>(count, limit_ - position_);
    std::filebuf file;
    if (count <= 0 || file.open(path_, std::ios::in | std::ios::binary) == nullptr) return 0;
    if (file.pubseekpos(position_, std::ios::in) != pos_type(position_)) return 0;
    return file.sgetn(to, count);
  }

  fs::path path_;
  std::streamoff limit_;
  std::streamoff position_{0};
};

class PrefixStream final : public std::istream {
 public:
  PrefixStream(const fs::path& path, std::uint64_t limit) : std::istream(nullptr), buffer_(path, limit) {
    rdbuf(&buffer_);
  }

 private:
  PrefixBuffer buffer_;
};

}  // namespace

std::vector<ScheduledUpload::File> ScheduledUpload::changed_files() const {
  std::string prefix = target_.path_in_repo == "." ? "" : target_.path_in_repo;
  while (!prefix.empty() && prefix.back() == '/') prefix.pop_back();
  while (!prefix.empty() && prefix.front() == '/') prefix.erase(0, 1);
  if (!prefix.empty()) prefix += '/';

  std::vector<File> files;
  for (const auto& entry : fs::recursive_directory_iterator(target_.folder)) {
    std::error_code gone;  // Since the folder was listed: not for this time.
    if (!entry.is_regular_file(gone)) continue;
    File file;
    file.path = entry.path();
    const std::string name = file.path.lexically_relative(target_.folder).generic_string();
    file.path_in_repo = prefix + name;
    if (!filter_.keeps(name)) continue;
    file.size = entry.file_size(gone);
    if (!gone) file.modified = entry.last_write_time(gone);
    const auto before = uploaded_.find(file.path);
    if (gone || (before != uploaded_.end() && before->second == file.modified)) continue;
    files.push_back(std::move(file));
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path_in_repo < b.path_in_repo; });
  return files;
}

std::optional<CommitInfo> ScheduledUpload::push(const HfApi& api) {
  const std::vector<File> files = changed_files();
  if (files.empty()) return std::nullopt;
  std::vector<CommitOperation> operations;
  for (const File& file : files) {
    operations.emplace_back(CommitOperationAdd(
        file.path_in_repo, UploadSource::from_stream(std::make_shared<PrefixStream>(file.path, file.size))));
  }
  CommitInfo commit = api.create_commit(target_.repo_id, operations, options_);
  for (const File& file : files) uploaded_[file.path] = file.modified;
  return commit;
}

}  // namespace huggingface_hub::cli
