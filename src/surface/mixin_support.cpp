// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/detail/mixin_support.hpp"

#include "core/files.hpp"
#include "core/log.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

namespace {

namespace fs = std::filesystem;

constexpr const char* kConfigName = "config.json";
constexpr const char* kCardName = "README.md";

const HfApi& api_of(const PretrainedSource& source) { return source.api != nullptr ? *source.api : default_api(); }

/// What downloads of one file and of a snapshot have in common.
template <typename Options>
Options download_options(const PretrainedSource& source) {
  Options options;
  options.cache_dir = source.cache_dir;
  options.call = source.call;
  options.endpoint = source.endpoint;
  options.force_download = source.force_download;
  options.library_name = source.library_name;
  options.library_version = source.library_version;
  options.local_files_only = source.local_files_only;
  options.progress = source.progress;
  options.proxies = source.proxies;
  options.resume_download = source.resume_download;
  options.revision = source.revision;
  options.token = source.token;
  return options;
}

[[noreturn]] void throw_missing(const fs::path& folder, const std::string& name) {
  Error error;
  error.code = ErrorCode::local_entry_not_found;
  error.message = "The model folder '" + folder.string() + "' has no file '" + name + "'.";
  error.path = folder / name;
  throw_error(error);
}

fs::path config_path(const PretrainedSource& source) {
  return source.local_dir ? *source.local_dir / kConfigName : fs::path(kConfigName);
}

/// `config.json` of a folder; empty where there is none.
JsonText read_local_config(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_regular_file(folder / kConfigName, ignored)) {
    log_warning("config.json not found in " + fs::absolute(folder, ignored).string());
    return JsonText();
  }
  return JsonText(files::read_text(folder / kConfigName).value());
}

/// `config.json` of a repository. Whatever the Hub answers instead of it counts as not having one (`spec/mixin.md`
/// 1.8); the download of the weights will say what is wrong.
JsonText download_config(const PretrainedSource& source) {
  try {
    return JsonText(
        files::read_text(api_of(source).hf_hub_download(
            source.model_id, kConfigName, download_options<HfHubDownloadOptions>(source))).value());
  } catch (const HfHubHTTPError& error) {
    log_info("config.json not found in the repository " + source.model_id + ": " + error.what());
    return JsonText();
  }
}

}  // namespace

JsonText fetch_config(PretrainedSource& source) {
  std::error_code ignored;
  if (fs::is_directory(source.model_id, ignored)) {
    source.local_dir = fs::path(source.model_id);
    log_info("Loading the model from the folder " + fs::absolute(source.model_id, ignored).string());
    return read_local_config(*source.local_dir);
  }
  log_info("Loading the model from the repository " + source.model_id);
  return download_config(source);
}

fs::path pretrained_file(const PretrainedSource& source, const std::string& name) {
  if (!source.local_dir) {
    return api_of(source).hf_hub_download(source.model_id, name, download_options<HfHubDownloadOptions>(source));
  }
  if (!files::is_safe_relative_path(name)) {
    throw_error(ErrorCode::validation, "'" + name + "' is no name of a file in a model folder.");
  }
  const fs::path path = *source.local_dir / fs::path(name);
  std::error_code ignored;
  if (!fs::exists(path, ignored)) throw_missing(*source.local_dir, name);
  return path;
}

fs::path pretrained_folder(const PretrainedSource& source, const StringList& allow_patterns,
                           const StringList& ignore_patterns) {
  if (source.local_dir) return *source.local_dir;
  SnapshotDownloadOptions options = download_options<SnapshotDownloadOptions>(source);
  options.allow_patterns = allow_patterns.optional();
  options.ignore_patterns = ignore_patterns.values();
  return api_of(source).snapshot_download(source.model_id, options);
}

void throw_bad_config(const PretrainedSource& source, const std::string& why) {
  Error error;
  error.code = ErrorCode::other;
  error.message = "config.json of '" + source.model_id + "' cannot be used: " + why +
                  ". Repair the file, or push the model again.";
  error.path = config_path(source);
  throw_error(error);
}

void begin_save(const fs::path& folder) {
  files::create_directories(folder).value();
  std::error_code failure;
  fs::remove(folder / kConfigName, failure);
  if (failure) throw_error(files::io_error("Cannot remove", folder / kConfigName, failure.value()));
}

void save_config(const fs::path& folder, const std::string& text) {
  std::error_code ignored;
  if (fs::exists(folder / kConfigName, ignored)) return;
  files::write_atomic(folder / kConfigName, text).value();
}

bool lacks_card(const fs::path& folder) {
  std::error_code ignored;
  return !fs::exists(folder / kCardName, ignored);
}

std::string default_repo_id(const fs::path& folder) {
  const fs::path named = folder.has_filename() ? folder : folder.parent_path();
  return named.filename().string();
}

Push::Push(const std::string& repo_id, PushPlan plan)
    : plan_(std::move(plan)), api_(plan_.api != nullptr ? *plan_.api : default_api()) {
  validate_repo_id(repo_id);
  if (plan_.create_pr && plan_.branch && *plan_.branch != "main") {
    throw_error(ErrorCode::validation, "A pull request is always made against 'main', not against the branch '" +
                                           *plan_.branch + "': leave out `branch` or `create_pr`.");
  }
  HfApiOptions changes;
  changes.endpoint = plan_.endpoint.value_or("");
  changes.library_name = plan_.library_name;
  changes.library_version = plan_.library_version;
  changes.proxies = plan_.proxies;
  changes.token = plan_.token;
  api_ = api_.with(changes);

  CreateRepoOptions create;
  create.call = plan_.call;
  create.exist_ok = true;
  create.private_repo = plan_.private_repo;
  repo_id_ = api_.create_repo(repo_id, create).repo_id;
  temporary_ = fs::temp_directory_path() / files::unique_name("huggingface_hub", "push");
  folder_ = temporary_ / fs::path(repo_id_);
  files::create_directories(temporary_).value();
}

Push::~Push() {
  std::error_code ignored;
  fs::remove_all(temporary_, ignored);
}

CommitInfo Push::upload() {
  UploadFolderOptions upload;
  upload.allow_patterns = plan_.allow_patterns;
  upload.call = plan_.call;
  upload.commit_description = plan_.commit_description;
  upload.commit_message = plan_.commit_message;
  upload.create_pr = plan_.create_pr;
  upload.delete_patterns = plan_.delete_patterns;
  upload.ignore_patterns = plan_.ignore_patterns;
  upload.progress = plan_.progress;
  upload.revision = plan_.branch;
  if (plan_.keep_remote_card) {
    FileExistsOptions ask;
    ask.call = plan_.call;
    ask.revision = plan_.branch;
    std::vector<std::string> ignored = plan_.ignore_patterns.values();
    if (api_.file_exists(repo_id_, kCardName, ask)) ignored.emplace_back(kCardName);
    upload.ignore_patterns = StringList(std::move(ignored));
  }
  return api_.upload_folder(repo_id_, folder_, upload);
}

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
