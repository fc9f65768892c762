// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace huggingface_hub::testing {

/// The path of a program on PATH or in the folders of system programs; nothing where it is not installed.
std::optional<std::string> find_program(const std::string& name);

/// Runs a program to its end; its exit status. Output goes to `log`.
int run_program(const std::vector<std::string>& command, const std::filesystem::path& log);

/// A server program of a test. Ended with the object.
class ChildProcess {
 public:
  /// Output goes to `log`.
  ChildProcess(const std::vector<std::string>& command, const std::filesystem::path& log);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Tries to connect until it answers; false where the program ended first, or ten seconds have passed.
  bool wait_until_listening(std::uint16_t port);
  /// Sends `signal` and waits for the end.
  void stop(int signal);

 private:
  bool has_ended();
  int process_{-1};
};

}  // namespace huggingface_hub::testing
