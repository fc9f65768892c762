// SPDX-License-Identifier: Apache-2.0
#include "server/store.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;

// Bytes in blocks that grow as needed; what lies beyond the end of a block is zero.
class Blocks {
 public:
  void write_at(std::uint64_t offset, const char* data, std::size_t size) {
    while (size > 0) {
      const auto index = static_cast<std::size_t>(offset / kBlock);
      const auto within = static_cast<std::size_t>(offset % kBlock);
      const std::size_t count = std::min(size, kBlock - within);
      if (blocks_.size() <= index) blocks_.resize(index + 1);
      std::string& block = blocks_[index];
      const bool zero = std::all_of(data, data + count, [](char c) { return c == '\0'; });
      if (!zero || block.size() > within) {
        if (block.size() < within + count) block.resize(within + count);
        std::memcpy(block.data() + within, data, count);
      }
      size_ = std::max(size_, offset + count);
      offset += count;
      data += count;
      size -= count;
    }
  }

  std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const {
    std::size_t done = 0;
    while (done < size && offset < size_) {
      const auto index = static_cast<std::size_t>(offset / kBlock);
      const auto within = static_cast<std::size_t>(offset % kBlock);
      const auto left = static_cast<std::size_t>(std::min<std::uint64_t>(size_ - offset, kBlock - within));
      const std::size_t count = std::min(size - done, left);
      const std::string_view block = index < blocks_.size() ? std::string_view(blocks_[index]) : std::string_view();
      const std::size_t stored = within < block.size() ? std::min(count, block.size() - within) : 0;
      if (stored > 0) std::memcpy(data + done, block.data() + within, stored);
      std::memset(data + done + stored, 0, count - stored);
      done += count;
      offset += count;
    }
    return done;
  }

  void set_size(std::uint64_t size) { size_ = size; }
  [[nodiscard]] std::uint64_t size() const { return size_; }

 private:
  std::vector<std::string> blocks_;
  std::uint64_t size_{0};
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(Blocks blocks) : blocks_(std::move(blocks)) {}
  std::uint64_t size() const override { return blocks_.size(); }
  std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const override {
    return blocks_.read_at(offset, data, size);
  }

 private:
  Blocks blocks_;
};

class MemoryStore final : public Store {
 public:
  std::unique_ptr<StagedObject> stage() override;

  bool contains(ObjectKind kind, const std::string& id) const override {
    const std::shared_lock lock(mutex_);
    return objects_.count({kind, id}) != 0;
  }

  std::shared_ptr<const ByteSource> open(ObjectKind kind, const std::string& id) const override {
    const std::shared_lock lock(mutex_);
    const auto found = objects_.find({kind, id});
    return found == objects_.end() ? nullptr : found->second;
  }

  std::vector<std::string> documents() const override {
    const std::shared_lock lock(mutex_);
    std::vector<std::string> keys;
    for (const auto& document : documents_) keys.push_back(document.first);
    return keys;
  }

  std::optional<std::string> read_document(const std::string& key) const override {
    const std::shared_lock lock(mutex_);
    const auto found = documents_.find(key);
    if (found == documents_.end()) return std::nullopt;
    return found->second;
  }

  void write_document(const std::string& key, std::string_view text) override {
    const std::unique_lock lock(mutex_);
    documents_[key] = std::string(text);
  }

  void remove_document(const std::string& key) override {
    const std::unique_lock lock(mutex_);
    documents_.erase(key);
  }

  void keep(ObjectKind kind, const std::string& id, Blocks blocks) {
    const std::unique_lock lock(mutex_);
    objects_.try_emplace({kind, id}, std::make_shared<MemorySource>(std::move(blocks)));
  }

 private:
  mutable std::shared_mutex mutex_;
  std::map<std::pair<ObjectKind, std::string>, std::shared_ptr<const ByteSource>> objects_;
  std::map<std::string, std::string> documents_;
};

class MemoryStaged final : public StagedObject {
 public:
  explicit MemoryStaged(MemoryStore& store) : store_(store) {}

  void write_at(std::uint64_t offset, const char* data, std::size_t size) override {
    const std::lock_guard lock(mutex_);
    blocks_.write_at(offset, data, size);
  }
  std::size_t read_at(std::uint64_t offset, char* data, std::size_t size) const override {
    const std::lock_guard lock(mutex_);
    return blocks_.read_at(offset, data, size);
  }
  void keep(ObjectKind kind, const std::string& id, std::uint64_t size) override {
    const std::lock_guard lock(mutex_);
    blocks_.set_size(size);
    store_.keep(kind, id, std::exchange(blocks_, {}));
  }

 private:
  MemoryStore& store_;
  mutable std::mutex mutex_;
  Blocks blocks_;
};

std::unique_ptr<StagedObject> MemoryStore::stage() { return std::make_unique<MemoryStaged>(*this); }

}  // namespace

std::unique_ptr<Store> make_memory_store() { return std::make_unique<MemoryStore>(); }

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
