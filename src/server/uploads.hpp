// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/repo_id.hpp"
#include "server/http_message.hpp"
#include "server/store.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// LFS content on its way in: nothing is visible before its size and SHA-256 have been checked. Safe to share
/// between threads.
class Uploads {
 public:
  explicit Uploads(Store& store) : store_(store) {}

  /// One body that is the whole object. Throws `ApiError` where it is another than announced.
  void receive_whole(RequestBody& body, const std::string& oid, std::uint64_t size);

  /// Opens an upload in parts of `part_size` bytes; returns its id.
  std::string open(const std::string& oid, std::uint64_t size, std::uint64_t part_size);
  /// Takes part `number` (from 1); returns its ETag, in quotes.
  std::string receive_part(const std::string& upload, std::size_t number, RequestBody& body);
  /// Puts the parts together; each is a number and the ETag it was answered with. Returns the object's id.
  std::string complete(const std::string& upload, const std::vector<std::pair<std::size_t, std::string>>& parts);
  /// True if it was completed, or never was.
  bool is_closed(const std::string& upload);

 private:
  struct Upload {
    std::map<std::size_t, std::string> etags{};
    std::chrono::steady_clock::time_point last_use{};
    std::mutex mutex{};
    std::string oid{};
    std::uint64_t part_size{0};
    std::uint64_t size{0};
    std::unique_ptr<StagedObject> staged{};
  };

  std::shared_ptr<Upload> find(const std::string& id);
  void drop_abandoned();

  Store& store_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<Upload>> uploads_;
};

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
