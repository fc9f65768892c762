// SPDX-License-Identifier: Apache-2.0
// `cache verify` (`spec/cli.md` 10), and what Python's command line lacks: `cache repair` and `cache move`.
#include "cli/commands.hpp"
#include "cli/commands/cache_scan.hpp"
#include "cli/failure.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress_bar.hpp"

#include "huggingface_hub/cache/move.hpp"
#include "huggingface_hub/cache/verify.hpp"

namespace huggingface_hub::cli {

namespace {

namespace fs = std::filesystem;

fs::path folder_of(Context& context, const std::optional<std::string>& cache_dir) {
  return cache_dir ? fs::path(*cache_dir) : context.config().hub_cache;
}

void list_paths(Output& out, const std::string& heading, const std::vector<std::string>& paths) {
  std::string text = "❌ " + heading;
  for (const std::string& path : paths) text += "\n  - " + path;
  out.text(text);
}

/// Says what differs; true if that is a failure.
bool report_differences(Output& out, const FolderVerification& found, bool fail_on_missing, bool fail_on_extra) {
  bool failed = false;
  if (!found.mismatches.empty()) {
    std::vector<std::string> lines;
    for (const ChecksumMismatch& each : found.mismatches) {
      lines.push_back(each.path + ": expected " + each.expected + " (" + each.algorithm + "), got " + each.actual);
    }
    list_paths(out, "Checksum verification failed for the following file(s):", lines);
    failed = true;
  }
  if (!found.missing_paths.empty() && fail_on_missing) {
    list_paths(out, "Missing files (present remotely, absent locally):", found.missing_paths);
    failed = true;
  } else if (!found.missing_paths.empty()) {
    out.warning(std::to_string(found.missing_paths.size()) +
                " remote file(s) are missing locally. Use --fail-on-missing-files for details.");
  }
  if (!found.extra_paths.empty() && fail_on_extra) {
    list_paths(out, "Extra files (present locally, absent remotely):", found.extra_paths);
    failed = true;
  } else if (!found.extra_paths.empty()) {
    out.warning(std::to_string(found.extra_paths.size()) +
                " local file(s) do not exist on the remote repo. Use --fail-on-extra-files for details.");
  }
  return failed;
}

}  // namespace

void cache_verify_command(Context& context) {
  std::string repo_id;
  std::optional<std::string> type;
  std::optional<std::string> revision;
  std::optional<std::string> cache_dir;
  std::optional<std::string> local_dir;
  std::optional<std::string> token;
  bool fail_on_missing = false;
  bool fail_on_extra = false;
  Arguments arguments(context.command(), "Compare the files of a repository with the checksums of the Hub.");
  arguments.required("REPO_ID", repo_id, "The ID of the repo, such as `username/repo-name`.");
  type_option(arguments, type);
  arguments.option("--revision", revision, "A branch, a tag, a commit or a pull request (refs/pr/N).");
  cache_dir_option(arguments, cache_dir);
  arguments.option("--local-dir", local_dir, "A folder of files, instead of the cache.");
  arguments.flag("--fail-on-missing-files", fail_on_missing, "Files that are on the Hub only are a failure.");
  arguments.flag("--fail-on-extra-files", fail_on_extra, "Files that are here only are a failure.");
  token_option(arguments, token);
  context.parse(arguments);
  take_type_prefix(repo_id, type);
  warn_about_token(context, token);
  if (local_dir && cache_dir) {
    context.out.error("Cannot pass both --local-dir and --cache-dir. Use one or the other.");
    throw Exit{kUsageFailure};
  }

  VerifyRepoChecksumsOptions options;
  options.call = context.call();
  if (cache_dir) options.cache_dir = *cache_dir;
  if (local_dir) options.local_dir = *local_dir;
  options.repo_type = to_repo_type(type);
  options.revision = revision;
  const FolderVerification found = context.api(token).verify_repo_checksums(repo_id, options);
  const std::string name(to_string(options.repo_type));
  if (report_differences(context.out, found, fail_on_missing, fail_on_extra)) {
    context.out.error("Verification failed for '" + repo_id + "' (" + name + ") in " + found.verified_path.string() +
                      ".\n  Revision: " + found.revision);
    throw Exit{kFailure};
  }
  context.out.result("Verified " + std::to_string(found.checked_count) + " file(s) for " + name + " '" + repo_id +
                         "'. All checksums match.",
                     {{"repo_id", repo_id},
                      {"repo_type", name},
                      {"checked", found.checked_count},
                      {"path", found.verified_path.string()}});
}

void cache_repair_command(Context& context) {
  std::optional<std::string> cache_dir;
  bool yes = false;
  bool dry_run = false;
  Arguments arguments(context.command(),
                      "Check every file of the cache against its name, without the Hub, and remove what is broken.");
  cache_dir_option(arguments, cache_dir);
  arguments.flag("-y,--yes", yes, "Do not ask.");
  arguments.switch_flag("dry-run", dry_run, "Only say what is broken.");
  context.parse(arguments);

  (void)scan_cache(context, cache_dir);  // Says it where there is none.
  VerifyCacheOptions options;
  options.cache_dir = folder_of(context, cache_dir);
  options.cancel = context.call().cancel;
  const CacheVerification found = verify_cache(options);
  const std::string checked =
      "Checked " + std::to_string(found.checked_count) + " file(s), " + format_size(found.checked_bytes) + ". ";
  Output::Data data = {{"checked", found.checked_count}, {"problems", found.problems.size()}};
  if (found.problems.empty()) return context.out.result(checked + "Nothing is broken.", data);

  context.out.text(checked + std::to_string(found.problems.size()) + " problem(s):");
  for (const CacheProblem& problem : found.problems) {
    context.out.text("  - " + problem.path.string() + ": " + problem.message);
  }
  if (dry_run) {
    data.insert(data.begin(), {"dry_run", true});
    context.out.result("Dry run: nothing was changed.", data);
    throw Exit{kFailure};
  }
  context.out.confirm("Remove what is broken? The next download fetches it again.", yes);
  const CacheVerification::Repair repair = found.repair();
  for (const std::string& failure : repair.failures) context.out.warning(failure);
  data.emplace_back("repaired", repair.repaired_count);
  context.out.result("Repaired " + std::to_string(repair.repaired_count) + " of " +
                         std::to_string(found.problems.size()) + " problem(s).",
                     data);
  if (!repair.failures.empty()) throw Exit{kFailure};
}

void cache_move_command(Context& context) {
  std::string to;
  std::optional<std::string> cache_dir;
  bool yes = false;
  Arguments arguments(context.command(), "Move the whole cache to another folder, also on another disk.");
  arguments.required("FOLDER", to, "Where to: a folder that is not there yet, or empty.");
  cache_dir_option(arguments, cache_dir);
  arguments.flag("-y,--yes", yes, "Do not ask.");
  context.parse(arguments);

  MoveCacheOptions options;
  options.cache_dir = folder_of(context, cache_dir);
  options.cancel = cancel_on_interrupt();
  context.out.confirm("Move the cache from " + options.cache_dir->string() + " to " + to + "?", yes);
  const MovedCache moved = move_cache(to, options);
  context.out.result(
      "Cache moved",
      {{"from", moved.from.string()}, {"to", moved.to.string()}, {"copied", format_size(moved.copied_bytes)}});
  context.out.hint("Set HF_HUB_CACHE=" + moved.to.string() + " so that it is found there.");
}

}  // namespace huggingface_hub::cli
