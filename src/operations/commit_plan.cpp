// SPDX-License-Identifier: Apache-2.0
#include "operations/commit_plan.hpp"

#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {
namespace {

// spec/hub-http.md 9.3: an abbreviated or whole commit id.
constexpr std::size_t kMinCommitLength = 5;
constexpr std::size_t kMaxCommitLength = 40;

bool is_commit_oid(std::string_view text) {
  return text.size() >= kMinCommitLength && text.size() <= kMaxCommitLength &&
         text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Calls `use` with each folder above `path`: `a/b/c` gives `a/b`, then `a`.
template <typename Use>
void for_each_parent(const std::string& path, const Use& use) {
  for (std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
       slash = path.rfind('/', slash - 1)) {
    use(path.substr(0, slash));
  }
}

bool is_deleted(const std::set<std::string>& deleted, const std::string& path) {
  bool found = deleted.count(path) > 0;
  for_each_parent(path, [&](const std::string& parent) { found = found || deleted.count(parent) > 0; });
  return found;
}

void warn_of_overwriting(const std::vector<CommitOperation>& operations, std::vector<std::string>& warnings) {
  std::map<std::string, int> additions_at;
  for (const CommitOperation& operation : operations) {
    if (const auto* addition = std::get_if<CommitOperationAdd>(&operation)) {
      const std::string& path = addition->path_in_repo();
      if (additions_at[path] > 0) {
        warnings.push_back("About to update the same file more than once in one commit: '" + path +
                           "'. Which content wins is not defined.");
      }
      ++additions_at[path];
      for_each_parent(path, [&](const std::string& parent) { ++additions_at[parent]; });
    } else if (const auto* deletion = std::get_if<CommitOperationDelete>(&operation)) {
      const std::string path = without_trailing_slashes(deletion->path_in_repo());
      if (additions_at[path] == 0) continue;
      warnings.push_back(std::string("About to delete a ") + (deletion->is_folder() ? "folder with files" : "file") +
                         " added by the same commit: '" + deletion->path_in_repo() + "'. What is left is not defined.");
    }
  }
}

}  // namespace

std::string without_trailing_slashes(std::string path) {
  while (!path.empty() && path.back() == '/') path.pop_back();
  return path;
}

std::vector<hub::AdditionState*> additions_in(const std::vector<CommitOperation>& operations) {
  std::vector<hub::AdditionState*> additions;
  for (const CommitOperation& operation : operations) {
    if (const auto* addition = std::get_if<CommitOperationAdd>(&operation)) additions.push_back(&addition->state());
  }
  return additions;
}

void validate_commit(const std::vector<CommitOperation>& operations, const std::string& commit_message,
                     const std::optional<std::string>& parent_commit, const hub::UploadTarget& target) {
  validate_repo_id(target.repo_id);
  hub::validate_revision(target.revision);
  if (parent_commit && !is_commit_oid(*parent_commit)) {
    throw_error(ErrorCode::validation,
                "`parent_commit` is '" + *parent_commit + "', which is no commit id: 5 to 40 hex digits.");
  }
  if (commit_message.empty()) throw_error(ErrorCode::validation, "`commit_message` is empty. Give the commit a title.");
  for (const hub::AdditionState* addition : additions_in(operations)) {
    if (!addition->is_committed) continue;
    throw_error(ErrorCode::validation, "The addition of '" + addition->path_in_repo +
                                           "' was committed already. Make a new CommitOperationAdd.");
  }
}

std::vector<std::string> commit_warnings(const std::vector<CommitOperation>& operations, RepoType type) {
  std::vector<std::string> warnings;
  if (type != RepoType::dataset) {
    for (const hub::AdditionState* addition : additions_in(operations)) {
      const std::string& path = addition->path_in_repo;
      if (!ends_with(path, ".arrow") && !ends_with(path, ".parquet")) continue;
      warnings.push_back("About to commit a data file (" + path + ") to a " + to_string(type) +
                         " repository. If it belongs to a dataset, set the repository type 'dataset'.");
    }
  }
  warn_of_overwriting(operations, warnings);
  return warnings;
}

std::vector<std::size_t> effective_operations(const std::vector<CommitOperation>& operations,
                                              const std::vector<ResolvedCopy>& copies) {
  std::set<std::string> deleted;
  for (const CommitOperation& operation : operations) {
    if (const auto* deletion = std::get_if<CommitOperationDelete>(&operation)) {
      deleted.insert(without_trailing_slashes(deletion->path_in_repo()));
    }
  }
  std::vector<std::size_t> kept;
  std::size_t copy = 0;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    bool changes = true;
    std::string path;
    if (const auto* addition = std::get_if<CommitOperationAdd>(&operations[i])) {
      const hub::AdditionState& state = addition->state();
      if (state.should_ignore) continue;
      path = state.path_in_repo;
      changes = !state.remote_oid || state.remote_oid != state.local_oid();
    } else if (std::holds_alternative<CommitOperationCopy>(operations[i])) {
      const ResolvedCopy& resolved = copies[copy++];
      path = std::get<CommitOperationCopy>(operations[i]).path_in_repo();
      changes = !resolved.source_blob || resolved.source_blob != resolved.destination_blob;
    }
    if (changes || is_deleted(deleted, path)) kept.push_back(i);
  }
  return kept;
}

Result<std::optional<std::string>> gitignore_in(const std::vector<hub::AdditionState*>& additions) {
  for (const hub::AdditionState* addition : additions) {
    if (addition->path_in_repo != ".gitignore") continue;
    Result<std::string> content = hub::read_content(*addition);
    if (!content.ok()) return content.error();
    return std::optional<std::string>(*std::move(content));
  }
  return std::optional<std::string>();
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
