// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/result.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

/// Where a file and what belongs to it lie in a `local_dir` (`spec/cache.md` 9).
struct LocalFilePaths {
  std::filesystem::path file{};
  std::filesystem::path metadata{};
  std::filesystem::path lock{};

  /// A name beside the metadata that nobody else makes: `<hash>.<etag>.<8 hex>.incomplete`.
  [[nodiscard]] std::filesystem::path temporary(std::string_view etag) const;
};

/// What was noted when a file of a `local_dir` was fetched.
struct LocalFileMetadata {
  std::string commit{};
  std::string etag{};
};

/// `<local_dir>/.cache/huggingface`.
std::filesystem::path local_dir_metadata_folder(const std::filesystem::path& local_dir);

/// Precondition: `filename` passed `filename_problem`.
LocalFilePaths local_file_paths(const std::filesystem::path& local_dir, std::string_view filename);

/// `.gitignore` and `CACHEDIR.TAG` of the metadata folder, if they are missing. Errors are ignored.
void prepare_local_dir(const std::filesystem::path& local_dir);

/// What was noted, if the file has not been changed since (one second of slack). A damaged note is deleted. Takes no
/// lock: notes appear by rename.
std::optional<LocalFileMetadata> read_local_metadata(const LocalFilePaths& paths);

/// Notes commit, ETag and `now`. To be called after the file is in place: a note older than its file does not count.
Result<void> write_local_metadata(const LocalFilePaths& paths, const LocalFileMetadata& metadata,
                                  std::chrono::system_clock::time_point now);

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
