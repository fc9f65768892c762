// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cache/verify.hpp"

#include "cache/cache_root.hpp"
#include "cache/shared_store.hpp"
#include "cache/tree_listing.hpp"
#include "core/digest.hpp"
#include "core/executor.hpp"
#include "core/log.hpp"
#include "core/text.hpp"

#include "huggingface_hub/cache/layout.hpp"
#include "huggingface_hub/cache/lookup.hpp"
#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <mutex>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

namespace fs = std::filesystem;
using Kind = CacheProblem::Kind;

/// A content, and the digest that it has to have.
struct Content {
  fs::path path{};
  std::string expected{};
};

bool is_verifiable(std::string_view digest) { return is_lower_hex(digest, 64) || is_lower_hex(digest, 40); }

/// The digest of the kind that `expected` is.
Result<std::string> digest_like(const fs::path& path, const std::string& expected, std::uint64_t& size) {
  const bool sha256 = expected.size() == 64;
  const Result<FileDigest> digest = digest_file(path, sha256, !sha256);
  if (!digest.ok()) return digest.error();
  size = digest->size;
  return sha256 ? digest->sha256 : digest->git_blob_id;
}

/// True for an entry that is there and leads nowhere.
bool is_dangling(const fs::path& path) {
  std::error_code error;
  return fs::is_symlink(path, error) && fs::status(path, error).type() == fs::file_type::not_found;
}

/// Walks through the cache and notes what is to be read, and what is wrong already.
class Survey {
 public:
  explicit Survey(CacheVerification& report) : report_(report) {}

  std::vector<Content> run() {
    std::error_code error;
    for (fs::directory_iterator entry(report_.cache_dir, error), end; !error && entry != end; entry.increment(error)) {
      std::error_code ignored;
      const auto parsed = cache::parse_repo_folder_name(entry->path().filename().string());
      if (!parsed || !entry->is_directory(ignored)) continue;
      const cache::RepoFolder repo(report_.cache_dir, parsed->second, parsed->first);
      survey_snapshots(repo);
      survey_blobs(repo);
      survey_refs(repo);
    }
    return std::move(contents_);
  }

  /// The files of snapshots that lead to `blob`.
  [[nodiscard]] std::vector<fs::path> pointers_to(const fs::path& blob) const {
    const auto found = pointers_.find(blob);
    return found == pointers_.end() ? std::vector<fs::path>() : found->second;
  }

 private:
  void note(Kind kind, const fs::path& path, std::string message) {
    CacheProblem problem;
    problem.kind = kind;
    problem.message = std::move(message);
    problem.path = path;
    report_.problems.push_back(std::move(problem));
  }

  void add(const fs::path& path, const std::string& expected) {
    if (is_verifiable(expected))
      contents_.push_back({path, expected});
    else
      ++report_.unverified_count;
  }

  void survey_snapshots(const cache::RepoFolder& repo) {
    for (const std::string& commit : cache::cached_revisions(repo)) {
      const fs::path snapshot = repo.snapshot(commit);
      const auto listing = cache::read_tree_listing(repo.tree(commit));
      std::error_code error;
      for (fs::recursive_directory_iterator entry(snapshot, error), end; !error && entry != end;
           entry.increment(error)) {
        std::error_code ignored;
        const fs::path& path = entry->path();
        if (entry->is_symlink(ignored)) {
          const fs::path target = (path.parent_path() / fs::read_symlink(path, ignored)).lexically_normal();
          pointers_[target].push_back(path);
          // A blob that is a broken link is a problem of its own, which takes its pointers along.
          if (is_dangling(path) && !is_dangling(target)) note(Kind::broken_pointer, path, "The file leads to nothing.");
        } else if (entry->is_regular_file(ignored)) {
          survey_copy(path, path.lexically_relative(snapshot).generic_string(), listing);
        }
      }
    }
  }

  // Where links cannot be made the snapshot holds the content itself, and only the listing knows what it has to be.
  void survey_copy(const fs::path& path, const std::string& name, const std::optional<cache::TreeListing>& listing) {
    const auto listed = listing ? listing->find(name) : cache::TreeListing::const_iterator();
    add(path, listing && listed != listing->end() ? listed->second.etag() : std::string());
  }

  void survey_blobs(const cache::RepoFolder& repo) {
    constexpr std::string_view kIncomplete = ".incomplete";
    std::error_code error;
    for (fs::directory_iterator entry(repo.blobs(), error), end; !error && entry != end; entry.increment(error)) {
      std::error_code ignored;
      const fs::path& path = entry->path();
      const std::string name = path.filename().string();
      if (name.front() == '.' || name.find(kIncomplete) != std::string::npos) continue;
      if (is_dangling(path)) {
        note(Kind::broken_blob, path, "The content is missing from the shared store.");
        report_.problems.back().pointers = pointers_to(path);
        report_.problems.back().expected = name;
      } else if (entry->is_regular_file(ignored)) {
        add(path, name);
      }
    }
  }

  void survey_refs(const cache::RepoFolder& repo) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(repo.refs(), error), end; !error && entry != end;
         entry.increment(error)) {
      std::error_code ignored;
      if (!entry->is_regular_file(ignored)) continue;
      const std::string name = entry->path().lexically_relative(repo.refs()).generic_string();
      const auto commit = cache::read_ref(repo, name);
      if (!commit) {
        note(Kind::broken_ref, entry->path(), "The ref holds no commit.");
      } else if (!fs::is_directory(repo.snapshot(*commit), ignored)) {
        note(Kind::broken_ref, entry->path(), "The ref names commit " + *commit + ", of which there is no snapshot.");
      }
    }
  }

  CacheVerification& report_;
  std::vector<Content> contents_{};
  std::map<fs::path, std::vector<fs::path>> pointers_{};  ///< By what they lead to.
};

void compare_contents(const std::vector<Content>& contents, const Survey& survey, const CancellationToken& cancel,
                      CacheVerification& report) {
  std::mutex mutex;
  const auto one = [&](std::size_t index, const CancellationToken&) -> Result<void> {
    const Content& content = contents[index];
    std::uint64_t size = 0;
    const Result<std::string> actual = digest_like(content.path, content.expected, size);
    const std::lock_guard lock(mutex);
    if (!actual.ok()) {  // Not to be read, or just now replaced: nothing is known about it.
      ++report.unverified_count;
      if (actual.error().system_error != ENOENT) log_warning(actual.error().message);
      return {};
    }
    ++report.checked_count;
    report.checked_bytes += size;
    if (*actual == content.expected) return {};
    CacheProblem problem;
    problem.actual = *actual;
    problem.expected = content.expected;
    problem.message = "The content is not what its name promises: it has the digest " + *actual + ".";
    problem.path = content.path;
    problem.pointers = survey.pointers_to(content.path);
    report.problems.push_back(std::move(problem));
    return {};
  };
  parallel_for(contents.size(), std::max(1U, std::thread::hardware_concurrency()), cancel, one).value();
}

/// Takes one problem away. What it was may have changed since, so each is looked at once more.
class Fixer {
 public:
  Fixer(const fs::path& cache_dir, CacheVerification::Repair& outcome)
      : cache_dir_(cache_dir), store_(cache_dir), outcome_(outcome) {}

  void fix(const CacheProblem& problem) {
    if (problem.kind == Kind::broken_blob) return fix_blob(problem);
    if (problem.kind == Kind::broken_pointer && !is_dangling(problem.path)) return;
    if (problem.kind == Kind::broken_ref && is_good_ref(problem.path)) return;
    if (remove(problem.path)) ++outcome_.repaired_count;
  }

 private:
  void fix_blob(const CacheProblem& problem) {
    const fs::path repo = problem.path.parent_path().parent_path();
    if (cache::is_locked(cache_dir_ / ".locks" / repo.filename() / (problem.expected + ".lock"))) {
      outcome_.failures.push_back("Somebody works on " + problem.path.string() + " now. Try again when that is done.");
      return;
    }
    std::uint64_t size = 0;
    if (!is_dangling(problem.path)) {
      const Result<std::string> actual = digest_like(problem.path, problem.expected, size);
      if (!actual.ok() || *actual == problem.expected) return;
    }
    const std::optional<std::string> payload = store_.payload_behind(problem.path);
    for (const fs::path& pointer : problem.pointers) {
      if (!remove(pointer)) return;  // It would lead to nothing.
    }
    if (!remove(problem.path)) return;
    if (payload) store_.collect(*payload);
    ++outcome_.repaired_count;
  }

  bool is_good_ref(const fs::path& path) const {
    const fs::path below = path.lexically_relative(cache_dir_);
    const auto parsed = cache::parse_repo_folder_name(below.begin()->string());
    if (!parsed) return true;
    const cache::RepoFolder repo(cache_dir_, parsed->second, parsed->first);
    const auto commit = cache::read_ref(repo, path.lexically_relative(repo.refs()).generic_string());
    std::error_code ignored;
    return commit && fs::is_directory(repo.snapshot(*commit), ignored);
  }

  bool remove(const fs::path& path) {
    std::error_code error;
    fs::remove(path, error);
    if (!error) return true;
    outcome_.failures.push_back("Could not delete " + path.string() + ": " + error.message() + ".");
    return false;
  }

  const fs::path& cache_dir_;
  cache::SharedStore store_;
  CacheVerification::Repair& outcome_;
};

}  // namespace

CacheVerification verify_cache(const VerifyCacheOptions& options) {
  CacheVerification report;
  report.cache_dir = cache::existing_cache_root(options.cache_dir);
  Survey survey(report);
  const std::vector<Content> contents = survey.run();
  compare_contents(contents, survey, options.cancel, report);
  std::sort(report.problems.begin(), report.problems.end(),
            [](const CacheProblem& a, const CacheProblem& b) { return a.path < b.path; });
  return report;
}

CacheVerification::Repair CacheVerification::repair() const {
  Repair outcome;
  Fixer fixer(cache_dir, outcome);
  for (const CacheProblem& problem : problems) fixer.fix(problem);
  return outcome;
}

HUGGINGFACE_HUB_NAMESPACE_END
