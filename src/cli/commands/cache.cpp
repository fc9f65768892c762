// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/commands/cache_scan.hpp"
#include "cli/failure.hpp"
#include "cli/text.hpp"

#include "huggingface_hub/cache/scan.hpp"
#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <functional>
#include <set>
#include <string_view>
#include <utility>

namespace huggingface_hub::cli {

namespace {

using Time = std::chrono::system_clock::time_point;

/// A line of the listing: a repository, or one revision of it.
struct Entry {
  const CachedRepoInfo* repo{nullptr};
  const CachedRevisionInfo* revision{nullptr};  ///< Null in the listing of repositories.

  [[nodiscard]] std::uint64_t size() const { return revision != nullptr ? revision->size_on_disk : repo->size_on_disk; }
  [[nodiscard]] Time modified() const { return revision != nullptr ? revision->last_modified : repo->last_modified; }
  [[nodiscard]] std::vector<std::string> refs() const {
    if (revision != nullptr) return revision->refs;
    std::vector<std::string> names;
    for (const auto& [name, commit] : repo->refs()) names.push_back(name);
    return names;
  }
};

using Filter = std::function<bool(const Entry& entry, Time now)>;

struct Unit {
  const char* name;
  double factor;
};

constexpr Unit kSizes[] = {{"k", 1e3},  {"kb", 1e3}, {"m", 1e6},   {"mb", 1e6}, {"g", 1e9},
                           {"gb", 1e9}, {"t", 1e12}, {"tb", 1e12}, {"p", 1e15}, {"pb", 1e15}};
constexpr double kDay = 24 * 3600;
constexpr Unit kDurations[] = {{"s", 1},        {"m", 60},         {"h", 3600},      {"d", kDay},
                               {"w", 7 * kDay}, {"mo", 30 * kDay}, {"y", 365 * kDay}};

/// Digits and perhaps a unit.
template <std::size_t N>
double parse_amount(std::string_view text, const Unit (&units)[N]) {
  long long number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit = lower(text.substr(static_cast<std::size_t>(end - text.data())));
  if (failed == std::errc{} && unit.empty()) return static_cast<double>(number);
  for (const Unit& known : units) {
    if (failed == std::errc{} && number >= 0 && unit == known.name) return static_cast<double>(number) * known.factor;
  }
  throw UsageError("Invalid value '" + std::string(text) + "'. Must be a number, or a number and a unit.");
}

bool compare(double left, std::string_view op, double right) {
  if (op == "=") return left == right;
  if (op == "!=") return left != right;
  if (op == ">") return left > right;
  if (op == "<") return left < right;
  return op == ">=" ? left >= right : left <= right;
}

double seconds_between(Time from, Time to) { return std::chrono::duration<double>(to - from).count(); }

/// `size>1GB`, `type=model`, `accessed>7d` as a test (`spec/cli.md` 10).
/// @throws UsageError  it is none.
Filter compile_filter(const std::string& expression) {
  const std::string_view text = trimmed(expression);
  std::size_t at = 0;
  while (at < text.size() && (std::isalpha(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_')) ++at;
  const std::string key = lower(text.substr(0, at));
  while (at < text.size() && text[at] == ' ') ++at;
  std::string op;
  for (const char* known : {"==", "!=", ">=", "<=", ">", "<", "="}) {
    if (op.empty() && text.compare(at, std::string_view(known).size(), known) == 0) op = known;
  }
  const std::string value(trimmed(text.substr(std::min(at + op.size(), text.size()))));
  if (key.empty() || op.empty() || value.empty()) throw UsageError("Invalid filter expression: '" + expression + "'.");
  if (op == "==") {
    throw UsageError("Unsupported operator '==' in filter '" + expression + "'. Must be one of =, !=, >, <, >=, <=.");
  }
  if (key == "size") {
    const double bound = parse_amount(value, kSizes);
    return [op, bound](const Entry& entry, Time) { return compare(static_cast<double>(entry.size()), op, bound); };
  }
  if (key == "modified" || key == "accessed") {
    const double bound = parse_amount(value, kDurations);
    const bool accessed = key == "accessed";
    return [op, bound, accessed](const Entry& entry, Time now) {
      return compare(seconds_between(accessed ? entry.repo->last_accessed : entry.modified(), now), op, bound);
    };
  }
  if (key != "type" && key != "refs") {
    throw UsageError("Unsupported filter key '" + key + "' in '" + expression +
                     "'. Must be one of accessed, modified, refs, size, type.");
  }
  if (op != "=") throw UsageError("Only '=' is supported for '" + key + "' filters. Got '" + op + "'.");
  if (key == "type") {
    return [type = lower(value)](const Entry& entry, Time) { return to_string(entry.repo->repo_type) == type; };
  }
  return [ref = lower(value)](const Entry& entry, Time) {
    const std::vector<std::string> refs = entry.refs();
    return std::any_of(refs.begin(), refs.end(), [&ref](const std::string& each) { return lower(each) == ref; });
  };
}

void sort_entries(std::vector<Entry>& entries, const std::string& how) {
  const std::string key = how.substr(0, how.find(':'));
  const bool descending = how.find(':') == std::string::npos ? key != "name" : how.substr(how.find(':') + 1) == "desc";
  const auto less = [&key](const Entry& a, const Entry& b) {
    if (key == "name") return lower(a.repo->cache_id()) < lower(b.repo->cache_id());
    if (key == "size") return a.size() < b.size();
    if (key == "accessed") return a.repo->last_accessed < b.repo->last_accessed;
    return a.modified() < b.modified();
  };
  std::stable_sort(entries.begin(), entries.end(),
                   [&](const Entry& a, const Entry& b) { return descending ? less(b, a) : less(a, b); });
}

std::vector<Entry> collect(const HFCacheInfo& cache, bool revisions) {
  std::vector<Entry> entries;
  for (const CachedRepoInfo& repo : cache.repos) {
    if (!revisions) entries.push_back({&repo, nullptr});
    for (const CachedRevisionInfo& revision : repo.revisions) {
      if (revisions) entries.push_back({&repo, &revision});
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    const auto key = [](const Entry& entry) {
      return std::make_pair(entry.repo->cache_id(), entry.revision != nullptr ? entry.revision->commit_hash : "");
    };
    return key(a) < key(b);
  });
  return entries;
}

Json row_of(const Entry& entry, Time now) {
  Json row = {{"id", entry.repo->cache_id()},
              {"repo_id", entry.repo->repo_id},
              {"repo_type", to_string(entry.repo->repo_type)}};
  if (entry.revision != nullptr) {
    row["revision"] = entry.revision->commit_hash;
    row["snapshot_path"] = entry.revision->snapshot_path.string();
  }
  row["size"] = format_size(entry.size());
  if (entry.revision == nullptr) row["last_accessed"] = format_timesince(entry.repo->last_accessed, now);
  row["last_modified"] = format_timesince(entry.modified(), now);
  row["refs"] = entry.refs();
  return row;
}

std::string summary(const HFCacheInfo& cache, const std::vector<Entry>& entries, bool whole_cache) {
  std::set<const CachedRepoInfo*> repos;
  std::size_t revisions = 0;
  std::uint64_t size = 0;
  for (const Entry& entry : entries) {
    const bool first = repos.insert(entry.repo).second;
    if (entry.revision != nullptr) ++revisions;
    else if (first) revisions += entry.repo->revisions.size();
    size += entry.size();
  }
  // What repositories share is counted once only where all of them are meant.
  if (whole_cache && entries.front().revision == nullptr) size = cache.size_on_disk;
  return "\nFound " + std::to_string(repos.size()) + " repo(s) for a total of " + std::to_string(revisions) +
         " revision(s) and " + format_size(size) + " on disk.";
}

void report_problems(Output& out, const HFCacheInfo& cache, bool show_warnings) {
  if (show_warnings) {
    for (const CacheWarning& warning : cache.warnings) out.warning(warning.message);
  } else if (!cache.warnings.empty()) {
    out.warning("Found " + std::to_string(cache.warnings.size()) +
                " cache inconsistencies. Re-run with `--show-warnings` to display them.");
  }
  if (!cache.incomplete_files.empty()) {
    out.hint("Found " + std::to_string(cache.incomplete_files.size()) + " incomplete download(s) totalling " +
             format_size(cache.incomplete_size_on_disk()) + ". Remove them with 'hfcpp cache prune'.");
  }
  const std::vector<CachedSharedBlobInfo> unused = cache.unreferenced_shared_blobs();
  if (unused.empty()) return;
  std::uint64_t size = 0;
  for (const CachedSharedBlobInfo& blob : unused) size += blob.size_on_disk;
  out.hint("Found " + std::to_string(unused.size()) + " unreferenced shared blob(s) totalling " + format_size(size) +
           ". Remove them with 'hfcpp cache prune'.");
}

}  // namespace

void cache_dir_option(Arguments& arguments, std::optional<std::string>& cache_dir) {
  arguments.option("--cache-dir", cache_dir, "The cache; by default that of all clients of the Hub.");
}

HFCacheInfo scan_cache(Context& context, const std::optional<std::string>& cache_dir) {
  try {
    return scan_cache_dir(std::filesystem::path(cache_dir ? *cache_dir : context.config().hub_cache.string()));
  } catch (const CacheNotFound& error) {
    throw CliError("Cache directory not found: " + error.cache_dir().string());
  }
}

void cache_list_command(Context& context) {
  std::optional<std::string> cache_dir;
  std::vector<std::string> filters;
  std::optional<long long> limit;
  bool revisions = false;
  bool show_warnings = false;
  std::optional<std::string> sort;
  Arguments arguments(context.command(), "List cached repositories or revisions.");
  cache_dir_option(arguments, cache_dir);
  arguments.switch_flag("revisions", revisions, "A line for each revision instead of each repository.");
  arguments.option("-f,--filter", filters, "Such as 'size>1GB', 'type=model', 'accessed>7d'. Repeatable.");
  arguments.choice("--sort",
                   {"accessed", "accessed:asc", "accessed:desc", "modified", "modified:asc", "modified:desc", "name",
                    "name:asc", "name:desc", "size", "size:asc", "size:desc"},
                   sort, "By what to sort. Default: by name.");
  arguments.option("--limit", limit, "So many lines at most.");
  arguments.switch_flag("show-warnings", show_warnings, "Show what is wrong in the cache.");
  context.parse(arguments);

  const HFCacheInfo cache = scan_cache(context, cache_dir);
  std::vector<Entry> entries = collect(cache, revisions);
  const Time now = std::chrono::system_clock::now();
  for (const std::string& expression : filters) {
    Filter filter;
    try {
      filter = compile_filter(expression);
    } catch (const UsageError& error) {
      arguments.fail(std::string("Invalid value: ") + error.what());
    }
    entries.erase(std::remove_if(entries.begin(), entries.end(),
                                 [&](const Entry& entry) { return !filter(entry, now); }),
                  entries.end());
  }
  if (sort) sort_entries(entries, *sort);
  if (limit && *limit < 0) {
    arguments.fail("Invalid value: Limit must be a positive integer, got " + std::to_string(*limit) + ".");
  }
  if (limit) entries.resize(std::min(entries.size(), static_cast<std::size_t>(*limit)));

  std::vector<Json> rows;
  for (const Entry& entry : entries) rows.push_back(row_of(entry, now));
  TableOptions options;
  options.columns = revisions ? std::vector<std::string>{"id", "revision", "size", "last_modified", "refs"}
                              : std::vector<std::string>{"id", "size", "last_accessed", "last_modified", "refs"};
  options.id_key = revisions ? "revision" : "id";
  options.right_aligned = {"size"};
  context.out.table(rows, options);
  if (!entries.empty()) context.out.bold_text(summary(cache, entries, filters.empty() && !limit));
  report_problems(context.out, cache, show_warnings);
}

}  // namespace huggingface_hub::cli
