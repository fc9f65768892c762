// SPDX-License-Identifier: Apache-2.0
#include "core/lock_holder.hpp"

#include "core/files.hpp"
#include "core/text.hpp"

#include <sys/stat.h>

#include <optional>
#include <sstream>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

// A line of /proc/locks: `1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF`. Waiting ones have `->` in second place.
// The inode tells; the device, which some file systems give another number there, does not.
std::optional<std::string> holder_of(const std::string& line, const std::string& inode) {
  std::istringstream words(line);
  std::string number;
  std::string kind;
  std::string mode;
  std::string access;
  std::string process;
  std::string file;
  if (!(words >> number >> kind >> mode >> access >> process >> file) || (kind != "FLOCK" && kind != "POSIX")) {
    return std::nullopt;
  }
  if (file.substr(file.rfind(':') + 1) != inode || process == "-1" || process == "0") return std::nullopt;
  return process;
}

}  // namespace

std::string lock_holder(const std::filesystem::path& path) {
  const std::string unknown = "another process";
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return unknown;
  const Result<std::string> locks = files::read_text("/proc/locks", std::uint64_t{4} << 20);
  if (!locks.ok()) return unknown;
  std::istringstream lines(*locks);
  for (std::string line; std::getline(lines, line);) {
    const std::optional<std::string> process = holder_of(line, std::to_string(status.st_ino));
    if (!process) continue;
    const Result<std::string> name = files::read_text("/proc/" + *process + "/comm", 4096);
    return "process " + *process + (name.ok() ? " (" + std::string(trim(*name)) + ")" : std::string());
  }
  return unknown;
}

HUGGINGFACE_HUB_NAMESPACE_END
