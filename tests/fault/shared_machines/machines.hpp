// SPDX-License-Identifier: Apache-2.0
/// @file
/// A hub, and processes that download from it.
#pragma once

#include "support/child_process.hpp"
#include "support/command_line.hpp"
#include "support/download_fixture.hpp"

#include "core/digest.hpp"

#include "huggingface_hub/cache/scan.hpp"

#include <gmock/gmock.h>

#include <map>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

namespace huggingface_hub::testing {

using Variables = std::map<std::string, std::string>;

class MachinesTest : public DownloadTest {
 protected:
  [[nodiscard]] std::vector<std::string> command(const std::string& operation, const std::string& argument,
                                                 const std::string& endpoint = {}) const {
    return {MACHINE_PROCESS, endpoint.empty() ? hub.url() : endpoint, home.path().string(), operation, argument};
  }

  [[nodiscard]] std::unique_ptr<RunningCommand> start(const std::string& operation, const std::string& argument,
                                                      const Variables& variables = {}) const {
    return std::make_unique<RunningCommand>(command(operation, argument), variables, home.path());
  }

  [[nodiscard]] CommandResult run(const std::string& operation, const std::string& argument,
                                  const Variables& variables = {}) const {
    return start(operation, argument, variables)->wait();
  }

  /// `first` and the words of `more`.
  static std::vector<std::string> joined(std::vector<std::string> first, const std::vector<std::string>& more) {
    first.insert(first.end(), more.begin(), more.end());
    return first;
  }

  /// `strace` with these arguments, following threads, what it sees in `log`. Leaks are not looked for in what it runs:
  /// that looks at the process as a tracer does, and a process has one.
  static std::vector<std::string> tracer(const std::filesystem::path& log, const std::vector<std::string>& arguments) {
    return joined({"strace", "-f", "-qq", "-E", "LSAN_OPTIONS=detect_leaks=0", "-o", log.string()}, arguments);
  }

  /// The environment in which the system does what `variables` say; empty where that cannot be had.
  static Variables shim(Variables variables) {
#ifdef SYSTEM_SHIM
    variables["LD_PRELOAD"] = SYSTEM_SHIM;
    return variables;
#else
    variables.clear();
    return variables;
#endif
  }

  /// The files with this extension, wherever they are.
  [[nodiscard]] std::vector<std::string> files_called(const char* extension) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(home.path())) {
      if (entry.path().extension() == extension) found.push_back(entry.path().string());
    }
    return found;
  }

  [[nodiscard]] std::vector<std::string> parts() const { return files_called(".incomplete"); }

  static std::string sha256_of(const std::filesystem::path& path) { return digest_file(path, true, false).value().sha256; }

  /// What can be seen under its name is whole, and a scan finds nothing wrong.
  void expect_nothing_half_written() {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(cache_dir(), ignored)) {
      if (!entry.is_symlink()) continue;
      const std::string name = entry.path().lexically_relative(repo().snapshots()).string();
      const std::string commit = name.substr(0, name.find('/'));
      const std::string path = name.substr(commit.size() + 1);
      const auto digest = digest_file(entry.path(), true, false);
      ASSERT_TRUE(digest.ok()) << entry.path() << " leads to nothing";
      EXPECT_EQ(digest->sha256, sha256_hex(*hub.read_file("acme/tiny", path, commit))) << path;
    }
    for (const auto& entry : std::filesystem::directory_iterator(repo().path() / "refs", ignored)) {
      EXPECT_EQ(entry.path().filename(), "main");
    }
    if (std::filesystem::exists(repo().snapshots())) {
      EXPECT_THAT(scan_cache_dir(cache_dir()).warnings, ::testing::IsEmpty());
    }
  }
};

}  // namespace huggingface_hub::testing

/// Leaves the test where no library can be preloaded.
#define REQUIRE_SHIM(variables) \
  if ((variables).empty()) GTEST_SKIP() << "nothing can be preloaded into a process with a sanitizer"
