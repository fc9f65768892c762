// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/progress_bar.hpp"
#include "cli/text.hpp"

#include "huggingface_hub/commit_scheduler.hpp"
#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/hf_uri.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <system_error>

namespace huggingface_hub::cli {

namespace {

namespace fs = std::filesystem;

bool exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

struct UploadArguments {
  std::string repo_id{};
  std::optional<std::string> local_path{};
  std::optional<std::string> path_in_repo{};
  std::optional<std::string> commit_description{};
  std::optional<std::string> commit_message{};
  bool create_pr{false};
  std::vector<std::string> remove{};
  std::optional<double> every{};
  std::vector<std::string> exclude{};
  std::vector<std::string> include{};
  std::optional<std::string> limit_rate{};
  std::optional<bool> private_repo{};
  std::optional<std::string> revision{};
  std::optional<std::string> token{};
  std::optional<std::string> type{};

  void parse(Context& context) {
    Arguments arguments(context.command(), "Upload a file or a folder to the Hub.");
    arguments.required("REPO_ID", repo_id, "The ID of the repo, such as `username/repo-name`, or an hf:// URI.");
    arguments.optional("LOCAL_PATH", local_path, "The file or folder; by default the one called like the repo.");
    arguments.optional("PATH_IN_REPO", path_in_repo, "Where it goes.");
    type_option(arguments, type);
    arguments.option("--revision", revision, "A branch, made if it is missing, or a pull request (refs/pr/N).");
    arguments.switch_flag("private", private_repo, "If the repository is made, only its owner may see it.");
    arguments.option("--include", include, "Patterns of the files to upload, such as *.json.");
    arguments.option("--exclude", exclude, "Patterns of the files to leave out.");
    arguments.option("--delete", remove, "Patterns of files of the repository to delete in the same commit.");
    arguments.option("--commit-message", commit_message, "The first line of the commit.");
    arguments.option("--commit-description", commit_description, "The rest of it.");
    arguments.switch_flag("create-pr", create_pr, "Open a pull request instead of committing to the branch.");
    arguments.option("--every", every, "Upload again every so many minutes.");
    token_option(arguments, token);
    limit_rate_option(arguments, limit_rate);
    context.parse(arguments);
    apply_limit_rate(context, arguments, limit_rate);
    if (every && !(*every > 0)) arguments.fail("Invalid value for every: --every must be a positive value");
    take_type_prefix(repo_id, type);
    warn_about_token(context, token);
    if (repo_id.compare(0, 5, "hf://") == 0) take_uri();
  }

  void take_uri() {
    if (type) throw CliError("'--repo-type' cannot be used with an 'hf://' URI ('" + repo_id + "').");
    if (revision) throw CliError("'--revision' cannot be used with an 'hf://' URI ('" + repo_id + "').");
    const HfUri uri = parse_hf_uri(repo_id);
    if (uri.is_bucket()) throw CliError("Buckets are not supported by `hfcpp upload`. Use `hf sync` instead.");
    if (!uri.path_in_repo.empty()) {
      if (path_in_repo) {
        throw CliError("Cannot combine a path in the hf:// URI ('" + uri.path_in_repo +
                       "') with the `path_in_repo` argument ('" + *path_in_repo + "').");
      }
      path_in_repo = uri.path_in_repo;
    }
    repo_id = uri.id;
    type = to_string(uri.repo_type());
    revision = uri.revision;
  }

  /// Settles what is uploaded and where it goes (`spec/cli.md` 8).
  void resolve_paths() {
    const std::string name = repo_id.substr(repo_id.rfind('/') + 1);  // The whole id where there is no slash.
    if (!local_path) {
      if (!exists(name)) {
        throw CliError("Invalid value. '" + name + "' is not a local file or folder. Please set local_path explicitly.");
      }
      local_path = name;
      path_in_repo = is_file(name) ? name : ".";
      return;
    }
    if (!exists(*local_path) && local_path->find_first_of("*?[") != std::string::npos) {
      if (!include.empty()) throw CliError("Invalid value. Cannot set --include when local_path contains a wildcard.");
      if (path_in_repo.value_or(".") != ".") {
        throw CliError("Invalid value. Cannot set path_in_repo when local_path contains a wildcard.");
      }
      include = {*local_path};
      local_path = ".";
      path_in_repo = ".";
      return;
    }
    if (!path_in_repo) path_in_repo = is_file(*local_path) ? fs::path(*local_path).filename().string() : ".";
  }
};

void warn_about_ignored_patterns(Output& out, const UploadArguments& given) {
  if (!given.include.empty()) out.warning("Ignoring --include since a single file is uploaded.");
  if (!given.exclude.empty()) out.warning("Ignoring --exclude since a single file is uploaded.");
  if (!given.remove.empty()) out.warning("Ignoring --delete since a single file is uploaded.");
}

/// Makes the repository and the branch where they are missing. Returns the id with its namespace.
std::string make_target(Context& context, const UploadArguments& given) {
  const HfApi& api = context.api(given.token);
  const RepoType repo_type = to_repo_type(given.type);
  CreateRepoOptions create;
  create.call = context.call();
  create.exist_ok = true;
  create.private_repo = given.private_repo;
  create.repo_type = repo_type;
  if (repo_type == RepoType::space) create.space_sdk = "gradio";  // So that it does not fail for want of one.
  const std::string repo_id = api.create_repo(given.repo_id, create).repo_id;

  if (!given.revision || given.create_pr) return repo_id;
  try {
    RepoInfoOptions look;
    look.call = context.call();
    look.repo_type = repo_type;
    look.revision = given.revision;
    (void)api.repo_info(repo_id, look);
  } catch (const RevisionNotFoundError&) {
    context.out.log("Branch '" + *given.revision + "' not found. Creating it...");
    CreateBranchOptions branch;
    branch.call = context.call();
    branch.exist_ok = true;  // Somebody else may do the same.
    branch.repo_type = repo_type;
    api.create_branch(repo_id, *given.revision, branch);
  }
  return repo_id;
}

template <typename Options>
Options common_options(Context& context, const UploadArguments& given, ProgressBar& bar) {
  Options options;
  options.call = context.call();
  options.commit_description = given.commit_description;
  options.commit_message = given.commit_message;
  options.create_pr = given.create_pr;
  options.progress = bar.callback();
  options.repo_type = to_repo_type(given.type);
  options.revision = given.revision;
  return options;
}

CommitInfo upload(Context& context, const UploadArguments& given, const std::string& repo_id) {
  const HfApi& api = context.api(given.token);
  ProgressBar bar(context.shows_progress());
  if (is_file(*given.local_path)) {
    const auto options = common_options<UploadFileOptions>(context, given, bar);
    return api.upload_file(UploadSource(fs::path(*given.local_path)), *given.path_in_repo, repo_id, options);
  }
  auto options = common_options<UploadFolderOptions>(context, given, bar);
  if (!given.include.empty()) options.allow_patterns = given.include;
  if (!given.remove.empty()) options.delete_patterns = given.remove;
  if (!given.exclude.empty()) options.ignore_patterns = given.exclude;
  options.path_in_repo = given.path_in_repo;
  return api.upload_folder(repo_id, *given.local_path, options);
}

/// What is uploaded every so often. A file is its folder with the file as the only pattern, so it keeps its name.
struct Scheduled {
  fs::path folder{};
  CommitSchedulerOptions options{};
};

Scheduled scheduled_upload(Context& context, const UploadArguments& given) {
  Scheduled scheduled;
  scheduled.folder = *given.local_path;
  std::string path_in_repo = *given.path_in_repo;
  if (is_file(*given.local_path)) {
    const std::string name = scheduled.folder.filename().string();
    scheduled.folder = scheduled.folder.has_parent_path() ? scheduled.folder.parent_path() : fs::path(".");
    const std::size_t slash = path_in_repo.rfind('/');
    const std::string wanted = path_in_repo.substr(slash == std::string::npos ? 0 : slash + 1);
    path_in_repo.resize(slash == std::string::npos ? 0 : slash);
    if (!wanted.empty() && wanted != "." && wanted != name) {
      context.out.warning("A scheduled upload keeps the name of the file: it will be '" +
                          (path_in_repo.empty() ? name : path_in_repo + "/" + name) + "' and not '" +
                          *given.path_in_repo + "'. Rename the local file to upload it under another name.");
    }
    scheduled.options.allow_patterns = name;
  } else {
    if (!given.include.empty()) scheduled.options.allow_patterns = given.include;
    scheduled.options.ignore_patterns = given.exclude;
    if (!given.remove.empty()) context.out.warning("Ignoring --delete when uploading with scheduled commits.");
  }
  if (given.create_pr) context.out.warning("Ignoring --create-pr when uploading with scheduled commits.");
  scheduled.options.api = context.api(given.token);
  scheduled.options.commit_description = given.commit_description;
  scheduled.options.commit_message = given.commit_message.value_or(scheduled.options.commit_message);
  scheduled.options.every = *given.every;
  scheduled.options.path_in_repo = path_in_repo;
  scheduled.options.private_repo = given.private_repo;
  scheduled.options.repo_type = to_repo_type(given.type);
  scheduled.options.revision = given.revision;
  return scheduled;
}

/// Uploads until Ctrl-C, which lets a push that is under way end. One that fails is said and tried again.
void upload_every(Context& context, const UploadArguments& given, const std::string& repo_id) {
  const CancellationToken cancel = context.call().cancel;
  Scheduled scheduled = scheduled_upload(context, given);
  scheduled.options.on_commit = [&](const CommitInfo& commit) { context.out.log("Committed " + commit.commit_url); };
  scheduled.options.on_error = [&](const std::exception& error) {
    context.out.log("Error while pushing to Hub: " + std::string(error.what()));
  };
  context.out.text("Scheduling commits every " + python_str(*given.every) + " minutes to " + repo_id + ".");
  CommitScheduler scheduler(repo_id, scheduled.folder, scheduled.options);
  while (!cancel.wait_for(std::chrono::hours(1))) {
  }
  scheduler.stop();
  context.out.result("Uploaded", {{"url", "Stopped scheduled commits."}});
}

}  // namespace

void upload_command(Context& context) {
  UploadArguments given;
  given.parse(context);
  given.resolve_paths();
  if (is_file(*given.local_path)) {
    warn_about_ignored_patterns(context.out, given);
  } else if (!is_folder(*given.local_path)) {
    throw CliError("No such file or directory: '" + *given.local_path + "'.");
  }
  const std::string repo_id = make_target(context, given);
  if (given.every) return upload_every(context, given, repo_id);
  const CommitInfo commit = upload(context, given, repo_id);
  context.out.result("Uploaded", {{"url", commit.commit_url}});
  if (commit.pr_url) context.out.hint("The pull request is at " + *commit.pr_url);
}

}  // namespace huggingface_hub::cli
