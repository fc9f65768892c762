// SPDX-License-Identifier: Apache-2.0
#include "server/repository.hpp"

#include "core/text.hpp"
#include "server/api_error.hpp"
#include "server/discussions.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr std::size_t kShortestCommit = 5;  // spec/hub-http.md 9.3
constexpr std::string_view kPullRequestPrefix = "refs/pr/";

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

std::optional<int> pull_request_number(std::string_view revision) {
  if (!revision.starts_with(kPullRequestPrefix)) return std::nullopt;
  const std::string digits(revision.substr(kPullRequestPrefix.size()));
  const bool all_digits = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits.empty() || digits.size() > 8 || !all_digits) return std::nullopt;
  return std::stoi(digits);
}

std::string branch_name(const std::string& revision) {
  constexpr std::string_view heads = "refs/heads/";
  return revision.starts_with(heads) ? revision.substr(heads.size()) : revision;
}

bool has_prefix_folder(const FileMap& files, const std::string& path) {
  const auto next = files.lower_bound(path + "/");
  return next != files.end() && next->first.starts_with(path + "/");
}

void put(FileMap& files, const std::string& path, const FileEntry& entry) {
  if (has_prefix_folder(files, path)) throw bad_request("Cannot write the file '" + path + "': it is a folder");
  for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (files.count(path.substr(0, slash)) != 0) {
      throw bad_request("Cannot write '" + path + "': '" + path.substr(0, slash) + "' is a file");
    }
  }
  files[path] = entry;
}

void remove_folder(FileMap& files, const std::string& path) {
  const std::string prefix = path.empty() ? path : path + "/";
  const auto first = files.lower_bound(prefix);
  auto last = first;
  while (last != files.end() && last->first.starts_with(prefix)) ++last;
  if (first == last) throw entry_not_found("A folder with this name doesn't exist: " + path);
  files.erase(first, last);
}

}  // namespace

std::optional<std::string> path_problem(std::string_view path) {
  constexpr std::size_t longest_name = 255;
  const std::string quoted = "'" + std::string(path) + "'";
  if (path.find_first_of(std::string_view("\\\0", 2)) != std::string_view::npos) {
    return "Invalid path in repository: " + quoted;
  }
  for (std::string_view rest = path;;) {
    const std::size_t slash = rest.find('/');
    const std::string_view name = rest.substr(0, slash);
    if (name.empty() || name == "." || name == ".." || name.size() > longest_name) {
      return "Invalid path in repository: " + quoted;
    }
    if (to_lower(name) == ".git") return "A path cannot contain a .git folder: " + quoted;
    if (slash == std::string_view::npos) return std::nullopt;
    rest.remove_prefix(slash + 1);
  }
}

Repository::Repository(GitDatabase& git, RepoState state)
    : git_(git), state_(std::make_shared<const RepoState>(std::move(state))) {
  for (const auto& branch : state_->branches) learn_history(branch.second);
  for (const auto& tag : state_->tags) learn_history(tag.second.commit);
  for (const auto& pull_request : state_->pull_requests) learn_history(pull_request.second);
}

std::shared_ptr<const RepoState> Repository::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Repository::publish(RepoState next) {
  {
    const std::lock_guard lock(mutex_);
    if (retired_) throw ApiError(404, "RepoNotFound", "Repository not found");
  }
  git_.store().write_document(document_key(next.type, next.id), to_document(next));
  const std::lock_guard lock(mutex_);
  state_ = std::make_shared<const RepoState>(std::move(next));
}

void Repository::update(const std::function<void(RepoState&)>& change) {
  const std::lock_guard writing(writing_);
  RepoState next = *state();
  change(next);
  publish(std::move(next));
}

void Repository::retire() {
  const std::lock_guard writing(writing_);
  const std::lock_guard lock(mutex_);
  retired_ = true;
}

void Repository::learn_snapshot(const std::string& commit) {
  const auto files = git_.snapshot(commit);
  const std::lock_guard lock(mutex_);
  for (const auto& file : files->files) {
    if (file.second.lfs) lfs_objects_.insert(file.second.lfs->oid);
  }
}

void Repository::learn_history(const std::string& head) {
  std::vector<std::string> waiting{head};
  while (!waiting.empty()) {
    const std::string commit = std::move(waiting.back());
    waiting.pop_back();
    {
      const std::lock_guard lock(mutex_);
      if (commit.empty() || !commits_.insert(commit).second) continue;
    }
    learn_snapshot(commit);
    for (const std::string& parent : git_.commit(commit).parents) waiting.push_back(parent);
  }
}

std::optional<std::string> Repository::find_revision(const std::string& revision) const {
  const auto now = state();
  const std::string branch = revision == "HEAD" ? "main" : branch_name(revision);
  if (const auto found = now->branches.find(branch); found != now->branches.end()) return found->second;
  constexpr std::string_view tags = "refs/tags/";
  const std::string tag = revision.starts_with(tags) ? revision.substr(tags.size()) : revision;
  if (const auto found = now->tags.find(tag); found != now->tags.end()) return found->second.commit;
  if (const auto number = pull_request_number(revision)) {
    const auto found = now->pull_requests.find(*number);
    if (found == now->pull_requests.end()) return std::nullopt;
    return found->second;
  }
  if (revision.size() < kShortestCommit || revision.size() > 40 || !is_hex(revision)) return std::nullopt;
  const std::string start = to_lower(revision);
  const std::lock_guard lock(mutex_);
  const auto found = commits_.lower_bound(start);
  if (found == commits_.end() || !found->starts_with(start)) return std::nullopt;
  const auto next = std::next(found);
  if (next != commits_.end() && next->starts_with(start)) return std::nullopt;  // Ambiguous.
  return *found;
}

std::string Repository::resolve(const std::string& revision) const {
  if (auto commit = find_revision(revision)) return std::move(*commit);
  throw revision_not_found(revision);
}

std::shared_ptr<const Snapshot> Repository::snapshot(const std::string& commit) const { return git_.snapshot(commit); }

std::vector<std::string> Repository::history(const std::string& commit) const {
  std::vector<std::string> commits;
  for (std::string next = commit; !next.empty();) {
    commits.push_back(next);
    const Commit data = git_.commit(next);
    next = data.parents.empty() ? std::string() : data.parents.front();
  }
  return commits;
}

void Repository::apply(FileMap& files, const Change& change, const std::string& base) const {
  if (const auto* file = std::get_if<PutFile>(&change)) {
    put(files, file->path, file->entry);
  } else if (const auto* removed = std::get_if<RemoveFile>(&change)) {
    if (files.erase(removed->path) == 0) {
      throw entry_not_found("A file with this name doesn't exist: " + removed->path);
    }
  } else if (const auto* folder = std::get_if<RemoveFolder>(&change)) {
    remove_folder(files, folder->path);
  } else if (const auto* copy = std::get_if<CopyFile>(&change)) {
    const std::string from = copy->from_revision.empty() ? base : resolve(copy->from_revision);
    if (from.empty()) throw entry_not_found("A file with this name doesn't exist: " + copy->from);
    const auto source = git_.snapshot(from);
    const auto found = source->files.find(copy->from);
    if (found == source->files.end()) throw entry_not_found("A file with this name doesn't exist: " + copy->from);
    put(files, copy->path, found->second);
  }
}

std::string Repository::build_commit(const CommitRequest& request, const std::string& base) const {
  FileMap files;
  if (!base.empty()) files = git_.snapshot(base)->files;
  for (const Change& change : request.changes) apply(files, change, base);
  Commit commit;
  commit.author = request.author.empty() ? "system" : request.author;
  commit.date = request.now / 1000;
  commit.message = request.message;
  if (!base.empty()) commit.parents.push_back(base);
  return git_.add_commit(std::move(commit), files);
}

CommitResult Repository::commit(const CommitRequest& request) {
  const std::lock_guard writing(writing_);
  RepoState next = *state();
  std::string* head = nullptr;
  if (const auto number = pull_request_number(request.revision)) {
    const auto found = next.pull_requests.find(*number);
    if (found == next.pull_requests.end()) throw revision_not_found(request.revision);
    head = &found->second;
  } else {
    const std::string name = branch_name(request.revision);
    auto found = next.branches.find(name);
    if (found == next.branches.end()) {
      // The first commit of an empty repository makes its main branch.
      const bool first = next.branches.empty() && name == "main";
      if (!request.create_branch && !first) throw revision_not_found(request.revision);
      const auto main = next.branches.find("main");
      found = next.branches.emplace(name, main == next.branches.end() ? "" : main->second).first;
    }
    head = &found->second;
  }
  if (request.parent_commit) {
    const auto parent = find_revision(*request.parent_commit);
    if (!parent || *parent != *head) {
      throw ApiError(412, "", "A commit has happened since. Please refresh and try again.");
    }
  }
  CommitResult result;
  result.commit = build_commit(request, *head);
  *head = result.commit;
  next.last_modified = request.now;
  if (const auto number = pull_request_number(request.revision)) {
    if (Discussion* discussion = next.discussion(*number)) {
      add_commit_event(*discussion, request.author, request.message, result.commit, request.now);
    }
  }
  learn_history(result.commit);
  publish(std::move(next));
  return result;
}

CommitResult Repository::commit_as_pull_request(const CommitRequest& request, const std::string& description) {
  const std::lock_guard writing(writing_);
  RepoState next = *state();
  const std::string base = resolve(request.parent_commit.value_or(request.revision));
  CommitResult result;
  result.commit = build_commit(request, base);
  Discussion& discussion = add_discussion(
      next, {request.author, request.message.substr(0, request.message.find('\n')), description, true, request.now});
  discussion.status = "open";
  discussion.base = base;
  add_commit_event(discussion, request.author, request.message, result.commit, request.now);
  result.pull_request = discussion.num;
  next.pull_requests[discussion.num] = result.commit;
  learn_history(result.commit);
  publish(std::move(next));
  return result;
}

int Repository::open_discussion(const std::string& author, const std::string& title, const std::string& description,
                                bool pull_request, std::int64_t now) {
  const std::lock_guard writing(writing_);
  RepoState next = *state();
  Discussion& discussion = add_discussion(next, {author, title, description, pull_request, now});
  const int num = discussion.num;
  if (pull_request) {
    discussion.base = resolve("main");
    next.pull_requests[num] = discussion.base;
  }
  publish(std::move(next));
  return num;
}

// The files that the pull request changed since its start, on top of what the branch holds now.
std::string Repository::merge(int num, const std::string& author, const std::string& comment, std::int64_t now) {
  const std::lock_guard writing(writing_);
  RepoState next = *state();
  Discussion* discussion = next.discussion(num);
  if (!discussion || !discussion->is_pull_request) throw ApiError(404, "", "Discussion not found");
  if (discussion->status == "merged" || discussion->status == "closed") {
    throw bad_request("This pull request is " + discussion->status);
  }
  const auto before = git_.snapshot(discussion->base);
  const auto after = git_.snapshot(next.pull_requests.at(num));
  std::string& head = next.branches.at("main");
  CommitRequest request;
  request.author = author;
  request.message = discussion->title + " (#" + std::to_string(num) + ")";
  request.now = now;
  const auto target = git_.snapshot(head);
  for (const auto& [path, entry] : before->files) {
    if (after->files.count(path) == 0 && target->files.count(path) != 0) request.changes.push_back(RemoveFile{path});
  }
  for (const auto& [path, entry] : after->files) {
    const auto old = before->files.find(path);
    if (old == before->files.end() || old->second.id != entry.id) request.changes.push_back(PutFile{entry, path});
  }
  head = build_commit(request, head);
  const std::string merged = head;
  discussion->merge_commit = merged;
  next.last_modified = now;
  if (!comment.empty()) add_comment_event(*discussion, author, comment, now);
  set_status(*discussion, author, "merged", now);
  learn_history(merged);
  publish(std::move(next));
  return merged;
}

void Repository::squash(const std::string& branch, const std::string& author, const std::string& message,
                        std::int64_t now) {
  const std::lock_guard writing(writing_);
  RepoState next = *state();
  const auto found = next.branches.find(branch);
  if (found == next.branches.end()) throw revision_not_found(branch);
  Commit commit;
  commit.author = author;
  commit.date = now / 1000;
  commit.message = message;
  found->second = git_.add_commit(std::move(commit), git_.snapshot(found->second)->files);
  const std::string head = found->second;
  next.last_modified = now;
  learn_history(head);
  publish(std::move(next));
}

bool Repository::has_lfs_object(const std::string& oid) const {
  const std::lock_guard lock(mutex_);
  return lfs_objects_.count(oid) != 0;
}

void Repository::add_lfs_object(const std::string& oid) {
  const std::lock_guard lock(mutex_);
  lfs_objects_.insert(oid);
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
