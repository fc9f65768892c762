// SPDX-License-Identifier: Apache-2.0
#include "cache/local_dir.hpp"

#include "cache/writer.hpp"
#include "core/digest.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "huggingface_hub/cache/layout.hpp"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace cache {

namespace {

constexpr double kClockSlack = 1.0;             // seconds; spec/cache.md 9
constexpr std::uint64_t kLargestNote = 64 << 10;

struct Note {
  LocalFileMetadata metadata{};
  double timestamp{0};
};

// Three lines: commit, ETag, seconds since the epoch.
std::optional<Note> parse_note(std::string_view text) {
  std::array<std::string, 3> lines;
  for (std::string& line : lines) {
    const std::size_t end = text.find('\n');
    line = std::string(trim(text.substr(0, end)));
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) return std::nullopt;
  }
  char* end = nullptr;
  const double timestamp = std::strtod(lines[2].c_str(), &end);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return Note{{std::move(lines[0]), std::move(lines[1])}, timestamp};
}

std::optional<double> modification_time(const std::filesystem::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return std::nullopt;
  return static_cast<double>(status.st_mtim.tv_sec) + 1e-9 * static_cast<double>(status.st_mtim.tv_nsec);
}

// URL-safe base64 with padding of the SHA-1 of the name alone.
std::string temporary_prefix(const std::string& metadata_name) {
  std::string text = base64_encode(*from_hex(sha1_hex(metadata_name)));
  for (char& c : text) {
    if (c == '+') c = '-';
    if (c == '/') c = '_';
  }
  return text;
}

}  // namespace

std::filesystem::path LocalFilePaths::temporary(std::string_view etag) const {
  const std::string name = temporary_prefix(metadata.filename().string()) + "." + std::string(etag) + "." +
                           random_hex(8) + ".incomplete";
  return metadata.parent_path() / name;
}

std::filesystem::path local_dir_metadata_folder(const std::filesystem::path& local_dir) {
  return local_dir / ".cache" / "huggingface";
}

LocalFilePaths local_file_paths(const std::filesystem::path& local_dir, std::string_view filename) {
  const std::filesystem::path stem = local_dir_metadata_folder(local_dir) / "download" / filename;
  return {local_dir / filename, stem.string() + ".metadata", stem.string() + ".lock"};
}

void prepare_local_dir(const std::filesystem::path& local_dir) {
  const std::filesystem::path folder = local_dir_metadata_folder(local_dir);
  std::error_code ignored;
  if (const auto ignore = folder / ".gitignore"; !std::filesystem::exists(ignore, ignored)) {
    if (const Result<void> written = files::write_atomic(ignore, "*"); !written.ok()) {
      log_debug(".gitignore was not written: " + written.error().message);
    }
  }
  write_cache_dir_tag(folder, folder / "download");
}

std::optional<LocalFileMetadata> read_local_metadata(const LocalFilePaths& paths) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(paths.metadata, ignored)) return std::nullopt;
  const Result<std::string> text = files::read_text(paths.metadata, kLargestNote);
  std::optional<Note> note = text.ok() ? parse_note(*text) : std::nullopt;
  if (!note) {
    log_warning("Damaged download metadata is ignored and removed: " + paths.metadata.string());
    std::filesystem::remove(paths.metadata, ignored);
    return std::nullopt;
  }
  const std::optional<double> modified = modification_time(paths.file);
  if (!modified || *modified - kClockSlack > note->timestamp) return std::nullopt;
  return std::move(note->metadata);
}

Result<void> write_local_metadata(const LocalFilePaths& paths, const LocalFileMetadata& metadata,
                                  std::chrono::system_clock::time_point now) {
  const double seconds = std::chrono::duration<double>(now.time_since_epoch()).count();
  std::array<char, 64> timestamp{};
  std::snprintf(timestamp.data(), timestamp.size(), "%.7f", seconds);
  return files::write_atomic(paths.metadata, metadata.commit + "\n" + metadata.etag + "\n" + timestamp.data() + "\n");
}

}  // namespace cache
HUGGINGFACE_HUB_NAMESPACE_END
