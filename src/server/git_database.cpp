// SPDX-License-Identifier: Apache-2.0
#include "server/git_database.hpp"

#include "core/digest.hpp"
#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <optional>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr std::size_t kSnapshotsKept = 32;
constexpr std::size_t kEntriesKept = 200'000;  // Of the caches of blobs and commits; they start anew beyond.

std::string required_object(const Store& store, ObjectKind kind, const std::string& id) {
  auto content = read_object(store, kind, id);
  if (!content) throw_error(ErrorCode::io, std::string("The ") + to_string(kind) + " " + id + " is not in the store.");
  return std::move(*content);
}

}  // namespace

Commit GitDatabase::commit(const std::string& id) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = commits_.find(id);
    if (found != commits_.end()) return found->second;
  }
  Commit commit = decode_commit(required_object(store_, ObjectKind::commit, id));
  const std::lock_guard lock(mutex_);
  if (commits_.size() >= kEntriesKept) commits_.clear();
  commits_.emplace(id, commit);
  return commit;
}

std::shared_ptr<const Snapshot> GitDatabase::snapshot(const std::string& commit_id) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(snapshots_.begin(), snapshots_.end(),
                                    [&](const auto& kept) { return kept.first == commit_id; });
    if (found != snapshots_.end()) {
      snapshots_.splice(snapshots_.begin(), snapshots_, found);
      return found->second;
    }
  }
  auto snapshot = std::make_shared<Snapshot>();
  load_tree(commit(commit_id).tree, "", *snapshot);
  const std::lock_guard lock(mutex_);
  snapshots_.emplace_front(commit_id, snapshot);
  if (snapshots_.size() > kSnapshotsKept) snapshots_.pop_back();
  return snapshot;
}

void GitDatabase::load_tree(const std::string& id, const std::string& prefix, Snapshot& snapshot) const {
  for (const TreeEntry& entry : decode_tree(required_object(store_, ObjectKind::tree, id))) {
    const std::string path = prefix + entry.name;
    if (entry.is_tree) {
      snapshot.folders.emplace(path, entry.id);
      load_tree(entry.id, path + "/", snapshot);
    } else {
      snapshot.files.emplace(path, describe_blob(entry.id));
    }
  }
}

FileEntry GitDatabase::describe_blob(const std::string& id) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found = blobs_.find(id);
    if (found != blobs_.end()) return found->second;
  }
  const auto source = store_.open(ObjectKind::blob, id);
  if (!source) throw_error(ErrorCode::io, "The blob " + id + " is not in the store.");
  FileEntry entry{id, std::nullopt, source->size()};
  if (entry.size <= kMaxPointerSize) {
    auto pointer = decode_pointer(required_object(store_, ObjectKind::blob, id));
    if (pointer) {
      // Text that merely looks like a pointer is a file as any other, until the object comes.
      if (!store_.contains(ObjectKind::lfs, pointer->oid)) return {id, std::nullopt, source->size()};
      entry.size = pointer->size;
      entry.lfs = std::move(pointer);
    }
  }
  const std::lock_guard lock(mutex_);
  if (blobs_.size() >= kEntriesKept) blobs_.clear();
  blobs_.emplace(id, entry);
  return entry;
}

FileEntry GitDatabase::add_blob(std::string_view content) {
  const std::string id = git_blob_id(content);
  write_object(store_, ObjectKind::blob, id, content);
  return describe_blob(id);
}

FileEntry GitDatabase::add_pointer(const LfsPointer& pointer) { return add_blob(encode_pointer(pointer)); }

// Files of one folder are neighbours in the map, so one pass over it writes all trees.
std::string GitDatabase::write_folder(FileMap::const_iterator& file, FileMap::const_iterator end,
                                      const std::string& prefix) {
  std::vector<TreeEntry> entries;
  while (file != end && file->first.starts_with(prefix)) {
    const std::string_view rest = std::string_view(file->first).substr(prefix.size());
    const std::size_t slash = rest.find('/');
    TreeEntry entry;
    entry.name = std::string(rest.substr(0, slash));
    entry.is_tree = slash != std::string_view::npos;
    if (entry.is_tree) {
      entry.id = write_folder(file, end, prefix + entry.name + "/");
    } else {
      entry.id = file->second.id;
      ++file;
    }
    entries.push_back(std::move(entry));
  }
  const std::string content = encode_tree(std::move(entries));
  std::string id = git_object_id("tree", content);
  write_object(store_, ObjectKind::tree, id, content);
  return id;
}

std::string GitDatabase::add_commit(Commit commit, const FileMap& files) {
  auto file = files.begin();
  commit.tree = write_folder(file, files.end(), "");
  const std::string content = encode_commit(commit);
  std::string id = git_object_id("commit", content);
  write_object(store_, ObjectKind::commit, id, content);
  return id;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
