// SPDX-License-Identifier: Apache-2.0
#include "operations/open_file.hpp"

#include "cache/fallbacks.hpp"
#include "operations/file_download.hpp"
#include "operations/remote_file.hpp"
#include "transfer/read_ahead.hpp"

#include "huggingface_hub/cache/lookup.hpp"

#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

using detail::RemoteFileState;

std::unique_ptr<transfer::ReadCursor> RemoteFileState::make_cursor(bool is_stream) const {
  if (local) return std::make_unique<transfer::LocalCursor>(local, size);
  return std::make_unique<transfer::ReadAhead>(ranges, limits, is_stream);
}

Result<void> RemoteFileState::read(const std::vector<transfer::MemoryPiece>& pieces,
                                   const CancellationToken& token) const {
  if (ranges) return ranges->read(pieces, token);
  transfer::LocalCursor disk(local, size);
  for (const transfer::MemoryPiece& piece : pieces) {
    if (Result<void> done = disk.read(piece.begin, piece.data, piece.size, token); !done.ok()) return done;
  }
  return {};
}

namespace operations {
namespace {

using StatePtr = std::shared_ptr<RemoteFileState>;

HfHubDownloadOptions as_download(const OpenOptions& options) {
  HfHubDownloadOptions same;
  same.cache_dir = options.cache_dir;
  same.call = options.call;
  same.download_timeout = options.download_timeout;
  same.endpoint = options.endpoint;
  same.etag_timeout = options.etag_timeout;
  same.library_name = options.library_name;
  same.library_version = options.library_version;
  same.local_files_only = options.local_files_only;
  same.proxies = options.proxies;
  same.repo_type = options.repo_type;
  same.revision = options.revision;
  same.token = options.token;
  same.user_agent = options.user_agent;
  return same;
}

/// One opening.
class Opening {
 public:
  Opening(const Session& session, const std::string& repo_id, const std::string& filename, const OpenOptions& options)
      : session_(session),
        options_(options),
        call_(make_call(session, repo_id, as_download(options))),
        repo_(call_.repo()),
        filename_(filename) {
    state_->cancel = options.call.cancel;
    state_->limits.most = options.read_ahead;
    state_->name = filename;
    state_->timeout = options.call.timeout;
  }

  Result<StatePtr> run() {
    // What is cached of a commit cannot have changed.
    if (cache::is_commit_hash(call_.revision) && find_file(call_.revision)) return finish();
    LookUp found = look_up_now(MetadataTry::first);
    if (found.cause) {
      const std::optional<std::string> commit = call_.cached_commit();
      if (commit && find_file(*commit)) return finish();
      if (deserves_second_chance(*found.cause)) found = look_up_now(MetadataTry::second_chance);
    }
    if (found.final) return *found.final;
    if (found.cause) return missing_file_error(call_, filename_, *found.cause);
    if (find_file(found.file->commit, found.file->size) || find_blob(*found.file)) return finish();
    if (!found.file->size) return no_size();
    ask(*found.file);
    return finish();
  }

 private:
  LookUp look_up_now(MetadataTry which) const {
    return look_up_once(call_, filename_, repo_.tree(call_.revision), which);
  }

  // The file of `commit`, here or in a fallback, which has to have `size` if that is known.
  bool find_file(const std::string& commit, std::optional<std::uint64_t> size = {}) {
    fs::path pointer = repo_.pointer(commit, filename_);
    if (!use(pointer)) {
      std::optional<fs::path> elsewhere = cache::find_file(call_.fallbacks, commit, filename_, size);
      if (!elsewhere || !use(*elsewhere)) return false;
      pointer = std::move(*elsewhere);
    }
    state_->commit = commit;
    std::error_code ignored;
    const fs::path blob = fs::read_symlink(pointer, ignored);
    if (blob.parent_path().filename() == "blobs") state_->etag = blob.filename().string();
    return true;
  }

  // The same content, as another revision has it.
  bool find_blob(const RemoteFile& file) {
    if (!use(repo_.blob(file.etag))) {
      const auto elsewhere = cache::find_content(call_.fallbacks, file.commit, filename_, file.etag, file.size);
      if (!elsewhere || !use(*elsewhere)) return false;
    }
    if (file.size && *file.size != state_->size) {
      state_->local.reset();
      return false;
    }
    state_->commit = file.commit;
    state_->etag = file.etag;
    return true;
  }

  bool use(const fs::path& path) {
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) return false;
    Result<files::PositionalFile> file = files::PositionalFile::open_read(path);
    if (!file.ok()) return false;
    const Result<std::uint64_t> size = file->size();
    if (!size.ok()) return false;
    state_->local = std::make_shared<const files::PositionalFile>(std::move(*file));
    state_->size = *size;
    return true;
  }

  void ask(const RemoteFile& file) {
    call_.fix_token();
    transfer::PinnedFileFacts facts;
    facts.commit = file.commit;
    facts.etag = file.etag;
    facts.name = filename_;
    facts.pinned_url = call_.resolve_url(filename_, file.commit);
    facts.size = *file.size;
    // A URL of the Hub may lead to what a branch has now; a storage's is about the content.
    const bool is_pinned = !file.send_authorization || file.url.find(file.commit) != std::string::npos;
    facts.url = is_pinned ? file.url : facts.pinned_url;
    state_->commit = file.commit;
    state_->etag = file.etag;
    state_->size = *file.size;

    ApiRequest request = call_.request({});
    request.call = options_.call;
    request.call.timeout.reset();  // Each read has its own.
    request.connect_timeout = call_.download_timeout;
    request.download_counter = false;
    request.stall_timeout = call_.download_timeout;
    state_->ranges = std::make_shared<const transfer::RemoteRanges>(std::make_shared<const Session>(session_.options()),
                                                                    std::move(request), std::move(facts));
  }

  Error no_size() const {
    Error error;
    error.code = ErrorCode::file_metadata;
    error.message = "The Hub does not say how large '" + filename_ + "' of " + call_.subject() +
                    " is, so it cannot be read in parts. Download it with hf_hub_download.";
    return error;
  }

  Result<StatePtr> finish() {
    state_->cursor = state_->make_cursor(/*is_stream=*/false);
    return state_;
  }

  const Session& session_;
  const OpenOptions& options_;
  DownloadCall call_;
  cache::RepoFolder repo_;
  const std::string& filename_;
  StatePtr state_{std::make_shared<RemoteFileState>()};
};

}  // namespace

Result<StatePtr> open_file(const Session& session, const std::string& repo_id, const std::string& filename,
                           const OpenOptions& options) {
  return Opening(session, repo_id, filename, options).run();
}

}  // namespace operations

RemoteFilesApi::~RemoteFilesApi() = default;

RemoteFile RemoteFilesApi::open(const std::string& repo_id, const std::string& filename,
                                const OpenOptions& options) const {
  if (filename.empty()) cache::validate_filename(filename);
  const bool has_folder = options.subfolder && !options.subfolder->empty();
  const std::string name = has_folder ? *options.subfolder + "/" + filename : filename;
  cache::validate_filename(name);
  return RemoteFile(take(operations::open_file(session(), repo_id, name, options)));
}

HUGGINGFACE_HUB_NAMESPACE_END
