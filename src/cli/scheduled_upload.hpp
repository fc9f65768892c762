// SPDX-License-Identifier: Apache-2.0
/// @file
/// A folder that is uploaded again and again (`hfcpp upload --every`, `spec/transfer.md` 8.5).
#pragma once

#include "huggingface_hub/hf_api.hpp"
#include "huggingface_hub/patterns.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace huggingface_hub::cli {

/// Uploads the files of a folder that have changed since the last time, each up to the size it had when the folder was
/// listed: a program may go on appending to them.
class ScheduledUpload {
 public:
  struct Target {
    std::filesystem::path folder{};
    std::string path_in_repo{};  ///< Empty or `.`: the root.
    std::string repo_id{};
  };

  /// `options` are those of every commit.
  ScheduledUpload(Target target, PathFilter filter, CreateCommitOptions options)
      : target_(std::move(target)), filter_(std::move(filter)), options_(std::move(options)) {}

  /// One commit with what has changed; nothing is sent where nothing has.
  /// @throws what `create_commit` throws. What was to be uploaded is tried again the next time.
  std::optional<CommitInfo> push(const HfApi& api);

 private:
  struct File {
    std::filesystem::file_time_type modified{};
    std::filesystem::path path{};
    std::string path_in_repo{};
    std::uint64_t size{0};
  };
  [[nodiscard]] std::vector<File> changed_files() const;

  Target target_;
  PathFilter filter_;
  CreateCommitOptions options_;
  std::map<std::filesystem::path, std::filesystem::file_time_type> uploaded_{};
};

}  // namespace huggingface_hub::cli
