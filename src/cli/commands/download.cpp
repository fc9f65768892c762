// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/progress_bar.hpp"

#include "huggingface_hub/cache/scan.hpp"  // format_size
#include "huggingface_hub/hf_uri.hpp"

#include <algorithm>
#include <filesystem>

namespace huggingface_hub::cli {

namespace {

struct DownloadArguments {
  std::string repo_id{};
  std::vector<std::string> filenames{};
  std::optional<std::string> cache_dir{};
  bool dry_run{false};
  std::vector<std::string> exclude{};
  bool force_download{false};
  std::vector<std::string> include{};
  std::optional<std::string> limit_rate{};
  std::optional<std::string> local_dir{};
  std::optional<long long> max_workers{};
  std::optional<std::string> revision{};
  std::optional<std::string> token{};
  std::optional<std::string> type{};

  void parse(Context& context) {
    Arguments arguments(context.command(), "Download files from the Hub.");
    arguments.required("REPO_ID", repo_id, "The ID of the repo, such as `username/repo-name`, or an hf:// URI.");
    arguments.rest("FILENAMES", filenames, "Files to download; `folder/` for all files in a folder.");
    type_option(arguments, type);
    arguments.option("--revision", revision, "A branch, a tag, a commit or a pull request (refs/pr/N).");
    arguments.option("--include", include, "Patterns of the files to download, such as *.json.");
    arguments.option("--exclude", exclude, "Patterns of the files to leave out.");
    arguments.option("--cache-dir", cache_dir, "Where to keep the files. What the caches in HF_HUB_CACHE_FALLBACKS (folders divided by "
                     "`:`) hold is not downloaded.");
    arguments.option("--local-dir", local_dir, "A folder to put the files into, instead of the cache.");
    arguments.switch_flag("force-download", force_download, "Download what is cached already, too.");
    arguments.switch_flag("dry-run", dry_run, "Only say what would be downloaded.");
    token_option(arguments, token);
    arguments.option("--max-workers", max_workers,
                     "Files in flight at a time. Default: 8, and more small ones where the Hub is far.");
    limit_rate_option(arguments, limit_rate);
    context.parse(arguments);
    apply_limit_rate(context, arguments, limit_rate);
    take_type_prefix(repo_id, type);
    warn_about_token(context, token);
    if (local_dir && cache_dir) {
      throw CliError(
          "Cannot use both `--local-dir` and `--cache-dir` at the same time. Use `--cache-dir` (or set the HF_HOME "
          "environment variable) for shared caching, or `--local-dir` for a one-off download to a specific directory.");
    }
    if (repo_id.compare(0, 5, "hf://") == 0) take_uri();
  }

  /// An URI says type, revision and perhaps the file.
  void take_uri() {
    if (type) throw CliError("'--repo-type' cannot be used with an 'hf://' URI ('" + repo_id + "').");
    if (revision) throw CliError("'--revision' cannot be used with an 'hf://' URI ('" + repo_id + "').");
    const HfUri uri = parse_hf_uri(repo_id);
    if (uri.is_bucket()) throw CliError("Buckets are not supported by `hfcpp download`. Use `hf sync` instead.");
    std::string path = uri.path_in_repo;
    if (!path.empty() && repo_id.back() == '/') path += "/";  // A folder; the parser drops the slash.
    if (!path.empty() && !filenames.empty()) {
      throw CliError("Cannot combine a file path in the hf:// URI ('" + path + "') with positional filenames " +
                     python_str(Json(filenames)) + ".");
    }
    if (!path.empty()) filenames = {path};
    repo_id = uri.id;
    type = to_string(uri.repo_type());
    revision = uri.revision;
  }

  /// The only file, if there is exactly one and it is no folder: then it is a path and not a pattern.
  [[nodiscard]] std::optional<std::string> only_file() const {
    if (filenames.size() != 1 || filenames[0].empty() || filenames[0].back() == '/') return std::nullopt;
    return filenames[0];
  }
};

/// `data/` as `data/**`, names as they are.
std::vector<std::string> patterns_of(Context& context, const DownloadArguments& given) {
  std::vector<std::string> names;
  std::vector<std::string> folders;
  for (const std::string& name : given.filenames) {
    if (name.empty() || name.back() != '/') {
      names.push_back(name);
      continue;
    }
    if (!given.include.empty()) {
      throw CliError("Cannot combine subfolder argument ('" + name + "') with `--include`. Please use `--include \"" +
                     name + "*\"` instead.");
    }
    if (!given.exclude.empty()) {
      throw CliError("Cannot combine subfolder argument ('" + name + "') with `--exclude`. Please use `--include \"" +
                     name + "*\"` with `--exclude` instead.");
    }
    folders.push_back(name.substr(0, name.find_last_not_of('/') + 1) + "/**");
  }
  if (!names.empty() && !given.include.empty()) {
    context.out.warning("Ignoring `--include` since filenames have been explicitly set.");
  }
  if (!names.empty() && !given.exclude.empty()) {
    context.out.warning("Ignoring `--exclude` since filenames have been explicitly set.");
  }
  names.insert(names.end(), folders.begin(), folders.end());
  return names;
}

template <typename Options>
void fill(Options& options, Context& context, const DownloadArguments& given, ProgressBar& bar) {
  if (given.cache_dir) options.cache_dir = *given.cache_dir;
  options.call = context.call();
  options.force_download = given.force_download;
  if (given.local_dir) options.local_dir = *given.local_dir;
  options.progress = bar.callback();
  options.repo_type = to_repo_type(given.type);
  options.revision = given.revision;
}

void print_dry_run(Output& out, std::vector<DryRunFileInfo> files) {
  std::size_t count = 0;
  std::uint64_t total = 0;
  bool known = true;
  for (const DryRunFileInfo& file : files) {
    if (!file.will_download) continue;
    ++count;
    total += file.file_size.value_or(0);
    known = known && file.file_size.has_value();
  }
  out.text("[dry-run] Will download " + std::to_string(count) + " files (out of " + std::to_string(files.size()) +
           ") totalling " + (known ? format_size(total) : "an unknown size") + ".");
  std::sort(files.begin(), files.end(),
            [](const DryRunFileInfo& a, const DryRunFileInfo& b) { return a.filename < b.filename; });
  std::vector<Json> rows;
  for (const DryRunFileInfo& file : files) {
    rows.push_back({{"file", file.filename},
                    {"size", file.will_download && file.file_size ? format_size(*file.file_size) : "-"}});
  }
  out.table(rows);
}

}  // namespace

void download_command(Context& context) {
  DownloadArguments given;
  given.parse(context);
  const std::vector<std::string> patterns = patterns_of(context, given);

  const HfApi& api = context.api(given.token);
  ProgressBar bar(context.shows_progress());
  std::filesystem::path path;
  if (const std::optional<std::string> file = given.only_file()) {
    HfHubDownloadOptions options;
    fill(options, context, given, bar);
    if (given.dry_run) return print_dry_run(context.out, {api.hf_hub_download_dry_run(given.repo_id, *file, options)});
    path = api.hf_hub_download(given.repo_id, *file, options);
  } else {
    SnapshotDownloadOptions options;
    fill(options, context, given, bar);
    if (given.max_workers) options.max_workers = static_cast<int>(*given.max_workers);
    if (!patterns.empty()) {
      options.allow_patterns = patterns;
    } else {
      if (!given.include.empty()) options.allow_patterns = given.include;
      options.ignore_patterns = given.exclude;
    }
    if (given.dry_run) return print_dry_run(context.out, api.snapshot_download_dry_run(given.repo_id, options));
    path = api.snapshot_download(given.repo_id, options);
  }
  context.out.result("Downloaded", {{"path", path.string()}});
}

}  // namespace huggingface_hub::cli
