// SPDX-License-Identifier: Apache-2.0
/// @file
/// Asking the Hub where LFS content goes (spec/hub-http.md 9.2).
#pragma once

#include "session/session.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {

/// At most so many objects, or files of a preupload, in one request.
inline constexpr std::size_t kUploadBatchSize = 256;

/// The repository and revision that an upload is for.
struct UploadTarget {
  CallOptions call{};
  bool create_pr{false};
  std::string repo_id{};
  RepoType repo_type{RepoType::model};
  std::string revision{};  ///< Never empty.
  Token token{};
};

struct LfsObject {
  std::string oid{};  ///< SHA-256, hex.
  std::uint64_t size{0};
};

/// What to do with one object.
struct LfsAction {
  std::string oid{};
  std::string upload_url{};              ///< Empty: the storage has it already.
  std::uint64_t chunk_size{0};           ///< Not 0: multipart, and `upload_url` completes it.
  std::vector<std::string> part_urls{};  ///< In order.
  std::string verify_url{};              ///< Empty: nothing to verify.
};

/// Asks for at most `kUploadBatchSize` different objects; the answer has one action for each, in the same order. Tried
/// again on transient failures.
Result<std::vector<LfsAction>> lfs_batch(const Session& session, const UploadTarget& target,
                                         const std::vector<LfsObject>& objects);

/// Content-Type and Accept of the LFS calls.
inline constexpr const char* kLfsMediaType = "application/vnd.git-lfs+json";

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
