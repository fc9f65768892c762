// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/http_message.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// What an object is. Git objects are named by their SHA-1 (content without git's header), LFS objects by SHA-256.
enum class ObjectKind { blob, tree, commit, lfs };

const char* to_string(ObjectKind kind) noexcept;

/// An object on its way into the store: written in any order, by several threads, visible to nobody. Dropped by the
/// destructor unless `keep` was called. Bytes never written are zero.
class StagedObject {
 public:
  virtual ~StagedObject() = default;
  virtual void write_at(std::uint64_t offset, const char* data, std::size_t size) = 0;
  /// As `ByteSource::read_at`, of what was written so far.
  virtual std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const = 0;
  /// Makes the first `size` bytes visible under `id`, which the caller has checked. No change where it is there.
  virtual void keep(ObjectKind kind, const std::string& id, std::uint64_t size) = 0;
};

/// Where a hub keeps everything: immutable objects by content address, and small documents that change.
/// Safe to share between threads. Failures of the storage are thrown as `HfIoError`.
class Store {
 public:
  virtual ~Store() = default;

  virtual std::unique_ptr<StagedObject> stage() = 0;
  virtual bool contains(ObjectKind kind, const std::string& id) const = 0;
  /// Null if there is no such object.
  virtual std::shared_ptr<const ByteSource> open(ObjectKind kind, const std::string& id) const = 0;

  /// Keys of all documents, in order. A key is a relative path of safe segments.
  virtual std::vector<std::string> documents() const = 0;
  virtual std::optional<std::string> read_document(const std::string& key) const = 0;
  /// Replaces the document at once and for good: when this returns, it and the objects kept before outlive the
  /// process, and at no moment is there half of it.
  virtual void write_document(const std::string& key, std::string_view text) = 0;
  virtual void remove_document(const std::string& key) = 0;
};

std::unique_ptr<Store> make_memory_store();

/// In `folder`, which is made if missing. Files in progress of processes that ended are removed.
/// With `sync` off, a power cut may take the last writes; the death of the process takes nothing either way.
/// @throws HfIoError  the folder cannot be used, or another hub uses it.
std::unique_ptr<Store> make_folder_store(const std::filesystem::path& folder, bool sync);

/// The whole of an object; nothing where it is missing. For small ones.
std::optional<std::string> read_object(const Store& store, ObjectKind kind, const std::string& id);
void write_object(Store& store, ObjectKind kind, const std::string& id, std::string_view content);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
