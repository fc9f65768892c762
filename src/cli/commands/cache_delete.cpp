// SPDX-License-Identifier: Apache-2.0
// `cache rm` and `cache prune` (`spec/cli.md` 10).
#include "cli/commands.hpp"
#include "cli/commands/cache_scan.hpp"
#include "cli/failure.hpp"
#include "cli/text.hpp"

#include "huggingface_hub/hf_uri.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace huggingface_hub::cli {

namespace {

using Selection = std::map<const CachedRepoInfo*, std::set<const CachedRevisionInfo*>>;

/// What the targets of `cache rm` stand for.
struct Targets {
  std::vector<CachedFileInfo> files{};
  std::set<std::string> labels{};  ///< Of `files`: `model/a/b@<commit>/path`.
  std::vector<std::string> missing{};
  Selection revisions{};
};

bool is_commit(const std::string& text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

HfUri parse_target(const std::string& target) {
  HfUri uri = parse_hf_uri(target);
  if (!uri.is_repo()) throw CliError("Only repository hf:// URIs are supported by `hfcpp cache rm`.");
  if (uri.revision) {
    throw CliError(std::string("Revisions in hf:// URIs are not supported by `hfcpp cache rm`. ") +
                   (uri.path_in_repo.empty() ? "Pass the revision hash instead, see 'hfcpp cache ls --revisions'."
                                             : "Drop '@<revision>' to delete the file from all cached revisions."));
  }
  return uri;
}

std::string cache_id_of(const HfUri& uri) { return std::string(to_string(uri.repo_type())) + "/" + uri.id; }

const CachedRepoInfo* find_repo(const HFCacheInfo& cache, const std::string& cache_id) {
  for (const CachedRepoInfo& repo : cache.repos) {
    if (lower(repo.cache_id()) == lower(cache_id)) return &repo;
  }
  return nullptr;
}

bool select_commit(const HFCacheInfo& cache, const std::string& commit, Selection& selection) {
  for (const CachedRepoInfo& repo : cache.repos) {
    for (const CachedRevisionInfo& revision : repo.revisions) {
      if (lower(revision.commit_hash) != commit) continue;
      selection[&repo].insert(&revision);
      return true;
    }
  }
  return false;
}

bool select_file(const HFCacheInfo& cache, const HfUri& uri, Targets& targets) {
  const CachedRepoInfo* repo = find_repo(cache, cache_id_of(uri));
  bool found = false;
  for (const CachedRevisionInfo& revision : repo != nullptr ? repo->revisions : std::vector<CachedRevisionInfo>()) {
    for (const CachedFileInfo& file : revision.files) {
      if (file.file_path.lexically_relative(revision.snapshot_path).generic_string() != uri.path_in_repo) continue;
      found = true;
      if (targets.labels.insert(repo->cache_id() + "@" + revision.commit_hash + "/" + uri.path_in_repo).second) {
        targets.files.push_back(file);
      }
    }
  }
  return found;
}

bool select_repo(const HFCacheInfo& cache, const std::string& cache_id, Selection& selection) {
  const CachedRepoInfo* repo = find_repo(cache, cache_id);
  if (repo == nullptr) return false;
  for (const CachedRevisionInfo& revision : repo->revisions) selection[repo].insert(&revision);
  return true;
}

Targets resolve_targets(const HFCacheInfo& cache, const std::vector<std::string>& given) {
  Targets targets;
  std::map<std::string, HfUri> uris;
  std::vector<std::string> words;
  for (const std::string& each : given) {
    std::string word(trimmed(each));
    if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) continue;
    if (word.starts_with("hf://")) uris.emplace(word, parse_target(word));
    words.push_back(std::move(word));
  }
  const auto names_file = [](const auto& entry) { return !entry.second.path_in_repo.empty(); };
  const auto file_count = std::count_if(uris.begin(), uris.end(), names_file);
  if (file_count != 0 && static_cast<std::size_t>(file_count) != words.size()) {
    throw CliError("File targets cannot be mixed with repository or revision targets.");
  }
  for (const std::string& word : words) {
    const auto uri = uris.find(word);
    bool found = false;
    if (file_count != 0) {
      found = select_file(cache, uri->second, targets);
    } else if (is_commit(lower(word))) {
      found = select_commit(cache, lower(word), targets.revisions);
    } else {
      found = select_repo(cache, uri == uris.end() ? word : cache_id_of(uri->second), targets.revisions);
    }
    if (!found) targets.missing.push_back(word);
  }
  return targets;
}

struct Counts {
  std::size_t repos{0};              ///< Of which nothing is left.
  std::size_t partial_revisions{0};  ///< In other repositories.
  std::size_t revisions{0};
};

Counts count(const Selection& selection) {
  Counts counts;
  for (const auto& [repo, revisions] : selection) {
    counts.revisions += revisions.size();
    if (revisions.size() == repo->revisions.size())
      ++counts.repos;
    else
      counts.partial_revisions += revisions.size();
  }
  return counts;
}

std::vector<std::string> commits_of(const Selection& selection) {
  std::vector<std::string> commits;
  for (const auto& [repo, revisions] : selection) {
    for (const CachedRevisionInfo* revision : revisions) commits.push_back(revision->commit_hash);
  }
  return commits;
}

void show_selection(Output& out, const Selection& selection) {
  std::vector<const CachedRepoInfo*> repos;
  for (const auto& [repo, revisions] : selection) repos.push_back(repo);
  std::sort(repos.begin(), repos.end(), [](const CachedRepoInfo* a, const CachedRepoInfo* b) {
    return lower(a->cache_id()) < lower(b->cache_id());
  });
  for (const CachedRepoInfo* repo : repos) {
    const std::set<const CachedRevisionInfo*>& selected = selection.at(repo);
    if (selected.size() == repo->revisions.size()) {
      out.text("  - " + repo->cache_id() + " (entire repo)");
      continue;
    }
    out.text("  - " + repo->cache_id() + ":");
    for (const CachedRevisionInfo& revision : repo->revisions) {  // By commit.
      if (selected.count(&revision) == 0) continue;
      std::string refs;
      for (const std::string& ref : revision.refs) refs += (refs.empty() ? "" : " ") + ref;
      out.text("      " + revision.commit_hash + " [" + (refs.empty() ? "(detached)" : refs) + "] " +
               format_size(revision.size_on_disk));
    }
  }
}

void delete_selected_files(Context& context, const HFCacheInfo& cache, const Targets& targets, bool yes, bool dry_run) {
  const DeleteCacheStrategy strategy = cache.delete_files(targets.files);
  const std::string size = format_size(strategy.expected_freed_size);
  const std::string count = std::to_string(targets.files.size());
  context.out.text("About to delete " + count + " file(s) totalling " + size + ".");
  for (const std::string& label : targets.labels) context.out.text("  - " + label);
  if (dry_run) {
    return context.out.result("Dry run: no files were deleted.",
                              {{"dry_run", true}, {"files", targets.files.size()}, {"size", size}});
  }
  context.out.confirm("Proceed with deletion?", yes);
  strategy.execute();
  context.out.result("Deleted " + count + " file(s); freed " + size + ".",
                     {{"files_deleted", targets.files.size()}, {"freed", size}});
}

void delete_selected_revisions(Context& context, const HFCacheInfo& cache, const Selection& selection, bool yes,
                               bool dry_run) {
  const DeleteCacheStrategy strategy = cache.delete_revisions(commits_of(selection));
  const std::string size = format_size(strategy.expected_freed_size);
  const Counts counts = count(selection);
  std::string summary;
  if (counts.repos != 0) summary = std::to_string(counts.repos) + " repo(s)";
  if (counts.partial_revisions != 0) {
    summary += (summary.empty() ? "" : " and ") + std::to_string(counts.partial_revisions) + " revision(s)";
  }
  context.out.text("About to delete " + summary + " totalling " + size + ".");
  show_selection(context.out, selection);
  if (dry_run) {
    return context.out.result(
        "Dry run: no files were deleted.",
        {{"dry_run", true}, {"repos", counts.repos}, {"revisions", counts.revisions}, {"size", size}});
  }
  context.out.confirm("Proceed with deletion?", yes);
  strategy.execute();
  context.out.result("Deleted " + std::to_string(counts.repos) + " repo(s) and " + std::to_string(counts.revisions) +
                         " revision(s); freed " + size + ".",
                     {{"repos_deleted", counts.repos}, {"revisions_deleted", counts.revisions}, {"freed", size}});
}

/// `2 unreferenced revision(s), 1 incomplete download(s) and 3 unreferenced shared blob(s)`.
std::string prune_summary(const PruneCacheStrategy& strategy) {
  std::vector<std::string> parts;
  const auto add = [&parts](std::size_t count, const char* what) {
    if (count != 0) parts.push_back(std::to_string(count) + what);
  };
  add(strategy.revision_count, " unreferenced revision(s)");
  add(strategy.incomplete_files.size(), " incomplete download(s)");
  add(strategy.shared_blobs.size(), " unreferenced shared blob(s)");
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  }
  return text;
}

Selection revisions_of(const HFCacheInfo& cache, const std::vector<std::string>& commits) {
  Selection selection;
  for (const CachedRepoInfo& repo : cache.repos) {
    for (const CachedRevisionInfo& revision : repo.revisions) {
      if (std::binary_search(commits.begin(), commits.end(), revision.commit_hash)) selection[&repo].insert(&revision);
    }
  }
  return selection;
}

}  // namespace

void cache_remove_command(Context& context) {
  std::string first;
  std::vector<std::string> targets;
  std::optional<std::string> cache_dir;
  bool yes = false;
  bool dry_run = false;
  Arguments arguments(context.command(), "Remove cached repositories, revisions or files.");
  arguments.required("TARGETS", first, "Repositories (model/me/tiny), hf:// URIs, or commits.");
  arguments.rest("TARGETS", targets, "More of them.");
  cache_dir_option(arguments, cache_dir);
  arguments.flag("-y,--yes", yes, "Do not ask.");
  arguments.switch_flag("dry-run", dry_run, "Only say what would be deleted.");
  context.parse(arguments);

  targets.insert(targets.begin(), first);
  const HFCacheInfo cache = scan_cache(context, cache_dir);
  const Targets found = resolve_targets(cache, targets);
  if (!found.missing.empty()) {
    std::string text = "Could not find in cache:";
    for (const std::string& each : found.missing) text += "\n  - " + each;
    context.out.warning(text);
  }
  if (!found.files.empty()) return delete_selected_files(context, cache, found, yes, dry_run);
  if (found.revisions.empty()) return context.out.text("Nothing to delete.");
  delete_selected_revisions(context, cache, found.revisions, yes, dry_run);
}

void cache_prune_command(Context& context) {
  std::optional<std::string> cache_dir;
  bool yes = false;
  bool dry_run = false;
  Arguments arguments(context.command(), "Remove detached revisions and incomplete downloads from the cache.");
  cache_dir_option(arguments, cache_dir);
  arguments.flag("-y,--yes", yes, "Do not ask.");
  arguments.switch_flag("dry-run", dry_run, "Only say what would be deleted.");
  context.parse(arguments);

  const HFCacheInfo cache = scan_cache(context, cache_dir);
  const PruneCacheStrategy strategy = cache.prune();
  if (strategy.empty()) {
    return context.out.text("No unreferenced revisions, incomplete downloads or shared blobs found. Nothing to prune.");
  }
  const std::string summary = prune_summary(strategy);
  const std::string size = format_size(strategy.expected_freed_size);
  const std::size_t incomplete = strategy.incomplete_files.size();
  const std::size_t shared = strategy.shared_blobs.size();
  context.out.text("About to delete " + summary + " (" + size + " total).");
  show_selection(context.out, revisions_of(cache, strategy.commits));
  if (dry_run) {
    return context.out.result("Dry run: no files were deleted.", {{"dry_run", true},
                                                                  {"revisions", strategy.revision_count},
                                                                  {"incomplete", incomplete},
                                                                  {"shared_blobs", shared},
                                                                  {"size", size}});
  }
  context.out.confirm("Proceed?", yes);
  strategy.execute();
  context.out.result("Deleted " + summary + "; freed " + size + ".", {{"revisions_deleted", strategy.revision_count},
                                                                      {"incomplete_deleted", incomplete},
                                                                      {"shared_blobs_deleted", shared},
                                                                      {"freed", size}});
}

}  // namespace huggingface_hub::cli
