// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/git_objects.hpp"
#include "server/store.hpp"

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

struct FileEntry {
  std::string id{};                 ///< Git blob id; of the pointer for an LFS file.
  std::optional<LfsPointer> lfs{};
  std::uint64_t size{0};            ///< Of the content itself.

  /// What the content is called by clients: SHA-256 for LFS, git blob id otherwise.
  [[nodiscard]] const std::string& content_id() const noexcept { return lfs ? lfs->oid : id; }
};

/// All files of a commit by their paths, in order.
using FileMap = std::map<std::string, FileEntry>;

struct Snapshot {
  FileMap files{};
  std::map<std::string, std::string> folders{};  ///< Path to tree id; the root is not in it.
};

/// Commits and trees in a store, with what is often read kept in memory. Safe to share between threads.
class GitDatabase {
 public:
  explicit GitDatabase(Store& store) : store_(store) {}

  /// Throws where there is no such object.
  Commit commit(const std::string& id) const;
  std::shared_ptr<const Snapshot> snapshot(const std::string& commit_id) const;

  /// Stores a blob and says what it is.
  FileEntry add_blob(std::string_view content);
  /// The pointer to an LFS object, as a blob.
  FileEntry add_pointer(const LfsPointer& pointer);
  /// Stores trees and commit; returns the commit id. `commit.tree` is filled in.
  std::string add_commit(Commit commit, const FileMap& files);

  Store& store() const noexcept { return store_; }

 private:
  FileEntry describe_blob(const std::string& id) const;
  void load_tree(const std::string& id, const std::string& prefix, Snapshot& snapshot) const;
  std::string write_folder(FileMap::const_iterator& file, FileMap::const_iterator end, const std::string& prefix);

  Store& store_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, FileEntry> blobs_;
  mutable std::unordered_map<std::string, Commit> commits_;
  // The snapshots used last, the newest first.
  mutable std::list<std::pair<std::string, std::shared_ptr<const Snapshot>>> snapshots_;
};

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
